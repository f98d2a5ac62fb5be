// Broken shape rules: the message names the operation, what was expected, the shapes at hand and the module path.
import { expect, test } from 'vitest';
import * as g from './index.ts';

type Make = () => unknown;
const f = (...shape: g.Dim[]): g.Tensor => g.input('x', 'float32', shape);
const i = (...shape: g.Dim[]): g.Tensor => g.input('i', 'int64', shape);
const w = (...shape: g.Dim[]): g.Tensor => g.input('w', 'float32', shape);

/** Operation, mistake, and what the message must hold. */
const mistakes: readonly (readonly [string, Make, ...string[]])[] = [
  ['Add', () => g.add(f('batch', 3), w('batch', 4)), '[batch, 3]', '[batch, 4]'],
  ['Add', () => g.add(f('batch', 3), w('tokens', 3)), '[batch, 3]', '[tokens, 3]'],
  ['Mul', () => g.multiply(f(3), i(3)), '[3] float32', '[3] int64'],
  ['Where', () => g.where(f(3), f(3), w(3)), 'bool', '[3] float32'],
  ['And', () => g.and(f(3), f(3)), 'bool', '[3] float32'],
  ['Not', () => g.not(f(3)), 'bool', '[3] float32'],
  ['MatMul', () => g.matmul(f('batch', 3), w(4, 5)), '[batch, 3] float32', '[4, 5] float32'],
  ['MatMul', () => g.matmul(f(3), w(3, 5)), '[3] float32', '[3, 5] float32'],
  ['MatMul', () => g.matmul(f(2, 3, 4), w(5, 4, 6)), '[2]', '[5]'],
  ['FusedMatMul', () => g.fusedMatmul(f(4, 3), w(4, 5), { transB: true }), '[4, 3] float32', '[4, 5] float32ᵀ'],
  ['FusedMatMul', () => g.fusedMatmul(f(2, 4, 3), w(5, 2, 4), { firstB: true }), '[2, 4, 3]', '[2, 5, 4]'],
  ['FusedMatMul', () => g.fusedMatmul(f(2, 4, 3), w(3, 5), { firstB: true }), '[2, 4, 3]', '[3, 5]'],
  ['Gemm', () => g.gemm(f(2, 4, 3), w(3, 5)), '[2, 4, 3] float32', '[3, 5] float32'],
  ['Gemm', () => g.gemm(f(4, 3), w(3, 5), w(4)), '[4, 5]', '[4]'],
  ['Reshape', () => g.reshape(f('batch', 6), ['batch', 5]), '[batch, 5]', '[batch, 6]'],
  ['Reshape', () => g.reshape(f(4), [-1, -1, 4]), '[-1, -1, 4]', '[4]'],
  ['Reshape', () => g.reshape(f(4), [-2, -2]), '[-2, -2]', '[4]'],
  ['Transpose', () => g.transpose(f(2, 3), [0, 0]), '[0,0]', '[2, 3]'],
  ['Transpose', () => g.transpose(f(2)), 'two axes', '[2]'],
  ['unsqueeze', () => g.unsqueeze(f(2, 3), [4]), '4', '[2, 3]'],
  ['squeeze', () => g.squeeze(f(2, 3), [0, -2]), '[0,-2]', '[2, 3]'],
  ['Concat', () => g.concat([f(2, 3), w(2, 4)], 0), '[2, 3] float32', '[2, 4] float32'],
  ['Concat', () => g.concat([], 0), 'none'],
  ['Split', () => g.split(f(2, 5), [2, 2], 1), '[2,2]', '[2, 5]'],
  ['Split', () => g.split(f(4), [-1, 5], 0), '[-1,5]', '[4]'],
  ['Slice', () => g.slice(f(2, 5), 1, 4, 6), '[4, 6)', '[2, 5]'],
  ['Slice', () => g.slice(f(4), 0, 5, 7), '[5, 7)', '[4]'],
  ['Slice', () => g.slice(f(4), 0, -6, -4), '[-6, -4)', '[4]'],
  ['Slice', () => g.slice(f(4), 0, 3, 1), '[3, 1)', '[4]'],
  ['Pad', () => g.pad(f(2, 3), [1, 1]), '4 pads', '[2, 3]'],
  ['Pad', () => g.pad(f(4), [1, -1]), 'none negative', '[4]'],
  ['Expand', () => g.expand(f('batch', 3), ['tokens', 3]), '[tokens, 3]', '[batch, 3]'],
  ['Tile', () => g.tile(f(2, 3), [2]), '[2]', '[2, 3]'],
  ['ReduceSum', () => g.sum(f(2, 3), { axes: [1, -1] }), '[1,-1]', '[2, 3]'],
  ['ReduceMax', () => g.max(f(2, 3), { axes: [2] }), '2', '[2, 3]'],
  ['ArgMax', () => g.argMax(f(2, 3), 2), '2', '[2, 3]'],
  ['CumSum', () => g.cumulativeSum(f(2, 3), -3), '-3', '[2, 3]'],
  ['TopK', () => g.topK(f(2, 3), 4), '[0, 3]', '[2, 3]'],
  ['DynamicQuantizeLinear', () => g.dynamicQuantize(i(3)), 'float32', '[3] int64'],
  ['MatMulInteger', () => g.integerMatmul(f(2, 3), f(3, 2), f()), '8-bit', '[2, 3] float32'],
  ['DequantizeLinear', () => g.dequantize(i(3), f(3)), 'scalar', '[3] float32'],
  ['Softmax', () => g.softmax(f(2, 3), 2), '2', '[2, 3]'],
  ['LogSoftmax', () => g.logSoftmax(f(2, 3), -3), '-3', '[2, 3]'],
  ['LayerNormalization', () => g.layerNorm(f(2, 3), w(4), w(3), 1e-5), '[4]', '[2, 3]'],
  ['RMSNormalization', () => g.rmsNorm(f(2, 3), w(2, 3), 1e-5), '[3]', '[2, 3]'],
  ['groupNorm', () => g.groupNorm(f(2, 5, 3), 2, { scale: w(5), bias: w(5), epsilon: 1 }), '2 groups', '[2, 5, 3]'],
  ['Gather', () => g.gather(f(4), w(2)), 'int64', '[2] float32'],
  ['Gather', () => g.gather(f(4), i(2), 1), '1', '[4]'],
  ['GatherElements', () => g.gatherElements(f(2, 3), i(5, 2), 1), '[2, 3]', '[5, 2]'],
  ['ScatterElements', () => g.scatterElements(f(2, 3), i(2, 2), w(2, 1)), '[2, 2]', '[2, 1]'],
  ['ScatterND', () => g.scatterNd(f(4, 3), i(2, 1), w(2, 4)), '[2, 3]', '[2, 4]'],
  ['ScatterND', () => g.scatterNd(f(4), i(2, 3), w(2)), '[4]', '[2, 3]'],
  ['OneHot', () => g.oneHot(f(3), 4), 'int64', '[3] float32'],
  ['Trilu', () => g.triangle(f(3), 'lower'), 'two axes', '[3]'],
  ['crossEntropy', () => g.crossEntropy(f('batch', 5), i('tokens')), '[batch]', '[tokens]'],
  ['Conv', () => g.conv(f(1, 4, 5), w(5, 2, 3), { group: 2 }), '[1, 4, 5]', '[5, 2, 3]'],
  ['Conv', () => g.conv(f(1, 4, 2), w(5, 4, 3)), '[1, 4, 2]', '[3]'],
  ['Conv', () => g.conv(f(1, 4, 5, 5), w(5, 4, 3, 3), { stride: [1] }), '[1]', '[1, 4, 5, 5]'],
  ['Conv', () => g.conv(f('batch', 4, 'tokens'), w(5, 4, 3)), '[batch, 4, tokens]', 'fixed'],
  ['ConvTranspose', () => g.convTranspose(f(1, 3, 5), w(3, 2, 3), { group: 2 }), '[1, 3, 5]', '[3, 2, 3]'],
  ['ConvTranspose', () => g.convTranspose(f(1, 3, 1), w(3, 2, 1), { padding: 3 }), '[1, 3, 1]', '[-5]'],
  ['ConvTranspose', () => g.convTranspose(f(1, 3, 4), w(3, 2, 2), { outputPadding: 1 }), '[1]', '[1, 3, 4]'],
  ['AveragePool', () => g.averagePool(f(1, 3, 2), [5]), '[5]', '[1, 3, 2]'],
  ['resize', () => g.resize(f(2, 'h', 4), [3, 3], 'bilinear'), '[2, h, 4]', 'fixed'],
  ['gradients', () => g.gradients(f(3), []), 'scalar', '[3]'],
  ['gradients', () => g.gradients(i(), []), 'floating-point', '[] int64'],
];

