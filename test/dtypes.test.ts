// Operations over element types, on ONNX Runtime against the interpreter: what whole numbers, booleans, doubles and halves go through.
import { beforeAll, expect, test } from 'vitest';
import { type DType, fromNumbers, int64, type NdArray, toNumbers } from '../src/array/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import * as g from '../src/graph/index.ts';

let runtime: g.Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime();
});

type Make = (a: g.Tensor, b: g.Tensor) => g.Tensor;
const floats = ['float32', 'float64', 'float16'] as const;
const numbers = [...floats, 'int64', 'int32'] as const;
const all = [...numbers, 'bool'] as const;
const ids = g.integers([2, 0]);
const places = g.constant(int64([3, 2], [0, 3, 2, 1, 1, 2]));
const rows = g.constant(int64([2, 1], [2, 0]));

const cases: Readonly<Record<string, { readonly types: readonly DType[]; readonly make: Make }>> = {
  add: { types: numbers, make: g.add },
  subtract: { types: numbers, make: g.subtract },
  multiply: { types: numbers, make: g.multiply },
  minimum: { types: numbers, make: g.minimum },
  maximum: { types: numbers, make: g.maximum },
  divide: { types: floats, make: (a, b) => g.divide(a, g.add(g.absolute(b), 1)) },
  negate: { types: numbers, make: (a) => g.negate(a) },
  absolute: { types: numbers, make: (a) => g.absolute(a) },
  equal: { types: all, make: g.equal },
  less: { types: numbers, make: g.less },
  greaterOrEqual: { types: numbers, make: g.greaterOrEqual },
  where: { types: all, make: (a, b) => g.where(g.equal(a, b), a, b) },
  and: { types: ['bool'], make: (a, b) => g.and(a, g.not(b)) },
  exp: { types: floats, make: (a) => g.exp(g.multiply(a, 0.25)) },
  tanh: { types: floats, make: (a) => g.tanh(a) },
  sqrt: { types: floats, make: (a) => g.sqrt(g.absolute(a)) },
  softmax: { types: floats, make: (a) => g.softmax(a) },
  matmul: { types: floats, make: (a, b) => g.matmul(a, g.transpose(b, [1, 0])) },
  sum: { types: numbers, make: (a) => g.sum(a, { axes: [0] }) },
  mean: { types: floats, make: (a) => g.mean(a, { axes: [1], keepdims: true }) },
  max: { types: numbers, make: (a) => g.max(a, { axes: [1] }) },
  argMax: { types: floats, make: (a) => g.argMax(a, 1) },
  reshape: { types: all, make: (a) => g.reshape(a, [4, 3]) },
  transpose: { types: all, make: (a) => g.transpose(a, [1, 0]) },
  concat: { types: all, make: (a, b) => g.concat([a, b], 1) },
  slice: { types: all, make: (a) => g.slice(a, 1, 1, 3) },
  expand: { types: all, make: (a) => g.expand(a, [2, 3, 4]) },
  gather: { types: all, make: (a) => g.gather(a, ids, 1) },
  pad: { types: numbers, make: (a) => g.pad(a, [1, 0, 0, 2]) },
  sign: { types: numbers, make: (a) => g.sign(a) },
  log: { types: floats, make: (a) => g.log(g.add(g.absolute(a), 0.5)) },
  reciprocal: { types: floats, make: (a) => g.reciprocal(g.add(g.absolute(a), 0.5)) },
  erf: { types: ['float32'], make: (a) => g.erf(a) },
  sigmoid: { types: floats, make: (a) => g.sigmoid(a) },
  sin: { types: ['float32', 'float64'], make: (a) => g.sin(a) },
  cos: { types: ['float32'], make: (a) => g.cos(a) },
  floor: { types: floats, make: (a) => g.floor(g.divide(a, 2)) },
  relu: { types: floats, make: (a) => g.relu(a) },
  power: { types: ['float32', 'float64'], make: (a) => g.power(g.add(g.absolute(a), 0.5), 1.5) },
  min: { types: numbers, make: (a) => g.min(a, { axes: [0] }) },
  cumulativeSum: { types: ['float32', 'float64', 'int64', 'int32'], make: (a) => g.cumulativeSum(a, 1) },
  topK: { types: ['float32', 'float64', 'int64'], make: (a) => g.topK(a, 2).values },
  triangle: { types: ['float32', 'float64', 'int64'], make: (a) => g.triangle(a, 'upper', 1) },
  tile: { types: numbers, make: (a) => g.tile(a, [2, 1]) },
  gatherElements: { types: all, make: (a) => g.gatherElements(a, places, 1) },
  scatterElements: {
    types: ['float32', 'float64', 'int64', 'int32'],
    make: (a, b) => g.scatterElements(a, places, g.slice(b, 1, 0, 2), { axis: 1, reduction: 'add' }),
  },
  scatterNd: {
    types: ['float32', 'float64', 'int64', 'int32'],
    make: (a, b) => g.scatterNd(a, rows, g.slice(b, 0, 0, 2), 'none'),
  },
  logSoftmax: { types: floats, make: (a) => g.logSoftmax(a) },
  logSumExp: { types: floats, make: (a) => g.logSumExp(a, 1) },
  // an epsilon that ONNX's float32 attribute holds exactly
  layerNorm: {
    types: ['float32', 'float64'],
    make: (a, b) => g.layerNorm(a, g.mean(b, { axes: [0] }), g.mean(a, { axes: [0] }), 2 ** -10),
  },
  toFloat32: { types: all, make: (a) => g.castTo(a, 'float32') },
  toFloat64: { types: all, make: (a) => g.castTo(a, 'float64') },
  toFloat16: { types: all, make: (a) => g.castTo(a, 'float16') },
  toInt64: { types: all, make: (a) => g.castTo(a, 'int64') },
  toInt32: { types: all, make: (a) => g.castTo(a, 'int32') },
  toBool: { types: all, make: (a) => g.castTo(a, 'bool') },
  toUint8: { types: numbers, make: (a) => g.castTo(g.absolute(a), 'uint8') },
};

