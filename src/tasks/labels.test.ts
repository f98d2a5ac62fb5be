// Token classification and question answering against the reference pipelines, on tiny re-randomised checkpoints
// (test/fixtures/labels, made by scripts/golden-labels.py); and what is refused.
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { float32 } from '../array/index.ts';
import { nodeRuntime } from '../graph/index.node.ts';
import { pipeline } from './index.node.ts';
import { scoresOfRow } from './labels.ts';

const FIXTURES = join(import.meta.dirname, '..', '..', 'test', 'fixtures', 'labels');
const runtime = await nodeRuntime();
const golden = <T>(name: string): T[] => JSON.parse(readFileSync(join(FIXTURES, name, 'golden.json'), 'utf8')) as T[];

/** Numbers compared to 5 decimals, everything else exactly. */
function expectLike(got: unknown, expected: unknown, where: string): void {
  const rounded = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value), (key, one: unknown) => (key === 'score' ? undefined : one));
  expect(rounded(got), where).toEqual(rounded(expected));
  const scores = (value: unknown): number[] => (value as { score: number }[]).map(({ score }) => score);
  for (const [i, score] of scores(expected).entries())
    expect(scores(got)[i], `${where}, score ${i}`).toBeCloseTo(score, 5);
}

interface Tagged {
  text: string;
  strategy: 'none' | 'simple' | 'first' | 'average' | 'max';
  ignored: string[];
  entities: unknown[];
}

test.each(['ner-word-piece', 'ner-characters'])('%s: tokens and entities are those of the reference', async (name) => {
  const ner = await pipeline('ner', join(FIXTURES, name), { runtime });
  try {
    for (const { text, strategy, ignored, entities } of golden<Tagged>(name)) {
      const found = await ner(text, { aggregation_strategy: strategy, ignore_labels: ignored });
      expectLike(found, entities, `${strategy} of '${text}'`);
    }
    expect(await ner('')).toEqual([]);
    expect(await ner([' ', 'q'])).toHaveLength(2);
    await expect(ner('q', { aggregation_strategy: 'most' as never })).rejects.toThrow(
      'none, simple, first, average, max',
    );
  } finally {
    await ner.dispose();
  }
});

interface Asked {
  question: string;
  context: string;
  options: object;
  answers: { score: number }[];
}

test('answers, their places and scores are those of the reference', async () => {
  const answer = await pipeline('question-answering', join(FIXTURES, 'qa'), { runtime });
  try {
    for (const { question, context, options, answers } of golden<Asked>('qa')) {
      const found = await answer(question, context, options);
      expectLike([found].flat(), answers, `${JSON.stringify(options)} of '${question}'`);
    }
    await expect(answer('', 'x')).rejects.toThrow('expected a question, got an empty one (input 1)');
    await expect(answer([{ question: 'who?', context: ' ' }])).rejects.toThrow('expected a context');
    await expect(answer(['no tab'])).rejects.toThrow('a question, a tab and a context');
    await expect(answer('who?', 'x', { top_k: 0 })).rejects.toThrow('top_k');
    await expect(answer('who lives in the new york? '.repeat(9), 'x')).rejects.toThrow('leave room for more than');
    await expect(answer('who?', 'x', { max_seq_len: 999 })).rejects.toThrow('at most 40, got 999');
  } finally {
    await answer.dispose();
  }
});

/** A copy of a fixture with one field of its configuration changed. */
function changed(name: string, change: (config: Record<string, unknown>) => object): string {
  const dir = mkdtempSync(join(tmpdir(), 'tesserae-labels-'));
  cpSync(join(FIXTURES, name), dir, { recursive: true });
  const config = JSON.parse(readFileSync(join(dir, 'config.json'), 'utf8')) as Record<string, unknown>;
  writeFileSync(join(dir, 'config.json'), JSON.stringify(change(config)));
  return dir;
}

test.each<[string, (config: Record<string, unknown>) => object, string]>([
  [
    'a label missing in id2label',
    (c) => ({ ...c, id2label: { 0: 'O', 1: 'B-PER', 3: 'B-LOC', 4: 'I-LOC' } }),
    'id2label',
  ],
  [
    'fewer labels than the classifier has',
    (c) => ({ ...c, id2label: { 0: 'O', 1: 'B-PER' } }),
    'expected shape [2,12], got [5,12]',
  ],
  ['a tokenizer larger than the embedding', (c) => ({ ...c, vocab_size: 40 }), 'expected shape [40,12], got [91,12]'],
  ['a model of another kind', (c) => ({ ...c, architectures: ['BertForMaskedLM'] }), 'BertForMaskedLM'],
  ['a CRF on what labels no tokens', (c) => ({ ...c, architectures: ['BertModel'], use_crf: true }), 'config.use_crf'],
  ['a CRF that is not in the file', (c) => ({ ...c, use_crf: true }), "missing 'crf.transitions'"],
])('%s is refused', async (_name, change, message) => {
  await expect(pipeline('ner', changed('ner-word-piece', change), { runtime })).rejects.toThrow(message);
});

test('a vocabulary that the embedding has no rows for is refused', async () => {
  const dir = changed('ner-word-piece', (config) => config);
  const file = join(dir, 'tokenizer.json');
  const tokenizer = JSON.parse(readFileSync(file, 'utf8')) as { model: { vocab: Record<string, number> } };
  tokenizer.model.vocab.more = Object.keys(tokenizer.model.vocab).length;
  writeFileSync(file, JSON.stringify(tokenizer));
  await expect(pipeline('ner', dir, { runtime })).rejects.toThrow('as the embedding has rows, got 92');
});

// what transformers 5.24's pipeline('text-classification') gives for the same folder with that problem_type
test.each([
  ['multi_label_classification', [0.9901805, 0.02265718, 0.00111206]],
  ['regression', [4.61351347, -3.7643609, -6.80042553]],
  ['single_label_classification', [0.99975914, 0.00022984, 0.00001104]],
])('scores of a classifier by problem_type: %s', async (problem_type, expected) => {
  const classify = await pipeline(
    'text-classification',
    changed('../pipelines/bert-entailment', (config) => ({ ...config, problem_type })),
    { runtime },
  );
  const found = await classify('The cat sat on the mat.', { top_k: null });
  expect(found.map(({ label }) => label)).toEqual(['ENTAILMENT', 'contradiction', 'neutral']);
  for (const [i, score] of expected.entries()) expect(found[i]?.score).toBeCloseTo(score, 5);
  await classify.dispose();
});

test('a single label has the sigmoid, unless it is a regression', () => {
  const logits = float32([2, 1], [9, -3.7643609]);
  for (const config of [{}, { problem_type: 'single_label_classification' }])
    expect(scoresOfRow(logits, 1, config)[0]).toBeCloseTo(0.02265718, 6);
  expect(scoresOfRow(logits, 1, { problem_type: 'regression' })[0]).toBeCloseTo(-3.7643609, 6);
});
