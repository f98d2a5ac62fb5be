// What depends on constants alone is computed once, here, in float64 and rounded to its type.
import { fromNumbers, sizeOf } from '../../array/index.ts';
import { interpret } from '../interpret.ts';
import { constant } from '../ops/index.ts';
import { isOp, type Node, type Tensor } from '../tensor.ts';
import type { Pass } from './rewrite.ts';

/** Results above this many elements stay expressions: a table is no smaller than the way to make it. */
const LARGEST = 1024;

const sources = new Set(['Input', 'RandomMask', 'Constant', 'ConstantOfShape', 'Range', 'DimValue']);

function isSmall({ shape }: Tensor): boolean {
  return shape.every((dim) => typeof dim === 'number') && sizeOf(shape as number[]) <= LARGEST;
}

/** Whether a tensor's value is known: constants, and fills and ranges of a fixed size. */
function isKnown(tensor: Tensor): boolean {
  const { node } = tensor;
  const isFixed = isOp(node, 'Constant') || isOp(node, 'ConstantOfShape') || isOp(node, 'Range');
  return isFixed && isSmall(tensor);
}

// bounds of a slice may be symbolic although its input is not
const hasSymbols = (node: Node): boolean =>
  Object.values(node.attributes).some((value) => Array.isArray(value) && value.some((one) => typeof one === 'string'));

/** Constant folding. */
export const foldConstants: Pass = () => (node) => {
  if (sources.has(node.op) || !node.inputs.every(isKnown) || !node.outputs.every(isSmall) || hasSymbols(node)) {
    return undefined;
  }
  return interpret(node.outputs, {}).map(({ data }, i) => {
    const { dtype, shape } = node.outputs[i] as Tensor;
    return constant(fromNumbers(dtype, shape as number[], data));
  });
};
