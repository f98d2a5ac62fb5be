// Layers against published values and against themselves: positions, masks, patches, grouped and cached attention.
import { expect, test } from 'vitest';
import { float32, int64, Random, sizeOf, toNumbers } from '../array/index.ts';
import { nodeRuntime } from '../graph/index.node.ts';
import {
  add,
  type Dim,
  input,
  interpret,
  softmax,
  conv as strided,
  type Tensor,
  trace,
  type Value,
  writeOnnx,
} from '../graph/index.ts';
import {
  activationNamed,
  alibiBias,
  alibiSlopes,
  attention,
  causalBias,
  countParameters,
  feedForward,
  fusedProjections,
  initializeParameters,
  Module,
  nearbyBias,
  paddingBias,
  patchEmbedding,
  relativeBuckets,
  rotary,
  sinusoidGrid,
  sinusoidTable,
  zerosInit,
} from './index.ts';

const random = (name: string, shape: readonly number[]) => {
  const source = new Random({ seed: 5, site: name });
  return float32(
    shape,
    Array.from({ length: sizeOf(shape) }, () => source.normal()),
  );
};

/** The value of an expression that `build` makes over a fresh module, with seeded parameters. */
function evaluate(
  build: (module: Module) => readonly Tensor[],
  feeds: Record<string, ReturnType<typeof random>>,
): Value[] {
  const module = Module.root({ training: false });
  const { result } = trace(() => build(module));
  return interpret(result, { ...initializeParameters(module.context.specs, 3), ...feeds });
}
const close = (a: Value | undefined, b: Value | undefined, tolerance = 1e-6): void => {
  expect(a?.shape).toEqual(b?.shape);
  a?.data.forEach((x, i) => {
    expect(Math.abs(x - (b?.data[i] as number))).toBeLessThan(tolerance);
  });
};

test('T5 buckets are the published ones, in float32 as the reference computes them', async () => {
  const runtime = await nodeRuntime();
  const bucketsOf = async (distances: number[], bidirectional: boolean): Promise<number[]> => {
    const options = { heads: 1, buckets: 32, maxDistance: 128, bidirectional };
    const buckets = relativeBuckets(input('d', 'int64', [1, distances.length]), options);
    const session = await runtime.createSession(writeOnnx({ buckets }, { backend: runtime.backend }).bytes);
    const results = await session.run({ d: int64([1, distances.length], distances) });
    await session.release();
    return toNumbers(results.buckets as never);
  };
  const near = Array.from({ length: 17 }, (_, i) => i - 8);
  expect(await bucketsOf(near, true)).toEqual([8, 7, 6, 5, 4, 3, 2, 1, 0, 17, 18, 19, 20, 21, 22, 23, 24]);
  expect(await bucketsOf([-16, -32, -64, -127], true)).toEqual([10, 12, 14, 15]);
  expect(await bucketsOf([16, 32, 64, 128], true)).toEqual([26, 28, 30, 31]);
  expect(await bucketsOf([-16, -17, -20, -32, -64, -100, -127, 5], false)).toEqual([16, 16, 17, 21, 26, 30, 31, 0]);
});

test('ALiBi slopes of 8 and 12 heads', () => {
  expect(alibiSlopes(8)).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((i) => 2 ** -i));
  const twelve = [
    0.5,
    0.25,
    0.125,
    0.0625,
    0.03125,
    0.015625,
    0.0078125,
    0.00390625,
    Math.SQRT1_2,
    0.353553,
    0.176777,
    0.088388,
  ];
  alibiSlopes(12).forEach((slope, i) => {
    expect(slope).toBeCloseTo(twelve[i] as number, 6);
  });
  const bias = interpret([alibiBias(2, 3)], {})[0] as Value;
  expect([bias.shape, Array.from(bias.data.slice(0, 3))]).toEqual([
    [1, 2, 3, 3],
    [-0, -0.0625, -0.125],
  ]);
});

