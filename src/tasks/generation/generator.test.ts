// The generator's promises: a cache is the full forward pass, a batch is each row alone, beams of width one are greedy search,
// states are those of `forward`, texts come in whole characters, and what cannot be done is said.
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { int64, type NamedArrays, type NdArray } from '../../array/index.ts';
import { nodeRuntime } from '../../graph/index.node.ts';
import type { Runtime } from '../../graph/index.ts';
import { modelFor, parameterSpecs } from '../../models/index.ts';
import { initializeParameters } from '../../nn/index.ts';
import { type Tokenizer, trainTokenizer } from '../../tokens/index.ts';
import { openModel } from '../forward.node.ts';
import { runForward } from '../forward.ts';
import { beamSearch } from './beam.ts';
import { Engine } from './engine.ts';
import { openGenerator } from './generator.node.ts';
import { type GenerateRequest, Generator } from './generator.ts';
import { processorsFor } from './processors.ts';
import { oneByOne, type SearchContext } from './search.ts';
import { resolveSettings } from './settings.ts';
import { stopRule } from './stop.ts';
import { promptIds, streamSteps, streamText, writtenTexts } from './texts.ts';

const ROOT = join(import.meta.dirname, '../../../test/fixtures/generation');
const session = { threads: 1 };
let runtime: Runtime;
const opened = new Map<string, Generator>();

async function named(name: string): Promise<Generator> {
  const generator = opened.get(name) ?? (await openGenerator(join(ROOT, name), { runtime, session }));
  opened.set(name, generator);
  return generator;
}
beforeAll(async () => {
  runtime = await nodeRuntime();
});
afterAll(async () => {
  for (const generator of opened.values()) await generator.release();
});

const PROMPTS = [
  [15, 22, 31, 13, 27],
  [18, 33],
  [14, 29, 16],
];
const plain = {
  num_beams: 1,
  repetition_penalty: 1,
  no_repeat_ngram_size: 0,
  min_length: 0,
  max_new_tokens: 8,
  eos_token_id: [2, 7, 11, 19],
};
const best = (data: ArrayLike<number>): number =>
  Array.from(data).reduce((top, score, i, all) => (score > (all[top] as number) ? i : top), 0);

test.each(['gpt2', 'mistral', 't5', 'bart'])(
  '%s: step by step from the cache is the full forward pass',
  async (name) => {
    const { model, parameters } = await openModel(join(ROOT, name));
    const generator = await named(name);
    const prompt = PROMPTS[0] as number[];
    const { sequences } = await generator.generate({
      prompts: [prompt],
      settings: { ...plain, max_new_tokens: 5, forced_eos_token_id: [], eos_token_id: [] },
    });
    const row = sequences[0] as number[];
    const begun = generator.hasEncoder ? 1 : prompt.length;
    for (let length = begun; length < row.length; length++) {
      const ids = int64([1, length], row.slice(0, length));
      const inputs = generator.hasEncoder
        ? { input_ids: int64([1, 5], prompt), decoder_input_ids: ids }
        : { input_ids: ids };
      const { logits } = await runForward(model, parameters, inputs as NamedArrays, {
        want: ['logits'],
        runtime,
        session,
      });
      expect(best((logits as NdArray<'float32'>).data.slice(-41))).toBe(row[length]);
    }
  },
);

test.each(['gpt2', 'qwen3', 'mt5', 'marian'])('%s: a batch is each row alone', async (name) => {
  const generator = await named(name);
  for (const settings of [
    plain,
    { ...plain, num_beams: 3, num_return_sequences: 2, length_penalty: 0.5, early_stopping: true },
  ]) {
    const request = (prompts: number[][]): GenerateRequest => ({ prompts, settings, scores: true });
    const batch = await generator.generate(request(PROMPTS));
    const alone = [];
    for (const prompt of PROMPTS) alone.push(await generator.generate(request([prompt])));
    expect(batch.written).toEqual(alone.flatMap(({ written }) => written));
    expect(batch.finish).toEqual(alone.flatMap(({ finish }) => finish));
    const scores = alone.flatMap((one) => one.scores as number[]);
    for (const [i, score] of scores.entries()) expect(batch.scores?.[i]).toBeCloseTo(score, 4);
  }
});

