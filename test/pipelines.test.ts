// Pipelines over texts and pictures against Python's, on tiny random checkpoints (scripts/golden-pipelines.py).
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env, pipeline as theirPipeline } from '@huggingface/transformers';
import { afterAll, expect, test } from 'vitest';
import { DataError } from '../src/data/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import {
  exportFolder,
  type FeatureExtractionPipeline,
  openModel,
  openSentenceEncoder,
  type PipelineOptions,
  type Pipelines,
  pipeline,
} from '../src/tasks/index.node.ts';
import type { Features, Nested } from '../src/tasks/index.ts';
import { pngOf } from '../src/tokens/index.node.ts';
import { picture } from '../src/tokens/index.ts';

const ROOT = join(import.meta.dirname, 'fixtures', 'pipelines');
const folder = (name: string): string => join(ROOT, name);
const expectedOf = (name: string) => JSON.parse(readFileSync(join(folder(name), 'expected.json'), 'utf8'));
const temporary = mkdtempSync(join(tmpdir(), 'tesserae-pipelines-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

/** Equal in everything, numbers to 2e-5 of their size or of 1. */
function expectSame(ours: unknown, theirs: unknown): void {
  if (typeof theirs === 'number') {
    expect(Math.abs((ours as number) - theirs)).toBeLessThan(2e-5 * Math.max(1, Math.abs(theirs)));
  } else if (Array.isArray(theirs)) {
    expect((ours as unknown[]).length).toBe(theirs.length);
    theirs.forEach((value, i) => {
      expectSame((ours as unknown[])[i], value);
    });
  } else if (typeof theirs === 'object' && theirs !== null) {
    expect(Object.keys(ours as object).sort()).toEqual(Object.keys(theirs).sort());
    for (const [key, value] of Object.entries(theirs)) expectSame((ours as Record<string, unknown>)[key], value);
  } else expect(ours).toEqual(theirs);
}

interface Call {
  readonly args: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly result: unknown;
}
type AnyCall = ((...args: unknown[]) => Promise<unknown>) & { dispose(): Promise<void> };

const open = async (task: keyof Pipelines, name: string, options: PipelineOptions = {}): Promise<AnyCall> =>
  (await pipeline(task, name, options)) as unknown as AnyCall;

test.each([
  ['fill-mask', 'bert-words'],
  ['fill-mask', 'roberta-bytes'],
  ['zero-shot-classification', 'bert-entailment'],
  ['zero-shot-classification', 'distilbert-entailment'],
] as const)('%s of %s', async (task, name) => {
  const run = await open(task, folder(name));
  const calls = expectedOf(name)[task] as Call[];
  expect(calls.length).toBeGreaterThan(1);
  for (const { args, options, result } of calls) expectSame(await run(...args, options), result);
  await run.dispose();
});

const words = expectedOf('bert-words')['feature-extraction'] as {
  texts: string[];
  states: number[][][][];
  long: string;
  sentences: number[][];
  cosines: number[][];
};

test('feature-extraction', async () => {
  const run: FeatureExtractionPipeline = await pipeline('feature-extraction', folder('bert-words'));
  for (const [i, text] of words.texts.entries()) expectSame((await run(text)).tolist(), words.states[i]);
  // together: the states of each, zeros behind
  const all = await run(words.texts);
  const longest = Math.max(...words.states.map(([states]) => states?.length ?? 0));
  expect(all.dims).toEqual([words.texts.length, longest, 12]);
  expect(all.type).toBe('float32');
  [...all].forEach((rows, i) => {
    const own = words.states[i]?.[0] as number[][];
    const states = rows.tolist() as number[][];
    expectSame(states.slice(0, own.length), own);
    expect(
      states
        .slice(own.length)
        .flat()
        .every((value) => value === 0),
    ).toBe(true);
  });
  // one vector a text, the recipe of sentence-transformers; a long text is cut
  const vectors = await run([...words.texts, words.long], { pooling: 'mean', normalize: true });
  expectSame(vectors.tolist(), words.sentences);
  const firsts = words.states.map(([states]) => states?.[0] as number[]);
  expectSame((await run(words.texts, { pooling: 'cls' })).tolist(), firsts);
  const lasts = words.states.map(([states]) => states?.at(-1) as number[]);
  expectSame((await run(words.texts, { pooling: 'last_token' })).tolist(), lasts);
  expect(JSON.parse(JSON.stringify(await run('moon', { pooling: 'cls' }))).flat()).toHaveLength(12);
  await expect(run('moon', { pooling: 'max' as 'mean' })).rejects.toThrow(/pooling: expected one of none, mean/);
  await expect(run([])).rejects.toThrow(/at least one text/);
  await run.dispose();
});

test('sentence-similarity', async () => {
  const run = await pipeline('sentence-similarity', folder('bert-words'));
  const [source = '', ...others] = [...words.texts, words.long];
  const expected = words.cosines[0]?.slice(1);
  expectSame(await run(source, others), expected);
  expectSame(await run({ source_sentence: source, sentences: others }), expected);
  expectSame(await run([...words.texts, words.long]), words.cosines);
  await expect(run(source, [])).rejects.toThrow(/expected sentences/);
  await run.dispose();
});

test('the files of sentence-transformers decide on length and pooling', async () => {
  const own = join(temporary, 'cls');
  cpSync(folder('bert-words'), own, { recursive: true });
  mkdirSync(join(own, '1_Pooling'));
  const pooling = (modes: object): void =>
    writeFileSync(join(own, '1_Pooling', 'config.json'), JSON.stringify({ word_embedding_dimension: 12, ...modes }));
  pooling({ pooling_mode_cls_token: true, pooling_mode_mean_tokens: false });
  writeFileSync(join(own, 'sentence_bert_config.json'), JSON.stringify({ max_seq_length: 5 }));
  const runtime = await nodeRuntime();
  const encoder = await openSentenceEncoder(own, { runtime });
  const extract = await pipeline('feature-extraction', folder('bert-words'));
  const [short, long] = ['the cat sat', 'the cat sat on the mat'];
  const expected = await extract([short], { pooling: 'cls', normalize: true });
  // five tokens: [CLS], three words, [SEP]
  const [first, second] = (await encoder.embed([short, long])).tolist() as Nested[][];
  expectSame(first, (expected.tolist() as Nested[][])[0]);
  expectSame(second, first);
  await Promise.all([encoder.release(), extract.dispose()]);
  pooling({ pooling_mode_max_tokens: true });
  await expect(openSentenceEncoder(own, { runtime })).rejects.toThrow(
    /expected one pooling among .*got pooling_mode_max/,
  );
});

test('zero-shot-classification by similarity', async () => {
  const run = await pipeline('zero-shot-classification', folder('bert-words'));
  const compare = await pipeline('sentence-similarity', folder('bert-words'));
  const labels = ['music', 'news', 'sport'];
  const text = words.texts[2] as string;
  const statements = labels.map((label) => `it is ${label}.`);
  const close = await compare(text, statements);
  const options = { hypothesis_template: 'it is {}.' };
  const each = await run(text, labels, { ...options, multi_label: true });
  expect(each.sequence).toBe(text);
  expectSame(
    each.scores,
    [...close].sort((a, b) => b - a),
  );
  expect(each.labels[0]).toBe(labels[close.indexOf(Math.max(...close))]);
  // softmax of 20 · cosine
  const powers = close.map((cosine) => Math.exp(20 * cosine));
  const total = powers.reduce((a, b) => a + b);
  const together = await run(text, labels, options);
  expectSame(
    together.scores,
    powers.map((power) => power / total).sort((a, b) => b - a),
  );
  await Promise.all([run.dispose(), compare.dispose()]);
});

test.each(['vit', 'vit-classes', 'dinov2'])('image-feature-extraction of %s', async (name) => {
  const run = await pipeline('image-feature-extraction', folder(name));
  const file = join(ROOT, 'picture.png');
  for (const { options, result } of expectedOf(name)['image-feature-extraction'] as Call[]) {
    const features: Features = await run(file, options);
    expectSame(features.tolist(), result);
    const twice = await run([file, new Uint8Array(readFileSync(file))], options);
    expectSame(twice.tolist(), [...(result as unknown[]), ...(result as unknown[])]);
  }
  if (name === 'vit-classes') await expect(run(file, { pool: true })).rejects.toThrow(/expected a model with a pooler/);
  await run.dispose();
});

test('image-to-text of blip: captions, with a beginning, by beams, of several pictures', async () => {
  const run = await pipeline('image-to-text', folder('blip'));
  const file = join(ROOT, 'picture.png');
  const calls = expectedOf('blip')['image-to-text'] as Call[];
  expect(new Set(calls.map(({ result }) => JSON.stringify(result))).size).toBeGreaterThan(2);
  for (const { options, result } of calls) {
    expect(await run(file, options)).toEqual(result);
    expect(await run([file, new Uint8Array(readFileSync(file))], options)).toEqual([result, result]);
  }
  const { options, result } = calls[1] as Call;
  expect(await run([file], options)).toEqual([result]);
  expect(await run(Array(9).fill(file), options)).toEqual(Array(9).fill(result));
  await run.dispose();
  await expect(pipeline('image-to-text', folder('vit'))).rejects.toThrow('expected a model that writes about pictures');
  await expect(pipeline('translation', folder('blip'))).rejects.toThrow('expected an encoder-decoder, got Blip');
});

test('models and inputs that do not fit are refused with words', async () => {
  const [bert, vit] = [folder('bert-words'), folder('vit')];
  await expect(pipeline('fill-mask', folder('bert-entailment'))).rejects.toThrow(
    /expected a model for filling masks, got Bert/,
  );
  await expect(pipeline('image-feature-extraction', bert)).rejects.toThrow(
    /expected a model that reads pixel_values, got BertModel/,
  );
  await expect(pipeline('feature-extraction', vit)).rejects.toThrow(DataError);
  const fill = await pipeline('fill-mask', bert);
  await expect(fill(['the [MASK]', 'the cat'])).rejects.toThrow(/expected \[MASK\] within the 32 tokens.*input 2/);
  await fill.dispose();
  const judge = await pipeline('zero-shot-classification', folder('bert-entailment'));
  await expect(judge('the cat', [])).rejects.toThrow(/expected candidate_labels, got none/);
  await expect(judge('the cat', ['news'], { hypothesis_template: 'news' })).rejects.toThrow(/expected \{\} where/);
  await expect(judge('the cat', ['the '.repeat(40)])).rejects.toThrow(/expected a text of more than 17 tokens.*got 2/);
  await judge.dispose();
  // a classifier whose labels say nothing of entailment
  const own = join(temporary, 'labels');
  cpSync(folder('bert-entailment'), own, { recursive: true });
  const config = JSON.parse(readFileSync(join(own, 'config.json'), 'utf8'));
  writeFileSync(join(own, 'config.json'), JSON.stringify({ ...config, id2label: { 0: 'a', 1: 'b', 2: 'c' } }));
  await expect(pipeline('zero-shot-classification', own)).rejects.toThrow(/expected a label 'entailment', got a, b, c/);
});

const square = picture(
  8,
  8,
  3,
  Uint8Array.from({ length: 192 }, (_, i) => (i * 37) % 256),
);
writeFileSync(join(temporary, 'square.png'), await pngOf(square));

test.each([
  ['fill-mask', 'bert-words', ['The cat sat on the [MASK].'], { top_k: 3 }],
  ['zero-shot-classification', 'bert-entailment', ['this is good', ['sport', 'music']], { multi_label: true }],
  // of the size that the model takes: Transformers.js resizes in its own way
  ['image-feature-extraction', 'vit', [join(temporary, 'square.png')], {}],
] as const)('%s of %s is what Transformers.js gives', async (task, name, args, options) => {
  await exportFolder(await openModel(folder(name)), join(temporary, 'js', name), {
    format: 'onnx',
    precisions: ['fp32'],
  });
  Object.assign(env, { allowRemoteModels: false, localModelPath: join(temporary, 'js') });
  const [ours, theirs] = [
    await open(task, folder(name)),
    (await theirPipeline(task, name, { dtype: 'fp32' })) as unknown as AnyCall,
  ];
  const [found, expected] = [await ours(...args, options), await theirs(...args, options)];
  const listed = (result: unknown): unknown =>
    task === 'image-feature-extraction' ? (result as Features).tolist() : result;
  expectSame(listed(found), listed(expected));
  await Promise.all([ours.dispose(), theirs.dispose()]);
});