test('sinusoids in both orders, and on a grid', () => {
  const [wave, half] = [sinusoidTable(3, 4, 'interleaved'), sinusoidTable(3, 4, 'half-split')];
  const row = [Math.sin(2), Math.cos(2), Math.sin(0.02), Math.cos(0.02)].map(Math.fround);
  expect(toNumbers(wave).slice(8)).toEqual(row);
  expect(toNumbers(half).slice(8)).toEqual([row[0], row[2], row[1], row[3]]);
  expect(toNumbers(sinusoidGrid(2, 2, 8)).slice(8, 12)).toEqual(
    toNumbers(sinusoidTable(2, 4, 'half-split')).slice(0, 4),
  );
});

test('rotary positions turn pairs, keep lengths, and scores depend on the distance alone', () => {
  const x = input('x', 'float32', [1, 1, 4, 6]);
  const same = random('one', [1, 1, 1, 6]).data;
  const feeds = { x: float32([1, 1, 4, 6], [...same, ...same, ...same, ...same]) };
  const { data } = interpret([rotary(6)(x)], feeds)[0] as Value;
  const row = (i: number): number[] => Array.from(data.slice(6 * i, 6 * i + 6));
  const dot = (a: number[], b: number[]): number => a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
  expect(row(0)).toEqual(Array.from(same));
  expect(dot(row(3), row(3))).toBeCloseTo(dot(row(0), row(0)), 5);
  expect(dot(row(0), row(1))).toBeCloseTo(dot(row(2), row(3)), 5);
  const [a, b] = [same[0] as number, same[3] as number];
  expect(row(1)[0]).toBeCloseTo(a * Math.cos(1) - b * Math.sin(1), 5);
});

test('patches by reshape and product are the strided convolution, which leaves out what fills no patch', () => {
  const pixels = input('pixels', 'float32', ['batch', 3, 5, 7]);
  const feeds = {
    pixels: random('pixels', [2, 3, 5, 7]),
    weight: random('w', [5, 3, 2, 3]),
    bias: float32([5], [0, 0, 0, 0, 0]),
  };
  const module = Module.root({ training: false });
  const tokens = patchEmbedding(module, pixels, { dim: 5, patch: [2, 3] });
  const grid = strided(pixels, module.context.tensors.get('weight') as Tensor, { stride: [2, 3] });
  const [ours, reference] = interpret([tokens, grid], feeds) as [Value, Value];
  expect([ours.shape, reference.shape]).toEqual([
    [2, 4, 5],
    [2, 5, 2, 2],
  ]);
  for (let b = 0; b < 2; b++) {
    for (let n = 0; n < 4; n++)
      for (let d = 0; d < 5; d++)
        expect(ours.data[(b * 4 + n) * 5 + d]).toBeCloseTo(reference.data[(b * 5 + d) * 4 + n] as number, 10);
  }
  const overlapping = Module.root({ training: false });
  const dense = patchEmbedding(overlapping, pixels, { dim: 5, patch: [2, 3], stride: [1, 2] });
  const places = strided(pixels, overlapping.context.tensors.get('weight') as Tensor, { stride: [1, 2] });
  const [mine, theirs] = interpret([dense, places], feeds) as [Value, Value];
  expect([mine.shape, theirs.shape]).toEqual([
    [2, 12, 5],
    [2, 5, 4, 3],
  ]);
  mine.data.forEach((value, i) => {
    const [n, d] = [Math.floor(i / 5) % 12, i % 5];
    expect(value).toBeCloseTo(theirs.data[(Math.floor(i / 60) * 5 + d) * 12 + n] as number, 10);
  });
  expect(() => patchEmbedding(module, input('low', 'float32', [1, 3, 1, 6]), { dim: 5, patch: [2, 3] })).toThrow(
    'at least one 2×3 patch, got 1×6',
  );
});

test('a causal row sees nothing to its right, exactly', () => {
  const x = input('x', 'float32', ['batch', 'tokens', 8]);
  const feeds = { x: random('x', [2, 4, 8]) };
  const [weights] = evaluate((m) => [attention(m, x, { heads: 2, bias: causalBias('tokens') }).weights], feeds) as [
    Value,
  ];
  for (let t = 0; t < 4; t++) for (let s = t + 1; s < 4; s++) expect(weights.data[t * 4 + s]).toBe(0);
});

