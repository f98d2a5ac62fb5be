// Sample uses of operations on arrays that hold nothing along some axis: no sentences, no tokens, no features.
import * as g from '../src/graph/index.ts';
import type { Sample, SampleInput } from './samples.ts';

type T = g.Tensor;
type Shapes = Readonly<Record<string, readonly number[] | SampleInput>>;

/** Inputs by shape; the expression gets the tensors in order. */
function empty(shapes: Shapes, make: (...inputs: T[]) => T | readonly T[]): Sample {
  const inputs = Object.fromEntries(
    Object.entries(shapes).map(([name, one]) => [name, 'shape' in one ? one : { shape: one }]),
  );
  return { inputs, make: (tensors) => make(...Object.values(tensors)) };
}

const nothing = { i: { shape: [0], integers: [] } } as const;

/** By name. */
export const emptySamples: Readonly<Record<string, Sample>> = {
  'binary, both empty': empty({ a: [0, 3], b: [0, 3] }, (a, b) => g.multiply(g.add(a, b), g.subtract(a, b))),
  'binary, broadcast': empty({ a: [2, 0], b: [1, 1] }, (a, b) => g.divide(g.maximum(a, b), 2)),
  'binary, one axis empty against one of 1': empty({ a: [0, 3], b: [1, 3] }, (a, b) => g.minimum(a, b)),
  comparison: empty({ a: [0, 3], b: [3] }, (a, b) => g.where(g.less(a, b), a, b)),
  'sum over nothing is 0': empty({ x: [2, 0] }, (x) => g.sum(x, { axes: [1] })),
  'sum of nothing': empty({ x: [0, 3] }, (x) => g.sum(x, { axes: [1], keepdims: true })),
  'mean of nothing': empty({ x: [0, 3] }, (x) => g.mean(x, { axes: [1] })),
  'mean over nothing is not a number': empty({ x: [2, 0] }, (x) => g.mean(x, { axes: [1] })),
  'largest of nothing': empty({ x: [0, 3] }, (x) => [g.max(x, { axes: [1] }), g.min(x, { axes: [1] })]),
  cumulativeSum: empty({ x: [2, 0] }, (x) => g.cumulativeSum(x, 1)),
  softmax: empty({ x: [0, 4] }, (x) => [g.softmax(x), g.logSoftmax(x)]),
  logSumExp: empty({ x: [0, 4] }, (x) => g.logSumExp(x, 1)),
  layerNorm: empty({ x: [0, 4], w: [4], b: [4] }, (x, w, b) => g.layerNorm(x, w, b, 1e-3)),
  rmsNorm: empty({ x: [0, 2, 4], w: [4] }, (x, w) => g.rmsNorm(x, w, 1e-3)),
  'matmul, batch of none': empty({ a: [0, 2, 3], b: [3, 4] }, (a, b) => g.matmul(a, b)),
  'layerNorm over nothing': empty({ x: [2, 0], w: [0], b: [0] }, (x, w, b) => g.layerNorm(x, w, b, 1e-3)),
  'rmsNorm over nothing': empty({ x: [2, 0], w: [0] }, (x, w) => g.rmsNorm(x, w, 1e-3)),
  batchNorm: empty({ x: [0, 4, 3], w: [4], b: [4] }, (x, w, b) => g.batchNorm(x, w, b, 1e-3)),
  groupNorm: empty({ x: [0, 4, 3], w: [4], b: [4] }, (x, scale, bias) =>
    g.groupNorm(x, 2, { scale, bias, epsilon: 1e-3 }),
  ),
  argMax: empty({ x: [0, 4] }, (x) => g.argMax(x)),
  topK: empty({ x: [0, 4] }, (x) => Object.values(g.topK(x, 2))),
  'topK, none of them': empty({ x: [2, 0] }, (x) => Object.values(g.topK(x, 0))),
  crossEntropy: empty({ x: [0, 3], y: { shape: [0], integers: [] } }, (x, y) =>
    g.crossEntropy(x, y, { smoothing: 0.1 }),
  ),
  dropout: empty({ x: [0, 4] }, (x) => g.dropout(x, 0.5)),
  recompute: empty({ x: [0, 4] }, (x) => g.recompute((y) => g.tanh(g.multiply(y, y)), [x])),
  'matmul, none against one': empty({ a: [5, 4], b: [0, 4, 3] }, (a, b) => g.matmul(a, b)),
  'matmul, none against an axis of 1': empty({ a: [2, 1, 5, 4], b: [0, 4, 3] }, (a, b) => g.matmul(a, b)),
  'matmul of batches over nothing is 0': empty({ a: [5, 0], b: [2, 0, 3] }, (a, b) => g.matmul(a, b)),
  'fusedMatmul, none against one': empty({ a: [5, 4], b: [0, 3, 4] }, (a, b) => g.fusedMatmul(a, b, { transB: true })),
  'fusedMatmul, none, turned, against one': empty({ a: [0, 4, 5], b: [4, 3] }, (a, b) =>
    g.fusedMatmul(a, b, { transA: true }),
  ),
  'fusedMatmul of batches over nothing is 0': empty({ a: [2, 5, 0], b: [2, 3, 0] }, (a, b) =>
    g.fusedMatmul(a, b, { transB: true, alpha: 0.5 }),
  ),
  'fusedMatmul of a first axis of nothing is nothing': empty({ a: [2, 5, 4], b: [0, 2, 4] }, (a, b) =>
    g.fusedMatmul(a, b, { transB: true, firstB: true }),
  ),
  'fusedMatmul over a first axis of nothing is 0': empty({ a: [2, 5, 0], b: [0, 2, 4] }, (a, b) =>
    g.fusedMatmul(a, b, { firstB: true }),
  ),
  gemm: empty({ a: [0, 3], b: [3, 5], c: [5] }, (a, b, c) => g.gemm(a, b, c)),
  'gemm over nothing is the bias': empty({ a: [2, 0], b: [0, 5], c: [5] }, (a, b, c) => g.gemm(a, b, c)),
  'matmul over nothing is 0': empty({ a: [2, 0], b: [0, 4] }, (a, b) => g.matmul(a, b)),
  transpose: empty({ x: [2, 0, 3] }, (x) => g.transpose(x, [2, 0, 1])),
  reshape: empty({ x: [0, 6] }, (x) => g.reshape(x, [0, 2, 3])),
  concat: empty({ a: [2, 0], b: [2, 3] }, (a, b) => g.concat([a, b], 1)),
  split: empty({ x: [0, 4] }, (x) => g.split(x, [1, 3], 1)),
  'slice to nothing': empty({ x: [3, 4] }, (x) => g.slice(x, 1, 2, 2)),
  pad: empty({ x: [0, 2] }, (x) => g.pad(x, [0, 1, 0, 1], 0.5)),
  'pad from nothing': empty({ x: [2, 0] }, (x) => g.pad(x, [0, 1, 0, 2], 0.5)),
  expand: empty({ x: [1, 3] }, (x) => g.expand(x, [0, 3])),
  tile: empty({ x: [0, 2] }, (x) => g.tile(x, [2, 3])),
  gather: empty({ x: [3, 4], ...nothing }, (x, i) => g.gather(x, i, 1)),
  gatherElements: empty({ x: [3, 4], i: { shape: [0, 4], integers: [] } }, (x, i) => g.gatherElements(x, i, 0)),
  scatterElements: empty({ x: [3, 2], i: { shape: [0, 2], integers: [] }, u: [0, 2] }, (x, i, u) =>
    g.scatterElements(x, i, u, { axis: 0, reduction: 'add' }),
  ),
  scatterNd: empty({ x: [3, 2], i: { shape: [0, 1], integers: [] }, u: [0, 2] }, (x, i, u) =>
    g.scatterNd(x, i, u, 'add'),
  ),
  oneHot: empty(nothing, (i) => g.oneHot(i, 3)),
  triangle: empty({ x: [0, 3, 3] }, (x) => g.triangle(x, 'lower')),
  conv: empty({ x: [0, 2, 5], w: [4, 2, 3] }, (x, w) => g.conv(x, w)),
  'conv, no channels': empty({ x: [1, 0, 4], w: [2, 0, 2] }, (x, w) => g.conv(x, w)),
  convTranspose: empty({ x: [0, 2, 3], w: [2, 1, 2] }, (x, w) => g.convTranspose(x, w, { stride: 2 })),
  'convTranspose, no channels': empty({ x: [1, 0, 3], w: [0, 1, 2] }, (x, w) => g.convTranspose(x, w)),
  'gradients of a convolution of nothing are 0': empty({ x: [0, 4, 5, 5], w: [4, 2, 3, 3] }, (x, w) =>
    g.gradients(g.sum(g.conv(x, w, { padding: 1, stride: 2, group: 2 })), [x, w]),
  ),
  'scatterNd, rows of nothing': empty({ x: [3, 0], i: { shape: [0, 1], integers: [] }, u: [0, 0] }, (x, i, u) =>
    g.scatterNd(x, i, u, 'add'),
  ),
  resize: empty({ x: [0, 4, 3] }, (x) => g.resize(x, [5, 6], 'bicubic')),
  dynamicQuantize: empty({ x: [0, 4] }, (x) => {
    const { q, scale } = g.dynamicQuantize(x);
    return [g.add(x, g.castTo(q, 'float32')), scale];
  }),
  integerMatmul: empty({ x: [0, 4] }, (x) => {
    const { q, zero } = g.dynamicQuantize(x);
    return g.castTo(g.integerMatmul(q, g.castTo(g.full([4, 3], 2), 'int8'), zero), 'float32');
  }),
  dequantize: empty({ x: [0, 4] }, (x) => g.dequantize(g.castTo(x, 'int8'), g.constant(0.25))),
  averagePool: empty({ x: [0, 2, 4, 4] }, (x) => g.averagePool(x, [2, 2], { stride: 2 })),
};
