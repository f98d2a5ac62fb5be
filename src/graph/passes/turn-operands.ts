// A matrix product that reads its first operand transposed, as the gradients of weights, keys and values do: the kernel turns that operand
// strip by strip, again for every block of columns. Turning the smaller operand once is faster (docs/log.md).
import { fusedMatmul, gemm, transpose } from '../ops/index.ts';
import { isOp, type Node, type Tensor } from '../tensor.ts';
import type { Pass } from './rewrite.ts';

/** Below this width nothing is gained. */
const NARROW = 64;

/** The last two axes swapped. */
function turned(x: Tensor): Tensor {
  const last = x.shape.length - 1;
  return transpose(x, [...Array(last - 1).keys(), last, last - 1]);
}

/** `Aᵀ B` as `turned(A) B`, or as `(turned(B) A)ᵀ` where B is the smaller. */
function turnedGemm(node: Node<'Gemm'>): readonly Tensor[] | undefined {
  const [a, b, c] = node.inputs as [Tensor, Tensor, Tensor | undefined];
  const [rows, columns] = [a.shape[1], b.shape[1]];
  if (c || !node.attributes.transA || node.attributes.transB) return undefined;
  if (typeof rows !== 'number' || typeof columns !== 'number' || Math.min(rows, columns) < NARROW) return undefined;
  return [rows <= columns ? gemm(turned(a), b) : turned(gemm(turned(b), a))];
}

/** `Aᵀ B` as `(Bᵀ A)ᵀ` where B is the narrower: patterns `[T, S]` by heads `[T, K]`. The outer transpose joins the one of the heads. */
function turnedProduct(node: Node<'FusedMatMul'>): readonly Tensor[] | undefined {
  const { transA, transB, alpha } = node.attributes;
  const [a, b] = node.inputs as [Tensor, Tensor];
  const width = b.shape.at(-1);
  if (!transA || transB || a.shape.length !== b.shape.length || typeof width !== 'number') return undefined;
  const wide = a.shape.at(-1);
  if (typeof wide === 'number' && wide <= width) return undefined;
  return [turned(fusedMatmul(b, a, { transA: true, alpha }))];
}

/** Runs after transposes were folded into products, and before chains of them are joined. */
export const turnOperands: Pass = () => (node) => {
  if (isOp(node, 'Gemm')) return turnedGemm(node);
  return isOp(node, 'FusedMatMul') ? turnedProduct(node) : undefined;
};
