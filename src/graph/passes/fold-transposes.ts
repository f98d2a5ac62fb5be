// Products that transpose by themselves: a swap of the last two axes before a product becomes a flag of it, so does the first axis put in the
// last place but one, as caches are that grow along their first; and chains of transposes are one.
import { firstLast, lastSwapped, transpose } from '../ops/index.ts';
import { createTensor, isOp, type Node, type Tensor } from '../tensor.ts';
import type { Pass } from './rewrite.ts';

/** The tensor that a node transposes in the order given for its rank, undefined when the node does something else. */
function transposedBy(node: Node, orderOf: (rank: number) => readonly number[]): Tensor | undefined {
  if (!isOp(node, 'Transpose')) return undefined;
  const { perm } = node.attributes;
  return perm.join() === orderOf(perm.length).join() ? node.inputs[0] : undefined;
}

/** What a transpose moved the first axis of, into the last place but one. */
export function turnedFirst({ node, shape }: Tensor): Tensor | undefined {
  return shape.length > 2 ? transposedBy(node, firstLast) : undefined;
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
  const isFused = isOp(node, 'FusedMatMul');
  if (!isFused && !isOp(node, 'MatMul') && !isOp(node, 'Gemm')) return undefined;
  const [a, b, ...rest] = node.inputs as [Tensor, Tensor];
  const isPlain = !(isFused && node.attributes.firstB);
  const left = transposedBy(a.node, lastSwapped);
  const right = isPlain ? transposedBy(b.node, lastSwapped) : undefined;
  const first = isPlain && !right && a.shape.length === b.shape.length ? turnedFirst(b) : undefined;
  if (!left && !right && !first) return undefined;
  const output = node.outputs[0] as Tensor;
  const flags = (given: { readonly transA: boolean; readonly transB: boolean }) => ({
    transA: given.transA !== Boolean(left),
    transB: given.transB !== Boolean(right),
  });
  if (isOp(node, 'Gemm'))
    return [createTensor('Gemm', [left ?? a, right ?? b, ...rest], flags(node.attributes), output)];
  if (!isFused && a.dtype !== 'float32') return undefined;
  const given = isFused ? node.attributes : { transA: false, transB: false, alpha: 1 };
  const attributes = { ...given, ...flags(given), ...(first ? { firstB: true } : {}) };
  return [createTensor('FusedMatMul', [left ?? a, right ?? first ?? b], attributes, output)];
};