test('beams of width one are greedy search', async () => {
  const { model, parameters } = await openModel(join(ROOT, 'llama'));
  const engine = new Engine(model, parameters, { runtime, session });
  const prompt = PROMPTS[0] as number[];
  const settings = resolveSettings({}, plain, { promptLength: prompt.length });
  const context = async (scores: 'logits' | 'log_probabilities'): Promise<SearchContext> => ({
    rows: await engine.start({ ids: [prompt] }, { scores, states: [] }),
    prompts: [{ ids: prompt, padding: 0, source: prompt }],
    settings,
    processors: processorsFor(settings),
    stop: stopRule(settings, undefined),
    seed: 0,
    checkpoint: async () => undefined,
    onStep: undefined,
    observer: undefined,
    scored: true,
  });
  const [greedy] = await oneByOne(await context('logits'));
  const { found } = await beamSearch(await context('log_probabilities'));
  expect(found[0]?.ids).toEqual(greedy?.ids);
  expect(found[0]?.score).toBeCloseTo(greedy?.score as number, 4);
  await engine.release();
});

test('attentions and hidden states of every step are those of the forward pass', async () => {
  const { model, parameters } = await openModel(join(ROOT, 't5'));
  const generator = await named('t5');
  const prompt = PROMPTS[0] as number[];
  const steps: Record<string, NdArray>[] = [];
  const { sequences, encoderStates } = await generator.generate({
    prompts: [prompt],
    settings: { ...plain, max_new_tokens: 3 },
    states: ['attentions', 'hidden_states'],
    onStep: ({ states }) => steps.push(states),
  });
  const read = (sequences[0] as number[]).slice(0, -1);
  const inputs = { input_ids: int64([1, 5], prompt), decoder_input_ids: int64([1, read.length], read) };
  const whole = await runForward(model, parameters, inputs, {
    want: ['attentions', 'hidden_states'],
    runtime,
    session,
  });
  const last = steps[read.length - 1] as Record<string, NdArray>;
  const close = (got: NdArray | undefined, expected: number[]): void => {
    expect(got?.data.length).toBe(expected.length);
    for (const [i, value] of expected.entries()) expect(got?.data[i] as number).toBeCloseTo(value, 4);
  };
  const [heads, tokens] = [3, read.length];
  const rowOf = (array: NdArray, width: number): number[] =>
    Array.from({ length: heads }, (_, h) =>
      Array.from(array.data as Float32Array).slice(((h + 1) * tokens - 1) * width, (h + 1) * tokens * width),
    ).flat();
  close(last['decoder_attentions.1'], rowOf(whole['decoder_attentions.1'] as NdArray, tokens));
  close(last['cross_attentions.0'], rowOf(whole['cross_attentions.0'] as NdArray, 5));
  close(
    last['decoder_hidden_states.2'],
    Array.from((whole['decoder_hidden_states.2'] as NdArray<'float32'>).data).slice(-20),
  );
  close(encoderStates['encoder_attentions.0'], Array.from((whole['encoder_attentions.0'] as NdArray<'float32'>).data));
});

test('sampling: one seed, one text; another seed, another; rows of one prompt differ', async () => {
  const generator = await named('gpt2');
  const write = (seed: number) =>
    generator.generate({
      prompts: [[15, 22]],
      seed,
      settings: { do_sample: true, temperature: 1.5, num_return_sequences: 3, max_new_tokens: 8 },
    });
  const [one, again, other] = [await write(1), await write(1), await write(2)];
  expect(one.sequences).toEqual(again.sequences);
  expect(one.sequences).not.toEqual(other.sequences);
  expect(new Set(one.sequences.map(String)).size).toBe(3);
  const beams = { do_sample: true, num_beams: 3, num_return_sequences: 2, max_new_tokens: 6 };
  const drawn = (seed: number) => generator.generate({ prompts: [[15, 22]], seed, settings: beams });
  expect((await drawn(5)).sequences).toEqual((await drawn(5)).sequences);
});

