// Looking inside: any named value can be fetched, and replaced by an array that is fed or by a function of it.
import { expect, test } from 'vitest';
import { float32, int64, type NamedArrays, type NdArray, sizeOf, toNumbers } from '../src/array/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { input, multiply, type Replacement, reshape, ShapeError, type Tensor, writeOnnx } from '../src/graph/index.ts';
import { modelFor, parameterSpecs } from '../src/models/index.ts';
import { initializeParameters } from '../src/nn/index.ts';
import { traceForward } from '../src/tasks/index.ts';

const model = modelFor({
  ...{ model_type: 'gpt2', architectures: ['GPT2LMHeadModel'], vocab_size: 13, n_positions: 8 },
  ...{ n_embd: 8, n_layer: 2, n_head: 2, initializer_range: 0.5 },
});
const feeds: NamedArrays = {
  ...initializeParameters(parameterSpecs(model), 1),
  input_ids: int64([2, 4], [1, 2, 3, 4, 5, 6, 7, 8]),
};
const traced = (replacements: Readonly<Record<string, Replacement>> = {}) =>
  traceForward(model, ['input_ids'], replacements);
const names = [...traced().taps.keys()];
const pattern = names.find((name) => name.endsWith('layers.0.attention.weights')) as string;

async function run(
  replacements: Readonly<Record<string, Replacement>> = {},
  fed: NamedArrays = {},
): Promise<{ logits: number[]; pattern: NdArray }> {
  const { values, taps } = traced(replacements);
  const runtime = await nodeRuntime();
  const outputs = { logits: values.logits as Tensor, pattern: taps.get(pattern) as Tensor };
  const session = await runtime.createSession(writeOnnx(outputs, { backend: runtime.backend }).bytes, { threads: 1 });
  const results = await session.run({ ...feeds, ...fed });
  await session.release();
  return { logits: toNumbers(results.logits as NdArray), pattern: results.pattern as NdArray };
}

test('every block names its scores, pattern, heads and stream', () => {
  for (const layer of [0, 1])
    for (const tail of ['attention.scores', 'attention.weights', 'attention.heads', 'output'])
      expect(
        names.some((name) => name.endsWith(`layers.${layer}.${tail}`)),
        `${layer} ${tail}`,
      ).toBe(true);
});

test('a function in the place of a pattern changes what follows, and the fetched value', async () => {
  const before = await run();
  const rows = toNumbers(before.pattern).slice(0, 4);
  // the first token sees itself alone
  expect(rows).toEqual([1, 0, 0, 0]);
  expect((await run({ [pattern]: (value) => value })).logits).toEqual(before.logits);
  const doubled = await run({ [pattern]: (value) => multiply(value, 2) });
  expect(toNumbers(doubled.pattern)).toEqual(toNumbers(before.pattern).map((value) => 2 * value));
  expect(doubled.logits).not.toEqual(before.logits);
});

test('an array in the place of a pattern is fed: its own values change nothing, others do', async () => {
  const before = await run();
  const given = input('given', 'float32', traced().taps.get(pattern)?.shape ?? []);
  expect((await run({ [pattern]: given }, { given: before.pattern })).logits).toEqual(before.logits);
  const { shape } = before.pattern;
  const uniform = float32(shape, new Array(sizeOf(shape)).fill(1 / (shape.at(-1) as number)));
  const other = await run({ [pattern]: given }, { given: uniform });
  expect(toNumbers(other.pattern)).toEqual(toNumbers(uniform));
  expect(other.logits).not.toEqual(before.logits);
});

test('another shape and a name that is no tap are refused', () => {
  expect(() => traced({ [pattern]: (value) => reshape(value, [...value.shape, 1]) })).toThrow(ShapeError);
  expect(() => traced({ [pattern]: (value) => reshape(value, [...value.shape, 1]) })).toThrow(pattern);
  expect(() => traced({ nothing: (value) => value })).toThrow(/expected names of taps, got nothing \(known: /);
});
