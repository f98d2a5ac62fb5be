// Caches: a decoder fed piece by piece, with the keys and values of what came before, says what the full forward pass says;
// so does an encoder-decoder's decoder alone. Rows padded on the left, with positions counted from the mask, say what they say alone.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { float32, int64, type NamedArrays, type NdArray, toNumbers } from '../src/array/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import type { Model } from '../src/models/index.ts';
import { openModel } from '../src/tasks/index.node.ts';
import { runForward, traceForward } from '../src/tasks/index.ts';

const ROOT = join(import.meta.dirname, 'fixtures', 'models');
const configOf = (name: string): { architectures?: string[]; is_encoder_decoder?: boolean } =>
  JSON.parse(readFileSync(join(ROOT, name, 'config.json'), 'utf8'));
const folders = readdirSync(ROOT, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);
const classOf = (name: string): string => configOf(name).architectures?.[0] ?? '';
// BLIP's captions are conditional on a picture, not on a text: below
const encoderDecoders = folders.filter(
  (name) => /(ForConditionalGeneration|MTModel)$/.test(classOf(name)) && !classOf(name).startsWith('Blip'),
);
const decoders = folders.filter((name) => /(LMHeadModel|ForCausalLM)$/.test(classOf(name)));

const ids = (rows: readonly (readonly number[])[]): NdArray => int64([rows.length, rows[0]?.length ?? 0], rows.flat());
const TEXTS = [
  [5, 9, 4, 33, 12, 7],
  [8, 3, 21, 6, 14, 30],
];

async function open(name: string): Promise<{ model: Model; run: Run }> {
  const { model, parameters } = await openModel(join(ROOT, name));
  const runtime = await nodeRuntime();
  const run: Run = (inputs, part = model) =>
    runForward(part, parameters, inputs, { want: ['logits', 'cache'], runtime });
  return { model, run };
}
type Run = (inputs: NamedArrays, part?: Model) => Promise<Record<string, NdArray>>;

/** `present.…` of one run as `past_key_values.…` of the next. */
function asPast(outputs: NamedArrays): NamedArrays {
  return Object.fromEntries(
    Object.entries(outputs)
      .filter(([name]) => name.startsWith('present.'))
      .map(([name, array]) => [name.replace('present.', 'past_key_values.'), array]),
  );
}

/** Places `from` to `to` of `[B, T, V]`. */
function places(logits: NdArray, from: number, to: number): number[] {
  const [batch = 0, tokens = 0, width = 0] = logits.shape;
  const all = toNumbers(logits);
  return Array.from({ length: batch }, (_, b) =>
    all.slice((b * tokens + from) * width, (b * tokens + to) * width),
  ).flat();
}