test('cancelled in the middle: the reason is thrown, and the generator goes on working', async () => {
  const generator = await named('gpt2');
  const controller = new AbortController();
  const reason = new Error('enough');
  let steps = 0;
  const onStep = (): void => {
    if (++steps === 3) controller.abort(reason);
  };
  await expect(
    generator.generate({ prompts: [[15]], settings: { max_new_tokens: 20 }, signal: controller.signal, onStep }),
  ).rejects.toBe(reason);
  expect(steps).toBe(3);
  let seen = 0;
  for await (const _ of streamSteps(generator, { prompts: [[15]], settings: { max_new_tokens: 20 } }))
    if (++seen === 2) break;
  const { sequences } = await generator.generate({ prompts: [[15]], settings: { max_new_tokens: 2 } });
  expect(sequences[0]).toHaveLength(3);
});

test('scores that are NaN stop with the step; what is no prompt is refused with its number', async () => {
  const { model, parameters } = await openModel(join(ROOT, 'gpt2'));
  const [name, table] = Object.entries(parameters).find(([key]) => key.includes('wpe')) as [string, NdArray<'float32'>];
  const poisoned = { ...table, data: table.data.slice().fill(Number.NaN, 24 * 4, 24 * 5) };
  const generator = new Generator(model, { ...parameters, [name]: poisoned }, { runtime, session });
  const write = (request: Partial<GenerateRequest>) => generator.generate({ prompts: [[15, 16]], ...request });
  await expect(write({})).rejects.toThrow(/expected scores that are numbers, got NaN for token 0 \(step 4, row 1\)/);
  await expect(write({ prompts: [] })).rejects.toThrow('expected at least one prompt');
  await expect(write({ prompts: [[1], []] })).rejects.toThrow('got an empty one (prompt 2)');
  await expect(write({ prompts: [[1, 41]] })).rejects.toThrow('expected ids from 0 to 40, got 41 (prompt 1)');
  await expect(write({ mask: [[1]] })).rejects.toThrow('expected a mask of 1 rows of 2, got 1 rows of 1');
  await expect(write({ prompts: [new Array(41).fill(3)] })).rejects.toThrow(
    'at most 40 tokens, as the model has positions for, got 41',
  );
  await expect(write({ settings: { suppress_tokens: Array.from({ length: 41 }, (_, i) => i) } })).rejects.toThrow(
    'the settings ban every token',
  );
  await expect(write({ settings: { stop_strings: 'x' } })).rejects.toThrow('expected a tokenizer');
  expect(() => promptIds(generator, ['x'])).toThrow('expected a tokenizer');
  await generator.release();
  const bert = await openModel(join(ROOT, '../models/BertForMaskedLM'));
  const silent = new Generator(bert.model, bert.parameters, { runtime, session });
  await expect(silent.generate({ prompts: [[1]] })).rejects.toThrow(
    'expected a model that writes, with a cache, got BertForMaskedLM',
  );
});

/** A byte-level tokenizer, and a model over it that is led to write `text`. */
function led(text: string): { generator: Generator; tokenizer: Tokenizer; request: GenerateRequest } {
  const tokenizer = trainTokenizer(['ab ab\n'], { algorithm: 'byte-bpe', vocabSize: 258, specialTokens: ['<s>'] });
  const config = {
    vocab_size: 300,
    n_embd: 8,
    n_layer: 1,
    n_head: 2,
    n_positions: 64,
    architectures: ['GPT2LMHeadModel'],
    model_type: 'gpt2',
  };
  const model = modelFor(config);
  const parameters = initializeParameters(parameterSpecs(model), 1);
  const generator = new Generator(model, parameters, { runtime, session, tokenizer });
  const wanted = tokenizer.encodeIds(text);
  const lead = {
    name: 'led',
    process: (scores: Float32Array, { ids, promptLength }: { ids: readonly number[]; promptLength: number }) => {
      scores[wanted[ids.length - promptLength] as number] = 1e3;
    },
  };
  const request = {
    prompts: promptIds(generator, ['ab']),
    processors: [lead],
    settings: { max_new_tokens: wanted.length },
  };
  return { generator, tokenizer, request };
}

test('a stream gives whole characters, and together the text', async () => {
  const text = ' 你好, 🙂é';
  const { generator, request } = led(text);
  const pieces: string[] = [];
  for await (const piece of streamText(generator, request)) pieces.push(piece);
  expect(pieces.join('')).toBe(text);
  expect(pieces).toContain('🙂');
  expect(pieces.every((piece) => !piece.includes('\ufffd') && encodeURIComponent(piece) !== '')).toBe(true);
  const written = writtenTexts(generator, await generator.generate(request));
  expect(written).toEqual({ texts: [`ab${text}`], continuations: [text] });
  const beams = streamText(generator, { ...request, settings: { num_beams: 2 } });
  await expect(beams.next()).rejects.toThrow('expected one prompt, no beams, one row');
  await generator.release();
});

