// Reading convolutions, pooling, and batch normalisation at inference.
import * as o from '../ops/index.ts';
import type { Tensor } from '../tensor.ts';
import type { NodeReader } from './node-reader.ts';
import type { Readings } from './reading.ts';

/** A value per channel, shaped to broadcast over `[B, C, …]`. */
const perChannel = (value: Tensor, rank: number): Tensor =>
  o.reshape(value, [1, -1, ...Array.from({ length: rank - 2 }, () => 1)]);

function biased(node: NodeReader, y: Tensor): Tensor {
  const bias = node.optional(2);
  return bias ? o.add(y, perChannel(bias, y.shape.length)) : y;
}

interface Padded {
  readonly x: Tensor;
  readonly padding: readonly number[];
}

/** The input and its equal padding of both sides; unequal padding becomes a Pad before. */
function paddedInput(node: NodeReader): Padded {
  const mode = node.text('auto_pad', 'NOTSET');
  if (mode !== 'NOTSET' && mode !== 'VALID') node.fail("auto_pad 'NOTSET'", `'${mode}'`);
  const x = node.tensor(0);
  const rank = x.shape.length - 2;
  const pads = node.ints('pads') ?? Array.from({ length: 2 * rank }, () => 0);
  const [begin, end] = [pads.slice(0, rank), pads.slice(rank)];
  if (begin.every((pad, i) => pad === end[i])) return { x, padding: begin };
  return { x: o.pad(x, [0, 0, ...begin, 0, 0, ...end]), padding: begin.map(() => 0) };
}

/** Strides and dilations, 1 where not written. */
function steps(node: NodeReader, rank: number): { stride: readonly number[]; dilation: readonly number[] } {
  const ones = Array.from({ length: rank }, () => 1);
  return { stride: node.ints('strides') ?? ones, dilation: node.ints('dilations') ?? ones };
}

/** Operators over windows. */
export const convolutionReadings: Readings = {
  Conv: (node) => {
    const { x, padding } = paddedInput(node);
    const options = { ...steps(node, padding.length), padding, group: node.int('group', 1) };
    return [biased(node, o.conv(x, node.tensor(1), options))];
  },
  ConvTranspose: (node) => {
    const { x, padding } = paddedInput(node);
    if (x !== node.tensor(0)) node.fail('equal padding of both sides', `[${node.ints('pads')}]`);
    if (node.ints('output_shape')) node.fail('pads', 'output_shape');
    const outputPadding = node.ints('output_padding') ?? padding.map(() => 0);
    const options = { ...steps(node, padding.length), padding, outputPadding, group: node.int('group', 1) };
    return [biased(node, o.convTranspose(x, node.tensor(1), options))];
  },
  AveragePool: (node) => {
    const { x, padding } = paddedInput(node);
    const isPadded = x !== node.tensor(0) || padding.some((pad) => pad > 0);
    if (isPadded) node.requireInt('count_include_pad', 1);
    node.requireInt('ceil_mode', 0);
    const { stride, dilation } = steps(node, padding.length);
    if (dilation.some((step) => step !== 1)) node.fail('dilations of 1', `[${dilation}]`);
    return [o.averagePool(x, node.ints('kernel_shape') ?? node.fail('kernel_shape', 'none'), { stride, padding })];
  },
  BatchNormalization: (node) => {
    node.requireInt('training_mode', 0);
    const [x, scale, bias, mean, variance] = node.tensors() as [Tensor, Tensor, Tensor, Tensor, Tensor];
    const factor = o.divide(scale, o.sqrt(o.add(variance, node.float('epsilon', 1e-5))));
    const shift = o.subtract(bias, o.multiply(mean, factor));
    const { length } = x.shape;
    return [o.add(o.multiply(x, perChannel(factor, length)), perChannel(shift, length))];
  },
};
