// Runs that go on from a whole checkpoint: decoders on a text and on conversations, encoder-decoders on pairs, masked models on a text. Before the first step they
// are the checkpoint; then they learn, in full or by adapters; what comes out opens and writes.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { int64, type NamedArrays, type NdArray, toNumbers } from '../src/array/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { openModel, pipeline, prepareJob, type TrainOptions, trainRun } from '../src/tasks/index.node.ts';
import {
  frames,
  type Job,
  type Recipe,
  runForward,
  type TokenFrame,
  tokenizerFiles,
  trainRecipeTokenizer,
} from '../src/tasks/index.ts';
import { loadTokenizer } from '../src/tokens/index.node.ts';
import { recipeWith } from './recipe-with.ts';
import { fixture, speaking, tokenizerOf } from './speaking.ts';

const dir = mkdtempSync(join(tmpdir(), 'tesserae-writers-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const runtime = await nodeRuntime();
const options = (name: string): TrainOptions => ({
  ...{ runtime, session: { threads: 1 }, folders: [dir], note: () => undefined },
  ...{ out: join(dir, name), versions: {} },
});

/** A random checkpoint with a tokenizer of characters. */
function checkpoint(name: string, texts: readonly string[], frame: TokenFrame, config: object = {}): string {
  const recipe = { kind: 'char', vocabSize: 40, minFrequency: 1, lowercase: false } as const;
  const files = tokenizerFiles(trainRecipeTokenizer(texts, recipe, frame), frame, undefined);
  // the ids of the frames' special tokens
  const ids = { pad_token_id: 0, bos_token_id: 2, eos_token_id: 3, decoder_start_token_id: 0, forced_eos_token_id: 3 };
  return speaking(dir, name, files, { ...ids, ...config });
}

const steps = {
  ...{ 'train.steps': 12, 'train.batchSize': 8, 'train.warmup': 0, 'train.logEvery': 12, 'train.learningRate': 0.01 },
  ...{ 'train.evaluateEvery': 12, 'train.saveEvery': 12, 'train.weightDecay': 0 },
};
const adapters = { 'lora.rank': 2, 'train.learningRate': 0.05 };

const changed = (before: NamedArrays, after: NamedArrays): string[] =>
  Object.keys(before).filter(
    (name) => toNumbers(before[name] as NdArray).join() !== toNumbers(after[name] as NdArray).join(),
  );

async function logits(job: Pick<Job, 'model' | 'adapted' | 'initial'>, inputs: NamedArrays): Promise<NdArray> {
  const { logits: found } = await runForward(job.adapted?.model ?? job.model, job.initial, inputs, {
    ...{ runtime, want: ['logits'] },
  });
  return found as NdArray;
}

/** Everything that holds for a run from a start, whatever its task. */
async function goesOn(name: string, start: string, recipeOf: (more: object) => Recipe, inputs: NamedArrays) {
  const open = await openModel(start);
  const own = await logits({ model: open.model, adapted: undefined, initial: open.parameters }, inputs);
  const job = await prepareJob(recipeOf({}), options(name));
  const tuned = await prepareJob(recipeOf(adapters), options(name));
  expect(await logits(job, inputs)).toEqual(own);
  expect(await logits(tuned, inputs)).toEqual(own);
  expect(job.files['tokenizer.json']).toBe(readFileSync(join(start, 'tokenizer.json'), 'utf8'));
  const loss = async (weights: NamedArrays): Promise<number> => (await job.evaluate(weights)).loss as number;
  const before = await loss(open.parameters);

  await trainRun(recipeOf({}), options(`${name}-full`));
  const full = await openModel(join(dir, `${name}-full`));
  expect(full.model.className).toBe(open.model.className);
  expect(await loss(full.parameters)).toBeLessThan(before - 0.1);

  const { out } = options(`${name}-lora`);
  await trainRun(recipeOf(adapters), options(`${name}-lora`));
  const merged = await openModel(out);
  const moved = changed(open.parameters, merged.parameters);
  expect(moved.length).toBeGreaterThan(1);
  expect(moved.filter((one) => !/\.(query|value|qkv)\.weight$/.test(one))).toEqual([]);
  expect(await loss(merged.parameters)).toBeLessThan(before);
  const adapter = await openModel(join(out, 'adapter'));
  for (const one of moved) {
    const theirs = toNumbers(adapter.parameters[one] as NdArray);
    toNumbers(merged.parameters[one] as NdArray).forEach((value, i) => {
      expect(Math.abs(value - (theirs[i] as number))).toBeLessThan(1e-5);
    });
  }
  await Promise.all([job.release(), tuned.release()]);
  return out;
}

const line = 'abc abd abe.\n';
/** All words of three to six letters. */
const words = [3, 4, 5, 6].flatMap((length) =>
  Array.from({ length: 2 ** length }, (_, i) =>
    i.toString(2).padStart(length, '0').replace(/0/g, 'a').replace(/1/g, 'b'),
  ),
);

test.each(['GPT2LMHeadModel', 'LlamaForCausalLM'])('a text, from %s', async (name) => {
  const start = checkpoint(name, [line], frames.decoder);
  const file = join(dir, 'text.txt');
  writeFileSync(file, line.repeat(60));
  const settings = { 'data.id': file, startFrom: start, 'model.maxLength': 16, ...steps };
  const inputs = { input_ids: int64([2, 4], [4, 5, 6, 7, 7, 6, 5, 4]) };
  const out = await goesOn(name, start, (more) => recipeWith('gpt-shakespeare', { ...settings, ...more }), inputs);
  const write = await pipeline('text-generation', out, { runtime });
  const [written] = await write('abc ', { do_sample: false, max_new_tokens: 4 });
  expect(written?.generated_text).toMatch(/^abc /);
  await write.dispose();
});

test('a tokenizer that was made for shorter rows takes those of the run, another keeps its own', async () => {
  const start = checkpoint('LlamaForCausalLM', [line], frames.decoder);
  const [file, settings] = [join(dir, 'rows.txt'), join(start, 'tokenizer_config.json')];
  writeFileSync(file, line.repeat(60));
  const config = JSON.parse(readFileSync(settings, 'utf8')) as object;
  const recipe = recipeWith('gpt-shakespeare', { 'data.id': file, startFrom: start, 'model.maxLength': 16, ...steps });
  const lengthFrom = async (model_max_length?: number): Promise<unknown> => {
    writeFileSync(settings, JSON.stringify({ ...config, model_max_length }));
    const job = await prepareJob(recipe, options('rows'));
    await job.release();
    return (JSON.parse(job.files['tokenizer_config.json'] as string) as { model_max_length?: number }).model_max_length;
  };
  expect(await lengthFrom(8)).toBe(16);
  expect(await lengthFrom(100)).toBe(100);
  expect(await lengthFrom()).toBeUndefined();
});

test.each(['T5ForConditionalGeneration', 'MarianMTModel'])('pairs, from %s', async (name) => {
  const start = checkpoint(name, ['abAB'], frames.sequence);
  const table = join(dir, 'pairs.csv');
  writeFileSync(table, `source,target\n${words.map((text) => `${text},${text.toUpperCase()}`).join('\n')}\n`);
  const settings = { 'data.id': table, startFrom: start, 'model.maxLength': 12, 'train.batchTokens': 400, ...steps };
  const inputs = { input_ids: int64([1, 4], [4, 5, 4, 3]), decoder_input_ids: int64([1, 3], [0, 6, 7]) };
  const out = await goesOn(name, start, (more) => recipeWith('translate-en-de', { ...settings, ...more }), inputs);
  const write = await pipeline('text2text-generation', out, { runtime });
  expect(await write('ab', { max_new_tokens: 6 })).toEqual([{ generated_text: expect.stringMatching(/^[abAB]*$/) }]);
  await write.dispose();
});

/** As RoBERTa: other names around a text, and for what is hidden. */
const angled: TokenFrame = {
  names: { pad_token: '<pad>', unk_token: '[UNK]', cls_token: '<s>', sep_token: '</s>', mask_token: '<mask>' },
  single: ['<s>', 'A', '</s>'],
  pair: ['<s>', 'A', '</s>', '</s>', 'B', '</s>'],
};

test.each([
  ['BertForMaskedLM', frames.encoder],
  ['RobertaForMaskedLM', angled],
] as const)('hidden tokens, from %s', async (name, frame) => {
  const start = checkpoint(name, [line], frame);
  const file = join(dir, 'masked.txt');
  writeFileSync(file, line.repeat(60));
  const settings = { 'data.id': file, startFrom: start, 'model.maxLength': 16, ...steps };
  const recipe = recipeWith('mlm-zh', settings);
  const open = await openModel(start);
  const job = await prepareJob(recipe, options(name));
  const [batch] = await job.batchesAt(1);
  const tokenizer = await loadTokenizer(start);
  const { cls_token: first = '', sep_token: last = '', mask_token: mask = '' } = frame.names;
  const rows = Array.from({ length: 8 }, (_, i) => toNumbers(batch?.input_ids as NdArray).slice(16 * i, 16 * i + 16));
  expect(new Set(rows.map((row) => row[0]))).toEqual(new Set([tokenizer.tokenToId(first)]));
  expect(new Set(rows.map((row) => row.at(-1)))).toEqual(new Set([tokenizer.tokenToId(last)]));
  expect(rows.flat()).toContain(tokenizer.tokenToId(mask));
  const { loss: before } = await job.evaluate(open.parameters);
  await trainRun(recipe, options(`${name}-on`));
  const tuned = await openModel(join(dir, `${name}-on`));
  expect(tuned.model.className).toBe(name);
  expect((await job.evaluate(tuned.parameters)).loss).toBeLessThan((before as number) - 0.1);
  await job.release();
  const maskless = tokenizerFiles(
    trainRecipeTokenizer([line], { kind: 'char', vocabSize: 40, minFrequency: 1, lowercase: false }, frames.decoder),
    frames.decoder,
    undefined,
  );
  const other = speaking(join(dir, 'maskless'), name, maskless);
  await expect(prepareJob(recipeWith('mlm-zh', { ...settings, startFrom: other }), options('no'))).rejects.toThrow(
    'expected a tokenizer with a mask, and with one special token on each side of a text',
  );
});

test('conversations, from a decoder whose tokenizer has a template; and what cannot be gone on from', async () => {
  const folder = join(dir, 'dialog-zh-kdconv');
  mkdirSync(folder, { recursive: true });
  const dialogs = words.map((word) => ({
    messages: [word, word.replace(/a/g, 'c').replace(/b/g, 'd')].map((message) => ({ message })),
  }));
  for (const topic of ['music', 'travel'])
    for (const part of ['dev', 'test']) writeFileSync(join(folder, `${topic}_${part}.json`), JSON.stringify(dialogs));
  const start = checkpoint('GPT2LMHeadModel', ['abcd'], frames.chat);
  const settings = { startFrom: start, answers: 2, 'model.maxLength': 32, ...steps };
  const inputs = { input_ids: int64([1, 4], [2, 5, 7, 8]) };
  const recipeOf = (more: object): Recipe => recipeWith('chat-zh', { ...settings, ...more });
  const out = await goesOn('chat', start, recipeOf, inputs);
  const talk = await pipeline('text-generation', out, { runtime });
  const [answer] = await talk([{ role: 'user', content: 'ab' }], { do_sample: false, max_new_tokens: 4 });
  expect(answer?.generated_text).toHaveLength(2);
  await talk.dispose();

  const refused = (name: string, more: Readonly<Record<string, unknown>>) =>
    expect(prepareJob(recipeWith(name, more), options('never'))).rejects;
  const mute = speaking(join(dir, 'mute'), 'GPT2LMHeadModel', tokenizerOf('bert-words'));
  await refused('chat-zh', { startFrom: mute }).toThrow(
    `expected a tokenizer with a chat template, got none (${mute})`,
  );
  const bert = fixture('pipelines', 'bert-words');
  await refused('gpt-shakespeare', { startFrom: bert }).toThrow(
    'startFrom: expected a model that predicts next tokens',
  );
  await refused('mlm-zh', { 'data.id': join(dir, 'text.txt'), startFrom: start }).toThrow(
    'startFrom: expected a model that guesses hidden tokens (…ForMaskedLM), got GPT2LMHeadModel',
  );
  await refused('translate-en-de', { 'data.id': join(dir, 'pairs.csv'), startFrom: start }).toThrow(
    'startFrom: expected an encoder-decoder (…ForConditionalGeneration, MarianMTModel), got GPT2LMHeadModel',
  );
  const short = join(dir, 'short.txt');
  writeFileSync(short, line);
  await refused('gpt-shakespeare', { startFrom: start, 'data.id': short }).toThrow(
    'expected a text with at least 40 tokens',
  );
  const table = { 'data.id': join(dir, 'pairs.csv') };
  const model = { type: 'WordLevel', vocab: { x: 0, y: 1 }, unk_token: 'x' };
  const known = JSON.stringify({ version: '1.0', added_tokens: [], pre_tokenizer: { type: 'Whitespace' }, model });
  const plain = speaking(join(dir, 'plain'), 'T5ForConditionalGeneration', { 'tokenizer.json': known });
  await refused('g2p', { ...table, startFrom: plain }).toThrow('target symbols: expected a tokenizer with [UNK]');
  const endless = checkpoint('T5ForConditionalGeneration', ['abAB'], frames.sequence, { eos_token_id: null });
  await refused('translate-en-de', { ...table, startFrom: endless }).toThrow('expected eos_token_id in config.json');
});