const pairs = Object.entries(cases).flatMap(([name, { types, make }]) =>
  types.map((dtype) => [name, dtype, make] as const),
);
const valuesOf = (dtype: DType, shift: number): NdArray => {
  const values = Array.from({ length: 12 }, (_, i) => ((i * 5 + shift) % 7) - 3);
  return fromNumbers(dtype, [3, 4], dtype === 'bool' ? values.map((value) => (value > 0 ? 1 : 0)) : values);
};

test.each(pairs)('%s of %s', async (_name, dtype, make) => {
  const [a, b] = [g.input('a', dtype, [3, 4]), g.input('b', dtype, [3, 4])];
  const y = make(a, b);
  const feeds = { a: valuesOf(dtype, 0), b: valuesOf(dtype, 3) };
  const { bytes } = g.writeOnnx({ y }, { backend: runtime.backend });
  const session = await runtime.createSession(bytes, { threads: 1 });
  const given = Object.fromEntries(session.inputNames.map((name) => [name, feeds[name as 'a' | 'b']]));
  const { y: found } = await session.run(given);
  await session.release();
  const expected = g.interpret([y], feeds)[0] as g.Value;
  const ours = found as NdArray;
  expect([ours.dtype, ours.shape]).toEqual([y.dtype, expected.shape]);
  const tolerance = dtype === 'float16' ? 2e-3 : dtype === 'float64' ? 1e-12 : 1e-5;
  toNumbers(ours).forEach((value, i) => {
    const truth = expected.data[i] as number;
    expect(Math.abs(value - truth) / Math.max(1, Math.abs(truth)), `[${i}]`).toBeLessThan(tolerance);
  });
});