test('a stop string ends a row where it ends, whatever tokens it is made of; it may begin in the prompt', async () => {
  const { generator, request } = led('你好吗? fine');
  const stopped = async (stop_strings: string[]) => {
    const generation = await generator.generate({ ...request, settings: { ...request.settings, stop_strings } });
    return [writtenTexts(generator, generation).continuations[0], generation.finish[0]];
  };
  expect(await stopped(['吗?'])).toEqual(['你好吗?', 'stop_string']);
  expect(await stopped(['zzz', 'b你'])).toEqual(['你', 'stop_string']);
  expect(await stopped(['ab'])).toEqual(['你好吗? fine', 'length']);
  // rows of a batch that end at different places: what was written, wherever the prompt began and padding follows
  const prompts = promptIds(generator, ['ab', 'ab aba', 'ba']);
  const settings = { ...request.settings, stop_strings: ['b你', 'a你好'] };
  const batch = await generator.generate({ ...request, prompts, settings });
  expect(new Set(prompts.map(({ length }) => length)).size).toBeGreaterThan(1);
  expect(writtenTexts(generator, batch)).toEqual({
    texts: ['ab你', 'ab aba你好', 'ba你好'],
    continuations: ['你', '你好', '你好'],
  });
  await generator.release();
});

test('an explanation: probabilities before and after, surprisal, entropy, and the tree of beams', async () => {
  const generator = await named('gpt2');
  const settings = { ...plain, do_sample: true, temperature: 0.7, top_k: 3, max_new_tokens: 4, eos_token_id: [] };
  const { views = [], written } = await generator.generate({
    prompts: [[15, 22]],
    settings,
    explain: { candidates: 5 },
  });
  expect(views.map(({ chosen }) => chosen)).toEqual(written[0]);
  for (const { processors, candidates, chosen, surprisal, entropy, entropyAfter } of views) {
    expect(processors).toEqual(['temperature', 'top_k']);
    const after = candidates.map((one) => one.after[1] as number);
    expect(after.filter((p) => p > 0)).toHaveLength(3);
    expect(after.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    // temperature is a power of the probabilities
    const [a, b] = candidates as [(typeof candidates)[0], (typeof candidates)[0]];
    expect(Math.log((a.after[0] as number) / (b.after[0] as number)) * 0.7).toBeCloseTo(
      Math.log(a.probability / b.probability),
      4,
    );
    expect(2 ** -(surprisal as number)).toBeCloseTo(
      candidates.find(({ id }) => id === chosen)?.probability as number,
      6,
    );
    expect(entropy).toBeGreaterThan(entropyAfter);
    expect(entropyAfter).toBeLessThanOrEqual(Math.log2(3));
  }
  const beams = { ...plain, num_beams: 3, num_return_sequences: 2 };
  const found = await generator.generate({ prompts: [[15, 22]], settings: beams, explain: { candidates: 2 } });
  const { nodes = [], returned = [] } = found.tree ?? {};
  const textOf = (at: number): number[] =>
    at < 0 ? [] : [...textOf(nodes[at]?.parent as number), nodes[at]?.id as number];
  expect(returned.map(textOf)).toEqual(found.written);
  expect(returned.map((at) => nodes[at]?.score)).toEqual(found.scores);
  expect(
    nodes.every(({ parent, step }) =>
      parent < 0 ? step === 0 : nodes[parent]?.fate === 'open' && nodes[parent]?.step === step - 1,
    ),
  ).toBe(true);
});

test('memory stays bounded over many requests', async () => {
  const generator = await named('llama');
  const many = async (count: number): Promise<number> => {
    for (let i = 0; i < count; i++)
      await generator.generate({ prompts: [[15, 12 + (i % 20)]], settings: { max_new_tokens: 1 + (i % 7) } });
    return process.memoryUsage().rss / 2 ** 20;
  };
  const before = await many(60);
  expect((await many(240)) - before).toBeLessThan(60);
});
