// Derivatives of reductions.
import type { Dim } from '../dim.ts';
import { castTo, cumulativeSum, divide, equal, expand, multiply, reshape, scatterElements, sum } from '../ops/index.ts';
import type { Node, Tensor } from '../tensor.ts';
import { countAlong, type Derivative, type Derivatives, noGradient, only, zerosLike } from './derivative.ts';

type Reduced = 'ReduceSum' | 'ReduceMean' | 'ReduceMax' | 'ReduceMin';

/** A reduced value with its axes back as size 1. */
function kept(value: Tensor, node: Node<Reduced>): Tensor {
  const { axes } = node.attributes;
  return reshape(
    value,
    (node.inputs[0] as Tensor).shape.map((dim, axis): Dim => (axes.includes(axis) ? 1 : dim)),
  );
}

/** The gradient goes to the extreme elements, in equal shares. */
const extreme: Derivative<'ReduceMax' | 'ReduceMin'> = (dy, node) => {
  const x = node.inputs[0] as Tensor;
  const hits = castTo(equal(x, kept(node.outputs[0] as Tensor, node)), x.dtype);
  const shares = divide(hits, sum(hits, { axes: node.attributes.axes, keepdims: true }));
  return [multiply(shares, kept(only(dy), node))];
};

/** Reductions, running sums, selections. */
export const reduceDerivatives: Derivatives<Reduced | 'ArgMax' | 'CumSum' | 'TopK'> = {
  ReduceSum: (dy, node) => [expand(kept(only(dy), node), (node.inputs[0] as Tensor).shape)],
  ReduceMean: (dy, node) => {
    const x = node.inputs[0] as Tensor;
    return [expand(divide(kept(only(dy), node), countAlong(x, node.attributes.axes)), x.shape)];
  },
  ReduceMax: extreme as Derivative<'ReduceMax'>,
  ReduceMin: extreme as Derivative<'ReduceMin'>,
  ArgMax: noGradient,
  CumSum: (dy, { attributes: { axis, exclusive, reverse } }) => [
    cumulativeSum(only(dy), axis, { exclusive, reverse: !reverse }),
  ],
  TopK: ([values], { inputs, outputs, attributes }) => {
    if (!values) return [undefined];
    const options = { axis: attributes.axis, reduction: 'add' } as const;
    return [scatterElements(zerosLike(inputs[0] as Tensor), outputs[1] as Tensor, values, options)];
  },
};