test('a row of padding alone does not look ahead; windows look back, and to both sides', () => {
  const mask = input('mask', 'int64', [1, 4]);
  const feeds = { mask: { shape: [1, 4], data: Float64Array.from([0, 0, 1, 1]) } };
  const seen = (bias: Tensor): number[][] => {
    const { data } = interpret([softmax(bias)], feeds)[0] as Value;
    return Array.from({ length: 4 }, (_, t) => Array.from(data.slice(4 * t, 4 * t + 4)));
  };
  expect(seen(add(causalBias(4), paddingBias(mask)))).toEqual([
    [1, 0, 0, 0],
    [0.5, 0.5, 0, 0],
    [0, 0, 1, 0],
    [0, 0, 0.5, 0.5],
  ]);
  expect(seen(causalBias(4, 0, 2)).map((row) => row.map((weight) => (weight > 0 ? 1 : 0)))).toEqual([
    [1, 0, 0, 0],
    [1, 1, 0, 0],
    [0, 1, 1, 0],
    [0, 0, 1, 1],
  ]);
  expect(seen(nearbyBias(4, 1)).map((row) => row.map((weight) => (weight > 0 ? 1 : 0)))).toEqual([
    [1, 1, 0, 0],
    [1, 1, 1, 0],
    [0, 1, 1, 1],
    [0, 0, 1, 1],
  ]);
});

test('buffers are stored but neither counted nor trained', () => {
  const module = Module.root({ training: false });
  module.buffer('shift', [3], zerosInit);
  module.parameter('weight', [2, 2], zerosInit);
  expect(module.context.specs.get('shift')?.isBuffer).toBe(true);
  expect(countParameters(module.context.specs)).toBe(4);
});

test('keys and values that are there already are used as they stand; fused projections cannot do that', () => {
  const x = input('x', 'float32', [1, 2, 8]);
  const memory = input('memory', 'float32', [1, 5, 8]);
  const feeds = { x: random('x', [1, 2, 8]), memory: random('m', [1, 5, 8]) };
  const [first, again] = evaluate((m) => {
    const once = attention(m, x, { heads: 4, keyHeads: 2 }, memory);
    return [once.output, attention(m, x, { heads: 4, keyHeads: 2 }, once.cache).output];
  }, feeds) as [Value, Value];
  close(again, first, 1e-12);
  expect(() =>
    evaluate((m) => {
      const { cache } = attention(m, x, { heads: 4 }, memory);
      return [attention(m, x, { heads: 4, projections: fusedProjections() }, cache).output];
    }, feeds),
  ).toThrow('expected projections that give queries alone');
});

test('grouped heads with a full group are plain attention; a cache continues it', () => {
  const [x, first, last] = [
    ['x', 4],
    ['first', 3],
    ['last', 1],
  ].map(([name, tokens]) => input(name as string, 'float32', [1, tokens as Dim, 8])) as [Tensor, Tensor, Tensor];
  const all = random('x', [1, 4, 8]);
  const feeds = {
    x: all,
    first: float32([1, 3, 8], all.data.slice(0, 24)),
    last: float32([1, 1, 8], all.data.slice(24)),
  };
  const [whole, grouped, step] = evaluate((m) => {
    const options = { heads: 4, keyHeads: 2 };
    const full = attention(m, x, { ...options, bias: causalBias(4) }).output;
    const past = attention(m, first, { ...options, bias: causalBias(3) }).cache;
    return [
      full,
      attention(m, x, options).weights,
      attention(m, last, { ...options, bias: causalBias(1, 3) }, last, past).output,
    ];
  }, feeds) as [Value, Value, Value];
  expect(grouped.shape).toEqual([1, 4, 4, 4]);
  close({ shape: [1, 1, 8], data: whole.data.slice(24) }, step, 1e-9);
});

