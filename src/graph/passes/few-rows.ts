// A few rows times a large matrix: the time goes into reading the matrix, once if it is read where it lies. As the second operand the kernel
// copies it first, strip by strip; and threads share the columns, so that each of them reads short stretches of every row.
import { full, gemm, matmul, reshape, transpose, unsqueeze } from '../ops/index.ts';
import { isOp, type Tensor } from '../tensor.ts';
import type { Pass } from './rewrite.ts';

/** Numbers in a matrix from which on reading it is what counts: a megabyte. */
const LARGE = 2 ** 18;
const HALVES = 2;

/** `x Wᵀ + c` as `(W xᵀ + c)ᵀ`: the first operand is read where it lies. */
function turned(x: Tensor, weight: Tensor, bias: Tensor | undefined): Tensor {
  return transpose(gemm(weight, x, bias && unsqueeze(bias, [1]), { transB: true }), [1, 0]);
}

/** `x W + c` for one row as the sum of products over the halves of the inner axis, which are contiguous, a thread's each. */
function halved(x: Tensor, weight: Tensor, bias: Tensor | undefined): Tensor {
  const [inner, columns] = weight.shape as [number, number];
  const half = inner / HALVES;
  const products = matmul(reshape(x, [HALVES, 1, half]), reshape(weight, [HALVES, half, columns]));
  return gemm(full([1, HALVES], 1), reshape(products, [HALVES, columns]), bias);
}

/** Products with large weights, for graphs that are run on few rows (`Backend.fewRows`). A weight `[in, out]` gains for one row only, if the graph knows that. */
export const fewRows: Pass = () => (node) => {
  if (!isOp(node, 'Gemm') || node.attributes.transA) return undefined;
  const [x, weight, bias] = node.inputs as [Tensor, Tensor, Tensor | undefined];
  const [first, second] = weight.shape;
  if (typeof first !== 'number' || typeof second !== 'number' || first * second < LARGE) return undefined;
  const isAlone = x.shape[0] === 1;
  if (node.attributes.transB) return isAlone || bias?.shape.length === 2 ? undefined : [turned(x, weight, bias)];
  return isAlone && first % HALVES === 0 ? [halved(x, weight, bias)] : undefined;
};
