// A product times a number, or divided by one, is a product with another alpha.
import { createTensor, isOp, type Node, type Tensor } from '../tensor.ts';
import { scalarConstant } from './neutral-elements.ts';
import type { Pass } from './rewrite.ts';

/** The side of a Mul or Div that is a number, and the factor it means. */
function factorOf(node: Node): { readonly side: number; readonly factor: number } | undefined {
  const numberAt = (side: number): number | undefined =>
    node.inputs[side]?.shape.length === 0 ? scalarConstant(node.inputs[side]) : undefined;
  if (isOp(node, 'Div')) {
    const divisor = numberAt(1);
    return divisor ? { side: 1, factor: 1 / divisor } : undefined;
  }
  if (!isOp(node, 'Mul')) return undefined;
  const side = [0, 1].find((at) => numberAt(at) !== undefined);
  return side === undefined ? undefined : { side, factor: numberAt(side) as number };
}

/** Folds scalar factors into FusedMatMul and, in float32 where FusedMatMul has kernels, into MatMul. */
export const foldScale: Pass =
  ({ uses }) =>
  (node) => {
    const found = factorOf(node);
    const product = found && (node.inputs[1 - found.side] as Tensor);
    if (!product || uses(product) > 1 || product.shape.join() !== node.outputs[0]?.shape.join()) return undefined;
    const { inputs } = product.node;
    if (isOp(product.node, 'FusedMatMul')) {
      const { alpha, ...flags } = product.node.attributes;
      return [createTensor('FusedMatMul', inputs, { ...flags, alpha: alpha * found.factor }, product)];
    }
    if (!isOp(product.node, 'MatMul') || product.dtype !== 'float32') return undefined;
    return [createTensor('FusedMatMul', inputs, { transA: false, transB: false, alpha: found.factor }, product)];
  };
