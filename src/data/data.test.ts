// Metrics against scikit-learn; splits, batches, readers and their errors; the embedded data set; the cheap baselines.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { toNumbers } from '../array/index.ts';
import { loadEmojiGroups, loadTextDataset, readText } from './index.node.ts';
import {
  accuracy,
  batchSchedule,
  bootstrapInterval,
  classScores,
  confusionMatrix,
  DataError,
  groupByLength,
  logisticRegression,
  macroF1,
  majorityClass,
  maskTokens,
  padded,
  parseCsv,
  parseJsonl,
  phrasesOf,
  randomWindows,
  splitOf,
} from './index.ts';

interface Golden {
  classes: number;
  truth: number[];
  predicted: number[];
  accuracy: number;
  macro_f1: number;
  confusion: number[][];
  f1: number[];
  precision: number[];
}
const goldens = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', 'metrics.json'), 'utf8')) as Golden[];

test.each(goldens)('scores of $classes classes are those of scikit-learn', (golden) => {
  const matrix = confusionMatrix(golden.truth, golden.predicted, golden.classes);
  expect(matrix).toEqual(golden.confusion);
  expect(accuracy(golden.truth, golden.predicted)).toBeCloseTo(golden.accuracy, 12);
  expect(macroF1(matrix)).toBeCloseTo(golden.macro_f1, 12);
  classScores(matrix).forEach((score, i) => {
    expect(score.f1).toBeCloseTo(golden.f1[i] as number, 12);
    expect(score.precision).toBeCloseTo(golden.precision[i] as number, 12);
  });
});

test('a bootstrap interval holds the mean and narrows with more values', () => {
  const values = Array.from({ length: 100 }, (_, i) => (i % 4 === 0 ? 0 : 1));
  const [low, high] = bootstrapInterval(values);
  expect(low).toBeLessThan(0.75);
  expect(high).toBeGreaterThan(0.75);
  // the normal approximation: ± 1.96 sqrt(p (1 − p) / n)
  expect(Math.abs(high - low - 2 * 1.96 * Math.sqrt((0.75 * 0.25) / 100))).toBeLessThan(0.03);
});

test('splits hold their shares and do not depend on order', () => {
  const keys = Array.from({ length: 20_000 }, (_, i) => `key ${i}`);
  const names = keys.map((key) => splitOf(key, { validation: 0.1, test: 0.2 }));
  const share = (name: string): number => names.filter((one) => one === name).length / names.length;
  expect(Math.abs(share('test') - 0.2)).toBeLessThan(0.01);
  expect(Math.abs(share('validation') - 0.1)).toBeLessThan(0.01);
});

test('an epoch holds every example once, in batches of similar length', () => {
  const lengths = Array.from({ length: 103 }, (_, i) => (i * 37) % 50);
  const batches = groupByLength(lengths, { batchSize: 8, seed: 1, epoch: 0 });
  expect(batches.flat().sort((a, b) => a - b)).toEqual([...lengths.keys()]);
  expect(groupByLength(lengths, { batchSize: 8, seed: 1, epoch: 0 })).toEqual(batches);
  expect(groupByLength(lengths, { batchSize: 8, seed: 1, epoch: 1 })).not.toEqual(batches);
  const waste = batches.reduce(
    (sum, batch) =>
      sum +
      batch.reduce(
        (inner, i) => inner + Math.max(...batch.map((j) => lengths[j] as number)) - (lengths[i] as number),
        0,
      ),
    0,
  );
  expect(waste / lengths.reduce((a, b) => a + b, 0)).toBeLessThan(0.25);
  const at = batchSchedule(lengths, 8, 1);
  expect(at(14)).toEqual(groupByLength(lengths, { batchSize: 8, seed: 1, epoch: 1 })[0]);
});

test('rows are padded with a mask', () => {
  const { input_ids: ids, attention_mask: mask } = padded([[5], [6, 7, 8]], 0);
  expect([ids.shape, toNumbers(ids), toNumbers(mask)]).toEqual([
    [2, 3],
    [5, 0, 0, 6, 7, 8],
    [1, 0, 0, 1, 1, 1],
  ]);
});

