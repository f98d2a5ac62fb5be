// A matrix product that reads its first operand transposed, as every weight's gradient does: the kernel turns that operand strip by strip,
// again for every block of columns. Turning the smaller operand once, before, is faster and gives the same bits.
import { gemm, transpose } from '../ops/index.ts';
import { isOp, type Tensor } from '../tensor.ts';
import type { Pass } from './rewrite.ts';

/** Below this width nothing is gained. */
const NARROW = 64;

/** `Aᵀ B` as `turned(A) B`, or as `(turned(B) A)ᵀ` where B is the smaller. Runs after transposes were folded into products. */
export const turnOperands: Pass = () => (node) => {
  if (!isOp(node, 'Gemm') || !node.attributes.transA || node.attributes.transB) return undefined;
  const [a, b, c] = node.inputs as [Tensor, Tensor, Tensor | undefined];
  const [rows, columns] = [a.shape[1], b.shape[1]];
  if (c || typeof rows !== 'number' || typeof columns !== 'number' || Math.min(rows, columns) < NARROW)
    return undefined;
  const turned = (x: Tensor): Tensor => transpose(x, [1, 0]);
  return [rows <= columns ? gemm(turned(a), b) : turned(gemm(turned(b), a))];
};
