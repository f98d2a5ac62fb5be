// Pairs of one's own: how tables and parallel files are read and refused, and a run on them from end to end.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { loadPairDataset, readPairs } from '../src/data/index.node.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { evaluateRun, type TextToTextEvaluation, trainRun } from '../src/tasks/index.node.ts';
import { recipeWith } from './recipe-with.ts';

const dir = mkdtempSync(join(tmpdir(), 'tesserae-pairs-'));

function file(name: string, content: string): string {
  const path = join(dir, name);
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(content) : content);
  return path;
}

const plain = (pairs: readonly { source: string; target: string }[]) =>
  pairs.map(({ source, target }) => [source, target]);

test('columns are those of the sides, else source and target; JSON may have them under translation', async () => {
  const expected = [
    ['a dog', 'ein Hund'],
    ['two, three', 'zwei, drei'],
  ];
  const languages = { source: 'en', target: 'de' };
  const csv = await readPairs(file('a.csv', 'id,de,en\n1,ein Hund,a dog\n2,"zwei, drei","two, three"\n'), languages);
  expect(plain(csv.pairs)).toEqual(expected);
  expect(csv.sides).toEqual(['en', 'de']);
  expect(csv.pairs[1]?.id).toMatch(/a\.csv:3$/);
  const tsv = await readPairs(file('a.tsv.gz', 'source\ttarget\na dog\tein Hund\ntwo, three\tzwei, drei\n'), languages);
  expect([plain(tsv.pairs), tsv.sides]).toEqual([expected, ['en', 'de']]);
  const rows = expected.map(([en, de]) => JSON.stringify({ translation: { en, de } }));
  const nested = await readPairs(file('a.jsonl', rows.join('\n')), languages);
  expect(plain(nested.pairs)).toEqual(expected);
  expect((await readPairs(file('b.csv', 'source,target\nx,y\n'))).sides).toEqual(['source', 'target']);
  await expect(readPairs(file('c.csv', 'text,label\nx,y\n'), languages)).rejects.toThrow(
    'expected the columns en, de or source, target, got text, label',
  );
  await expect(readPairs(file('d.csv', 'source,target\nx,y\nz,\n'))).rejects.toThrow('expected a target, got "" ');
  const gap = file('e.jsonl', '{"source":"x","target":"y"}\n\n{"source":"x"}\n');
  await expect(readPairs(gap)).rejects.toThrow(`expected a target, got none (${gap}, line 3)`);
});

test('two files belong together line by line; the first line without a partner is named', async () => {
  const [en, de] = [file('s.en', 'a dog\r\n\r\na cat\r\n'), file('s.de', 'ein Hund\n\neine Katze\n')];
  const { pairs, sides, checksums } = await readPairs(`${en}, ${de}`);
  expect(plain(pairs)).toEqual([
    ['a dog', 'ein Hund'],
    ['a cat', 'eine Katze'],
  ]);
  expect(pairs.map(({ id }) => id)).toEqual([`${en}:1`, `${en}:3`]);
  expect(sides).toEqual(['en', 'de']);
  expect(Object.keys(checksums)).toEqual([en, de]);
  expect((await readPairs(`${en},${de}`, { source: 'english', target: 'german' })).sides).toEqual([
    'english',
    'german',
  ]);
  const short = file('short.txt', 'ein Hund\n');
  await expect(loadPairDataset(`${en},${short}`, [])).rejects.toThrow(
    `expected as many lines in both files, got 3 and 1: line 2 of ${en} has no partner`,
  );
  await expect(readPairs(`${en},`)).rejects.toThrow('expected two files with a comma between');
  await expect(readPairs(`${en},${join(dir, 'none')}`)).rejects.toThrow('got ENOENT');
  await expect(loadPairDataset(`${en},${de}`, [])).rejects.toThrow(
    'expected pairs enough for training, validation and test',
  );
  await expect(loadPairDataset('mt-none', [])).rejects.toThrow("got 'mt-none'");
});

test('a run on files of its own is trained and measured, on its test part and on other files', async () => {
  const words = ['red', 'green', 'blue', 'big', 'small'];
  const texts = words.flatMap((a) => words.flatMap((b) => words.map((c) => `${a} ${b} ${c}`)));
  const pairs = texts.map((text) => [text, text.toUpperCase()] as const);
  const table = file('colours.csv', `en,de\n${pairs.map((pair) => pair.join(',')).join('\n')}\n`);
  const settings = {
    'data.id': table,
    'tokenizer.vocabSize': 60,
    'model.dim': 16,
    'model.layers': 1,
    'model.ffnDim': 16,
    'model.heads': 2,
    'model.maxLength': 24,
    'train.steps': 3,
    'train.averageLast': 0,
    'train.evaluateEvery': 3,
    'train.batchTokens': 400,
  };
  const context = {
    ...{ runtime: await nodeRuntime(), session: { threads: 1 }, folders: [], note: () => undefined, versions: {} },
    out: join(dir, 'run'),
  };
  await trainRun(recipeWith('translate-en-de', settings), context);
  const own = (await evaluateRun<TextToTextEvaluation>(context.out, context)).evaluation;
  expect([own.data, own.split, Object.keys(own.baselines)]).toEqual([table, 'test', ['copy_source']]);
  const two = `${file('t.en', 'red big blue\nsmall red red\n')},${file('t.zh', '红\n小\n')}`;
  const { evaluation } = await evaluateRun<TextToTextEvaluation>(context.out, context, { data: two });
  expect([evaluation.examples, evaluation.split, evaluation.baselines]).toEqual([2, 'all', {}]);
  // what is written is German, as the run says, whatever the file is called
  expect(evaluation.signatures.bleu).toContain('tok:13a');
});