test('masking takes 15 % of the tokens, 80 / 10 / 10, never special ones', () => {
  const rows = Array.from({ length: 200 }, () => [0, ...Array.from({ length: 100 }, (_, t) => 5 + (t % 20)), 1]);
  const masked = maskTokens(rows, { maskId: 2, vocabSize: 30, special: new Set([0, 1]) }, { seed: 1, step: 1 });
  const chosen = masked.labels.flat().filter((label) => label !== -100).length;
  const replaced = masked.rows.flat().filter((id) => id === 2).length;
  expect(Math.abs(chosen / 20_000 - 0.15)).toBeLessThan(0.01);
  expect(Math.abs(replaced / chosen - 0.8)).toBeLessThan(0.03);
  expect(masked.labels.every((labels) => labels[0] === -100 && labels.at(-1) === -100)).toBe(true);
});

test('windows lie inside the text and repeat by step', () => {
  const tokens = Array.from({ length: 50 }, (_, i) => i);
  const options = { batchSize: 4, length: 8, seed: 1, step: 3 };
  const rows = randomWindows(tokens, options);
  expect(rows).toEqual(randomWindows(tokens, options));
  for (const row of rows) expect(row).toEqual(Array.from({ length: 8 }, (_, i) => (row[0] as number) + i));
});

test('readers name line and columns', () => {
  expect(() => parseJsonl('{"a":1}\n{oops', 'x.jsonl')).toThrow('(x.jsonl, line 2)');
  expect(() => parseJsonl('[1]', 'x.jsonl')).toThrow('expected a JSON object, got [1] (x.jsonl, line 1)');
  expect(() => parseCsv('text,class\na,b\n', 'x.csv', ['text', 'label'])).toThrow(
    'expected the columns text, label, got text, class (x.csv)',
  );
  expect(() => parseCsv('text,label\n', 'x.csv', ['text'])).toThrow('expected records after the header');
  expect(parseCsv('\ufefftext,label\n"a, ""b""\nc",up\n', 'x.csv', ['text', 'label'])[0]?.fields).toEqual({
    text: 'a, "b"\nc',
    label: 'up',
  });
  expect(() => phrasesOf('(3 (2 It', 'x')).toThrow(DataError);
  expect(phrasesOf('(3 (2 It) (4 -LRB-good-RRB-))', 'x')).toEqual([
    { text: 'It (good)', label: 3 },
    { text: 'It', label: 2 },
    { text: '(good)', label: 4 },
  ]);
});

test('files: an unknown set, a missing set, bytes that are not UTF-8, an empty text', async () => {
  await expect(loadTextDataset('nothing', [])).rejects.toThrow('expected one of emoji-groups');
  await expect(loadTextDataset('sent-en-sst5', [])).rejects.toThrow('TESSERAE_DATA is not set');
  const dir = mkdtempSync(join(tmpdir(), 'tesserae-test-'));
  writeFileSync(join(dir, 'bad.csv'), Buffer.from([0x61, 0x62, 0xff, 0x63]));
  await expect(readText(join(dir, 'bad.csv'))).rejects.toThrow('expected UTF-8, got the byte 0xff at offset 2');
  writeFileSync(join(dir, 'empty.jsonl'), '{"text":" ","label":"a"}\n');
  await expect(loadTextDataset(join(dir, 'empty.jsonl'), [])).rejects.toThrow('expected a text, got " "');
});

test('emoji concepts lie in one split in all languages, and the baselines are no straw men', async () => {
  const { splits, labels } = await loadEmojiGroups({ languages: ['en', 'zh'] });
  const concepts = (name: 'train' | 'test'): Set<string> =>
    new Set(splits[name].map(({ id }) => id.split(/[-/]/)[0] as string));
  const [train, held] = [concepts('train'), concepts('test')];
  expect([...held].filter((concept) => train.has(concept))).toEqual([]);
  expect(labels).toHaveLength(9);
  const share = (predicted: string[]): number =>
    predicted.filter((label, i) => label === splits.test[i]?.label).length / predicted.length;
  expect(share(logisticRegression(splits.train, splits.test))).toBeGreaterThan(0.78);
  expect(share(majorityClass(splits.train, splits.test))).toBeLessThan(0.3);
});