function close(got: readonly number[], expected: readonly number[]): void {
  expect(got.length).toBe(expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  const worst = Math.max(...got.map((value, i) => Math.abs(value - (expected[i] as number))));
  expect(worst / scale).toBeLessThan(1e-5);
}

test.each(decoders)('%s: prompt, then three tokens, then one, is the whole', async (name) => {
  const { run } = await open(name);
  const whole = await run({ input_ids: ids(TEXTS) });
  const first = await run({ input_ids: ids(TEXTS.map((row) => row.slice(0, 2))) });
  const second = await run({ input_ids: ids(TEXTS.map((row) => row.slice(2, 5))), ...asPast(first) });
  const third = await run({ input_ids: ids(TEXTS.map((row) => row.slice(5))), ...asPast(second) });
  close(places(first.logits as NdArray, 0, 2), places(whole.logits as NdArray, 0, 2));
  close(places(second.logits as NdArray, 0, 3), places(whole.logits as NdArray, 2, 5));
  close(places(third.logits as NdArray, 0, 1), places(whole.logits as NdArray, 5, 6));
  expect(Object.keys(asPast(third)).sort()).toEqual(Object.keys(asPast(whole)).sort());
  for (const [key, array] of Object.entries(asPast(whole)))
    close(toNumbers(asPast(third)[key] as NdArray), toNumbers(array));
});

test.each(decoders)('%s: an empty cache is no cache', async (name) => {
  const { model, run } = await open(name);
  const empty = Object.entries(model.precomputed ?? {}).map(([key, { shape }]) => {
    const [, heads = 0, , width = 0] = shape as number[];
    return [key, float32([2, heads, 0, width], [])] as const;
  });
  const [whole, begun] = [
    await run({ input_ids: ids(TEXTS) }),
    await run({ input_ids: ids(TEXTS), ...Object.fromEntries(empty) }),
  ];
  close(toNumbers(begun.logits as NdArray), toNumbers(whole.logits as NdArray));
});

test.each(decoders)('%s: left padding with positions from the mask', async (name) => {
  const { run } = await open(name);
  const [long, short] = [TEXTS[0] as number[], (TEXTS[1] as number[]).slice(0, 4)];
  const mask = [
    [1, 1, 1, 1, 1],
    [0, 0, 1, 1, 1],
  ];
  const positions = [
    [0, 1, 2, 3, 4],
    [0, 0, 0, 1, 2],
  ];
  const padded = {
    input_ids: ids([long.slice(0, 5), [0, 0, ...short.slice(0, 3)]]),
    attention_mask: ids(mask),
    position_ids: ids(positions),
  };
  const prompt = await run(padded);
  const step = await run({
    input_ids: ids([[long[5] as number], [short[3] as number]]),
    attention_mask: ids(mask.map((row) => [...row, 1])),
    position_ids: ids([[5], [3]]),
    ...asPast(prompt),
  });
  const alone = await run({ input_ids: ids([short]) });
  const [, , width = 0] = (prompt.logits as NdArray).shape;
  const second = (logits: NdArray, from: number): number[] => toNumbers(logits).slice(from * width);
  close(second(prompt.logits as NdArray, 5 + 2), places(alone.logits as NdArray, 0, 3));
  close(second(step.logits as NdArray, 1), places(alone.logits as NdArray, 3, 4));
});

test('a cache with a hole, and a name that is none, are refused', async () => {
  const { run } = await open('GPT2LMHeadModel');
  const { 'present.1.value': _gone, ...rest } = await run({ input_ids: ids(TEXTS) });
  await expect(run({ input_ids: ids(TEXTS), ...asPast(rest) })).rejects.toThrow(
    'forward: expected the cache of every layer, got none for past_key_values.1.value (GPT2LMHeadModel)',
  );
  await expect(run({ input_ids: ids(TEXTS), cache: ids(TEXTS) })).rejects.toThrow('expected inputs among');
});

const SOURCE = ids([
  [7, 3, 22, 40, 9, 2],
  [12, 5, 8, 2, 1, 1],
]);
const SOURCE_MASK = ids([
  [1, 1, 1, 1, 1, 1],
  [1, 1, 1, 1, 0, 0],
]);

test.each(encoderDecoders)('%s: encoder once, decoder step by step, is the whole', async (name) => {
  const { model, run } = await open(name);
  const { encoder, decoder } = model.parts as NonNullable<Model['parts']>;
  const whole = await run({ input_ids: SOURCE, attention_mask: SOURCE_MASK, decoder_input_ids: ids(TEXTS) });
  const { last_hidden_state: states } = await run({ input_ids: SOURCE, attention_mask: SOURCE_MASK }, encoder);
  const fromEncoder = { encoder_hidden_states: states as NdArray, encoder_attention_mask: SOURCE_MASK };
  const first = await run({ input_ids: ids(TEXTS.map((row) => row.slice(0, 2))), ...fromEncoder }, decoder);
  const kept = asPast(first);
  const step = { input_ids: ids(TEXTS.map((row) => row.slice(2, 3))), encoder_attention_mask: SOURCE_MASK };
  const second = await run({ ...step, ...kept }, decoder);
  expect(Object.keys(second).filter((key) => key.includes('.encoder.'))).toEqual([]);
  const third = await run(
    { ...step, input_ids: ids(TEXTS.map((row) => row.slice(3))), ...kept, ...asPast(second) },
    decoder,
  );
  close(places(first.logits as NdArray, 0, 2), places(whole.logits as NdArray, 0, 2));
  close(places(second.logits as NdArray, 0, 1), places(whole.logits as NdArray, 2, 3));
  close(places(third.logits as NdArray, 0, 3), places(whole.logits as NdArray, 3, 6));
});

test.each(encoderDecoders)('%s: the whole model takes up where its encoder left off', async (name) => {
  const { model, run } = await open(name);
  const { encoder } = model.parts as NonNullable<Model['parts']>;
  const target = { decoder_input_ids: ids(TEXTS), attention_mask: SOURCE_MASK };
  const whole = await run({ input_ids: SOURCE, ...target });
  const { last_hidden_state: states } = await run({ input_ids: SOURCE, attention_mask: SOURCE_MASK }, encoder);
  const again = await run({ encoder_hidden_states: states as NdArray, ...target });
  close(toNumbers(again.logits as NdArray), toNumbers(whole.logits as NdArray));
  await expect(run({ decoder_input_ids: ids(TEXTS) })).rejects.toThrow(
    'expected the input input_ids or encoder_hidden_states or past_key_values.0.encoder.key',
  );
});

test('BLIP: the picture once, words step by step, is the whole', async () => {
  const { model, run } = await open('BlipForConditionalGeneration');
  const { encoder, decoder } = model.parts as NonNullable<Model['parts']>;
  const pixels = float32(
    [2, 3, 8, 8],
    Array.from({ length: 384 }, (_, i) => Math.sin(i)),
  );
  const rows = (from: number, to: number): NdArray => ids(TEXTS.map((row) => row.slice(from, to).map((id) => id % 29)));
  const whole = await run({ input_ids: rows(0, 6), pixel_values: pixels });
  const { last_hidden_state: states } = await run({ pixel_values: pixels }, encoder);
  const first = await run({ input_ids: rows(0, 2), encoder_hidden_states: states as NdArray }, decoder);
  expect(Object.keys(first).filter((key) => key.startsWith('present.'))).toHaveLength(8);
  const kept = asPast(first);
  const second = await run({ input_ids: rows(2, 3), ...kept }, decoder);
  expect(Object.keys(second).filter((key) => key.includes('.encoder.'))).toEqual([]);
  const third = await run({ input_ids: rows(3, 6), ...kept, ...asPast(second) }, decoder);
  close(places(first.logits as NdArray, 0, 2), places(whole.logits as NdArray, 0, 2));
  close(places(second.logits as NdArray, 0, 1), places(whole.logits as NdArray, 2, 3));
  close(places(third.logits as NdArray, 0, 3), places(whole.logits as NdArray, 3, 6));
});

test('a long prompt is scored at its last place only, when that is all that is asked for', async () => {
  for (const name of ['LlamaForCausalLM', 'MarianMTModel']) {
    const { model } = await openModel(join(ROOT, name));
    const given = ['input_ids', ...(model.parts ? ['decoder_input_ids'] : [])];
    const traced = traceForward(model, given, {}, { logits: 'last' });
    expect(traced.values.logits?.shape.slice(0, 2)).toEqual(['batch', 1]);
  }
});
