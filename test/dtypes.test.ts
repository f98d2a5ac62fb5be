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
const single = ['float32', 'float16'] as const;
const floats = ['float32', 'float64', 'float16'] as const;
const numbers = [...floats, 'int64', 'int32'] as const;
const all = [...numbers, 'bool'] as const;
const ids = g.integers([2, 0]);
const places = g.constant(int64([3, 2], [0, 3, 2, 1, 1, 2]));
const rows = g.constant(int64([2, 1], [2, 0]));

interface Case {
  readonly types: readonly DType[];
  readonly make: Make;
  /** Of the value, where the type's own does not do. */
  readonly tolerance?: number;
}

const cases: Readonly<Record<string, Case>> = {
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
  erf: { types: single, make: (a) => g.erf(a) },
  gelu: { types: single, make: (a) => g.gelu(a) },
  geluTanh: { types: single, make: (a) => g.gelu(a, 'tanh') },
  // ONNX Runtime's own constants in it are float32
  geluTanhOfDoubles: { types: ['float64'], tolerance: 1e-8, make: (a) => g.gelu(a, 'tanh') },
  quickGelu: { types: ['float32', 'float16'], make: (a) => g.quickGelu(a) },
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
  rmsNorm: { types: floats, make: (a, b) => g.rmsNorm(a, g.mean(b, { axes: [0] }), 2 ** -10) },
  crossEntropy: { types: floats, make: (a) => g.crossEntropy(a, g.integers([2, 0, -100])) },
  // with a gradient in the graph
  crossEntropyGradient: {
    types: ['float32'],
    make: (a) => g.gradients(g.crossEntropy(a, g.integers([2, 0, 3])), [a])[0] as g.Tensor,
  },
  gemm: {
    types: floats,
    make: (a, b) => g.gemm(a, b, g.reshape(g.slice(a, 1, 0, 1), [3]), { transB: true }),
  },
  fusedMatmul: { types: floats, make: (a, b) => g.fusedMatmul(a, b, { transB: true, alpha: 0.5 }) },
  matmulOfWhole: { types: ['int64', 'int32'], make: (a, b) => g.matmul(a, g.transpose(b)) },
  conv: { types: single, make: (a, b) => g.conv(g.reshape(a, [1, 3, 4]), g.reshape(b, [2, 3, 2])) },
  convTranspose: { types: single, make: (a, b) => g.convTranspose(g.reshape(a, [1, 3, 4]), g.reshape(b, [3, 2, 2])) },
  averagePool: { types: single, make: (a) => g.averagePool(g.reshape(a, [1, 3, 4]), [2]) },
  oneHot: { types: ['int64', 'int32'], make: (a) => g.oneHot(g.absolute(a), 4) },
  dynamicQuantize: { types: ['float32'], make: (a) => g.dynamicQuantize(a).q },
  integerMatmul: {
    types: ['int8'],
    make: (a, b) => g.integerMatmul(a, g.transpose(b), g.constant(fromNumbers('int8', [], [1]))),
  },
  dequantize: { types: ['int8', 'uint8'], make: (a) => g.dequantize(a, g.constant(0.25)) },
  // equal numbers: the first of them comes first
  topKIndices: { types: numbers, make: (a) => g.topK(g.minimum(a, 1), 3).indices },
  argMaxOfEqual: { types: numbers, make: (a) => g.argMax(g.minimum(a, 1), 1) },
  scatterByInt32: {
    types: ['float32', 'int64'],
    make: (a, b) => g.scatterNd(a, g.castTo(rows, 'int32'), g.slice(b, 0, 0, 2), 'none'),
  },
  toFloat32: { types: all, make: (a) => g.castTo(a, 'float32') },
  toFloat64: { types: all, make: (a) => g.castTo(a, 'float64') },
  toFloat16: { types: all, make: (a) => g.castTo(a, 'float16') },
  toInt64: { types: all, make: (a) => g.castTo(a, 'int64') },
  toInt32: { types: all, make: (a) => g.castTo(a, 'int32') },
  toBool: { types: all, make: (a) => g.castTo(a, 'bool') },
  toUint8: { types: numbers, make: (a) => g.castTo(g.absolute(a), 'uint8') },
};

const pairs = Object.entries(cases).flatMap(([name, one]) => one.types.map((dtype) => [name, dtype, one] as const));
const valuesOf = (dtype: DType, shift: number): NdArray => {
  const values = Array.from({ length: 12 }, (_, i) => ((i * 5 + shift) % 7) - 3);
  return fromNumbers(dtype, [3, 4], dtype === 'bool' ? values.map((value) => (value > 0 ? 1 : 0)) : values);
};

test.each(pairs)('%s of %s', async (_name, dtype, { make, tolerance: own }) => {
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
  const tolerance = own ?? (dtype === 'float16' ? 2e-3 : dtype === 'float64' ? 1e-12 : 1e-5);
  toNumbers(ours).forEach((value, i) => {
    const truth = expected.data[i] as number;
    expect(Math.abs(value - truth) / Math.max(1, Math.abs(truth)), `[${i}]`).toBeLessThan(tolerance);
  });
});

const taken = (a: g.Tensor): g.Tensor => g.castTo(a, 'float32');
test.each<[string, DType, (a: g.Tensor) => g.Tensor, string]>([
  ['erf', 'float64', g.erf, 'Erf: expected float32 or float16, for which ONNX Runtime has a kernel'],
  ['gelu', 'float64', (a) => g.gelu(a), 'Gelu: expected float32 or float16,'],
  ['conv', 'float64', (a) => g.conv(g.reshape(a, [1, 3, 4]), g.reshape(a, [2, 3, 2])), 'Conv: expected float32 or'],
  ['averagePool', 'float64', (a) => g.averagePool(g.reshape(a, [1, 3, 4]), [2]), 'AveragePool: expected float32 or'],
  ['add', 'bfloat16', (a) => g.add(a, a), 'Add: expected float32, float64, float16, int64, int32, int8 or uint8, for'],
  ['cast', 'bfloat16', taken, 'Cast: expected float32, float64,'],
  ['cast', 'float32', (a) => g.castTo(a, 'bfloat16'), 'Cast: expected float32, float64,'],
  ['exp', 'int64', g.exp, 'Exp: expected float32, float64 or float16,'],
  ['gemm', 'int64', (a) => g.gemm(a, g.transpose(a)), 'Gemm: expected float32, float64 or float16,'],
  [
    'where',
    'int8',
    (a) => g.where(g.equal(a, a), a, a),
    'Where: expected float32, float64, float16, int64, int32, uint8',
  ],
  ['not', 'float32', (a) => g.createTensor('Not', [a], {}, a), 'Not: expected bool,'],
])('%s of %s has no kernel, which is told before there is a session', (_, dtype, make, message) => {
  const write = (): unknown => {
    const { result } = g.trace(() => g.scope('encoder', () => make(g.input('a', dtype, [3, 4]))));
    return g.writeOnnx({ y: result }, { backend: runtime.backend });
  };
  expect(write).toThrow(g.ShapeError);
  expect(write).toThrow(message);
  expect(write).toThrow('; cast it first (encoder)');
});
