// A product times a number is a product with another alpha.
import { createTensor, isOp, type Tensor } from '../tensor.ts';
import { scalarConstant } from './neutral-elements.ts';
import type { Pass } from './rewrite.ts';

/** Folds scalar factors into FusedMatMul. */
export const foldScale: Pass =
  ({ uses }) =>
  (node) => {
    if (!isOp(node, 'Mul')) return undefined;
    const side = node.inputs.findIndex((input) => input.shape.length === 0 && scalarConstant(input) !== undefined);
    if (side < 0) return undefined;
    const product = node.inputs[1 - side] as Tensor;
    if (!isOp(product.node, 'FusedMatMul') || uses(product) > 1) return undefined;
    const alpha = product.node.attributes.alpha * (scalarConstant(node.inputs[side]) as number);
    return [createTensor('FusedMatMul', product.node.inputs, { ...product.node.attributes, alpha }, product)];
  };