test('cross-attention reads another sequence; heads that do not divide are refused', () => {
  const x = input('x', 'float32', [1, 2, 8]);
  const memory = input('memory', 'float32', [1, 5, 6]);
  const feeds = { x: random('x', [1, 2, 8]), memory: random('m', [1, 5, 6]) };
  const [weights, output] = evaluate((m) => {
    const attended = attention(m, x, { heads: 2 }, memory);
    return [attended.weights, attended.output];
  }, feeds) as [Value, Value];
  expect([weights.shape, output.shape]).toEqual([
    [1, 2, 2, 5],
    [1, 2, 8],
  ]);
  for (let row = 0; row < 4; row++)
    expect(weights.data.slice(5 * row, 5 * row + 5).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  expect(() => attention(Module.root({ training: false }), x, { heads: 3 })).toThrow(
    'expected heads to divide dim, got 3 heads',
  );
});

test('fused projections are the separate ones cut in three', () => {
  const x = input('x', 'float32', [1, 2, 4]);
  const module = Module.root({ training: false });
  attention(module, x, { heads: 2, projections: fusedProjections() });
  expect([...module.context.specs].map(([name, { shape }]) => [name, shape])).toEqual([
    ['qkv.weight', [12, 4]],
    ['qkv.bias', [12]],
    ['output.weight', [4, 4]],
    ['output.bias', [4]],
  ]);
  expect(countParameters(module.context.specs)).toBe(48 + 12 + 16 + 4);
});

test('a gated feed-forward is down(act(gate x) · up x)', () => {
  const x = input('x', 'float32', [1, 2]);
  const parameters = {
    'up.weight': float32([1, 2], [1, 2]),
    'up.bias': float32([1], [0.5]),
    'gate.weight': float32([1, 2], [3, -1]),
    'gate.bias': float32([1], [1]),
    'down.weight': float32([2, 1], [2, -3]),
    'down.bias': float32([2], [0, 1]),
  };
  const module = Module.root({ training: false });
  const y = feedForward(module, x, { ffnDim: 1, activation: (t: Tensor) => add(t, 10), gated: true });
  // x = (1, 2): up 5.5, gate 2 → 12, product 66
  expect(Array.from((interpret([y], { ...parameters, x: float32([1, 2], [1, 2]) })[0] as Value).data)).toEqual([
    132, -197,
  ]);
});

const places = [-12, -4, -2.5, -1, -0.3, 0, 0.5, 2, 5, 7, 12];
// transformers.activations.ACT2FN at the places
test.each([
  ['gelu_10', [0, -0.000126, -0.015524, -0.158655, -0.114627, 0, 0.345731, 1.9545, 4.999999, 7, 10]],
  ['gelu_python', [0, -0.000127, -0.015524, -0.158655, -0.114627, 0, 0.345731, 1.9545, 4.999999, 7, 12]],
  ['gelu_accurate', [0, -7e-5, -0.015084, -0.158808, -0.114629, 0, 0.345714, 1.954598, 5, 7, 12]],
  ['gelu_python_tanh', [0, -7e-5, -0.015084, -0.158808, -0.114629, 0, 0.345714, 1.954598, 5, 7, 12]],
  ['relu2', [0, 0, 0, 0, 0, 0, 0.25, 4, 25, 49, 144]],
  ['relu6', [0, 0, 0, 0, 0, 0, 0.5, 2, 5, 6, 6]],
  ['leaky_relu', [-0.12, -0.04, -0.025, -0.01, -0.003, 0, 0.5, 2, 5, 7, 12]],
  ['hardswish', [0, 0, -0.208333, -0.333333, -0.135, 0, 0.291667, 1.666667, 5, 7, 12]],
  ['mish', [-7.4e-5, -0.072592, -0.196816, -0.303401, -0.151133, 0, 0.375245, 1.943959, 4.999552, 6.999989, 12]],
  ['linear', places],
])('the activation %s as Transformers has it', (name, expected) => {
  const x = input('x', 'float32', [places.length]);
  const [y] = interpret([activationNamed(name)(x)], { x: float32([places.length], places) });
  for (const [i, value] of Array.from(y?.data ?? [], Number).entries())
    expect(value, `${name}(${places[i]})`).toBeCloseTo(expected[i] as number, 5);
});