test.each(mistakes.map(([op, make, ...parts], at) => [`${op} ${at}`, op, make, parts] as const))(
  '%s',
  (_name, op, make, parts) => {
    const traced = (): unknown => g.trace(() => g.scope('encoder', () => g.scope('attention', make)));
    expect(traced).toThrow(g.ShapeError);
    expect(traced).toThrow(new RegExp(`^${op}: expected .+, got .+ \\(encoder\\.attention\\)$`));
    for (const part of parts) expect(traced).toThrow(part);
  },
);

test('sizes that only look alike are told apart, and sizes that are equal are not', () => {
  const x = f('batch', 'tokens', 12);
  expect(g.reshape(x, ['batch', 'tokens', 3, 4]).shape).toEqual(['batch', 'tokens', 3, 4]);
  expect(g.flattenLeading(x).shape).toEqual(['batch*tokens', 12]);
  expect(g.reshape(g.flattenLeading(x), ['batch', -1, 12]).shape).toEqual(['batch', 'tokens', 12]);
  expect(g.slice(x, 1, 1, 'tokens').shape).toEqual(['batch', 'tokens+-1', 12]);
  expect(g.concat([g.slice(x, 1, 1, 'tokens'), g.slice(x, 1, 0, 1)], 1).shape).toEqual(x.shape);
});

test('the interpreter refuses feeds that are not of the declared shape', () => {
  const value = (...shape: number[]): g.Value => ({ shape, data: new Float64Array(shape.reduce((a, b) => a * b, 1)) });
  expect(() => g.interpret([f(2, 4)], { x: value(3, 5) })).toThrow("expected 'x' of shape [2, 4] = [2,4], got [3,5]");
  expect(() => g.interpret([f('batch')], { x: value(3, 5) })).toThrow("expected 'x' of shape [batch] = [3], got [3,5]");
  expect(() => g.interpret([f('b'), w('2*b')], { x: value(3), w: value(5) })).toThrow('[2*b] = [6], got [5]');
  expect(() => g.interpret([f('b'), w('b')], { x: value(3), w: value(5) })).toThrow("'w' of shape [b] = [3], got [5]");
  expect(() => g.interpret([f('b'), w('b')], { x: value(3) })).toThrow("expected a feed for 'w', got x");
});
