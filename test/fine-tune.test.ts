// The recipe of MiniLM from a tiny checkpoint: in full, the head alone, adapters, lower layers slower; and what a tokenizer's file says of lengths.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type NamedArrays, type NdArray, toNumbers } from '../src/array/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { openModel, openStart, prepareJob, trainRun } from '../src/tasks/index.node.ts';
import { recipeWith } from './recipe-with.ts';
import { speaking, tokenizerOf } from './speaking.ts';

const START = join(import.meta.dirname, 'fixtures', 'pipelines', 'bert-words');
const dir = mkdtempSync(join(tmpdir(), 'tesserae-fine-tune-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const data = join(dir, 'data.csv');
const nouns = ['cat', 'dog', 'mat', 'sun', 'moon', 'music', 'news'];
const rows = Array.from(
  { length: 60 },
  (_, i) => `the ${nouns[i % 7]} is ${i % 2 ? 'good' : 'bad'} ${'red '.repeat(i % 5)},${i % 2 ? 'up' : 'down'}`,
);
writeFileSync(data, `text,label\n${rows.join('\n')}\n`);

const settings = {
  ...{ 'data.id': data, startFrom: START, 'train.steps': 6, 'train.batchSize': 8, 'train.warmup': 0 },
  ...{ 'train.evaluateEvery': 6, 'train.saveEvery': 6, 'train.learningRate': 0.01, 'train.weightDecay': 0 },
};

/** Weights after a run with these settings. */
async function tuned(name: string, more: Readonly<Record<string, unknown>> = {}): Promise<NamedArrays> {
  const recipe = recipeWith('minilm-sst2', { ...settings, ...more });
  const out = join(dir, name);
  const context = { runtime: await nodeRuntime(), session: { threads: 1 }, folders: [], note: () => undefined };
  await trainRun(recipe, { ...context, out, versions: {} });
  return (await openModel(out)).parameters;
}

let before: NamedArrays;
beforeAll(async () => {
  before = (await openStart(START, 'ForSequenceClassification')).parameters;
});

/** How far a parameter went from where it started, at most. */
function moved(after: NamedArrays, name: string): number {
  const old = toNumbers(before[name] as NdArray);
  return Math.max(...toNumbers(after[name] as NdArray).map((value, i) => Math.abs(value - (old[i] as number))));
}
const movedNames = (after: NamedArrays): string[] => Object.keys(before).filter((name) => moved(after, name) > 0);
const query = (layer: number): string => `encoder.layers.${layer}.attention.query.weight`;

test('in full, the head alone, adapters, lower layers slower', async () => {
  const full = await tuned('full');
  expect(movedNames(full)).toEqual(expect.arrayContaining([query(0), query(1), 'embeddings.word.weight']));
  const head = await tuned('head', { 'train.frozen': '^(embeddings|encoder)\\.' });
  expect(movedNames(head)).toEqual([]);
  expect(head['classifier.weight']).not.toEqual(full['classifier.weight']);
  const adapted = await tuned('adapted', { 'lora.rank': 2 });
  expect(movedNames(adapted).every((name) => /\.(query|value)\.weight$/.test(name))).toBe(true);
  expect(moved(adapted, query(0))).toBeGreaterThan(0);
  // Adam moves every weight by about its rate: a hundredth a layer down
  const decayed = await tuned('decayed', { 'train.layerDecay': 0.01 });
  expect(moved(decayed, query(1))).toBeLessThan(0.02 * moved(full, query(1)));
  expect(moved(decayed, query(0))).toBeLessThan(0.02 * moved(decayed, query(1)));
});

test('texts are neither filled up nor cut to the length that a tokenizer.json names', async () => {
  const start = join(dir, 'start');
  cpSync(START, start, { recursive: true });
  const tokenizer = JSON.parse(readFileSync(join(start, 'tokenizer.json'), 'utf8'));
  const padding = {
    ...{ strategy: { Fixed: 20 }, direction: 'Right', pad_to_multiple_of: null },
    ...{ pad_id: 0, pad_type_id: 0, pad_token: '[PAD]' },
  };
  const truncation = { direction: 'Right', max_length: 5, strategy: 'LongestFirst', stride: 0 };
  writeFileSync(join(start, 'tokenizer.json'), JSON.stringify({ ...tokenizer, padding, truncation }));
  expect(await tuned('filled', { startFrom: start })).toEqual((await openModel(join(dir, 'full'))).parameters);
});

test('the pooling of a recipe goes to the head of a checkpoint of its family; else the checkpoint keeps its own', async () => {
  const start = speaking(dir, 'ModernBertForSequenceClassification', tokenizerOf('bert-words'), {
    classifier_pooling: 'mean',
  });
  const context = { runtime: await nodeRuntime(), session: { threads: 1 }, folders: [], note: () => undefined };
  const pooling = async (more: object): Promise<unknown> => {
    const job = await prepareJob(recipeWith('sentiment-zh', { ...settings, startFrom: start, ...more }), context);
    await job.release();
    return job.model.config.classifier_pooling;
  };
  expect(await pooling({ 'model.family': 'modernbert', 'model.pooling': 'cls' })).toBe('cls');
  expect(await pooling({ 'model.family': 'modernbert', 'model.pooling': 'mean' })).toBe('mean');
  expect(await pooling({})).toBe('mean');
});

test('the mean of all states is refused where a configuration has no field for it', async () => {
  const recipe = recipeWith('emoji-groups', { 'data.id': data, 'model.family': 'bert', 'model.pooling': 'mean' });
  const context = { runtime: await nodeRuntime(), session: { threads: 1 }, folders: [], note: () => undefined };
  await expect(prepareJob(recipe, context)).rejects.toThrow(
    'model.pooling: expected cls with family bert, got mean, which its config.json has no field for',
  );
});
