// Products that transpose by themselves: a swap of the last two axes before a product becomes a flag of it, and chains of transposes one.
import { transpose } from '../ops/index.ts';
import { createTensor, isOp, type Node, type Tensor } from '../tensor.ts';
import type { Pass } from './rewrite.ts';

/** The tensor whose last two axes a node swaps, undefined when the node does something else. */
function swappedBy(node: Node | undefined): Tensor | undefined {
  if (!node || !isOp(node, 'Transpose')) return undefined;
  const { perm } = node.attributes;
  const last = perm.length - 1;
  const isSwap = perm.every((axis, i) => axis === (i === last ? last - 1 : i === last - 1 ? last : i));
  return isSwap ? node.inputs[0] : undefined;
}

function composed(node: Node<'Transpose'>): readonly Tensor[] | undefined {
  const [x] = node.inputs as [Tensor];
  const { perm } = node.attributes;
  if (perm.every((axis, i) => axis === i)) return [x];
  if (!isOp(x.node, 'Transpose')) return undefined;
  const inner = x.node.attributes.perm;
  const order = perm.map((axis) => inner[axis] as number);
  const source = x.node.inputs[0] as Tensor;
  return [order.every((axis, i) => axis === i) ? source : transpose(source, order)];
}

/** Folds transposes into MatMul, FusedMatMul and Gemm. FusedMatMul has kernels for float32 alone. */
export const foldTransposes: Pass = () => (node) => {
  if (isOp(node, 'Transpose')) return composed(node);
  const [a, b, ...rest] = node.inputs as [Tensor, Tensor];
  const [left, right] = [swappedBy(a?.node), swappedBy(b?.node)];
  if (!left && !right) return undefined;
  const inputs = [left ?? a, right ?? b, ...rest];
  const output = node.outputs[0] as Tensor;
  const flip = (given: { readonly transA: boolean; readonly transB: boolean }) => ({
    transA: given.transA !== Boolean(left),
    transB: given.transB !== Boolean(right),
  });
  if (isOp(node, 'Gemm')) return [createTensor('Gemm', inputs, flip(node.attributes), output)];
  if (isOp(node, 'FusedMatMul')) {
    const { alpha } = node.attributes;
    return [createTensor('FusedMatMul', inputs, { ...flip(node.attributes), alpha }, output)];
  }
  if (!isOp(node, 'MatMul') || a.dtype !== 'float32') return undefined;
  return [createTensor('FusedMatMul', inputs, { ...flip({ transA: false, transB: false }), alpha: 1 }, output)];
};
