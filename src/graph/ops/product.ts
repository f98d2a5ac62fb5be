// Matrix products.
import type { Dim, Dims } from '../dim.ts';
import { createTensor, currentPath, describe, ShapeError, type Tensor } from '../tensor.ts';
import { requireSameType } from './axis.ts';
import { broadcastDims } from './elementwise.ts';
import { firstLast } from './movement.ts';

function lastTwo(shape: Dims, transposed: boolean): [Dim, Dim] {
  const [rows, columns] = shape.slice(-2) as [Dim, Dim];
  return transposed ? [columns, rows] : [rows, columns];
}

/** Shape of a product; the axes before the last two broadcast. */
export function productShape(operation: string, a: Tensor, b: Tensor, transA = false, transB = false): Dims {
  if (a.shape.length < 2 || b.shape.length < 2) {
    throw new ShapeError(operation, 'at least two axes each', `${describe(a)} and ${describe(b)}`, currentPath());
  }
  const [rows, inner] = lastTwo(a.shape, transA);
  const [otherInner, columns] = lastTwo(b.shape, transB);
  if (inner !== otherInner || a.dtype !== b.dtype) {
    const got = `${describe(a)}${transA ? 'ᵀ' : ''} and ${describe(b)}${transB ? 'ᵀ' : ''}`;
    throw new ShapeError(operation, 'inner sizes that agree', got, currentPath());
  }
  return [...broadcastDims(operation, a.shape.slice(0, -2), b.shape.slice(0, -2)), rows, columns];
}

/** `a b` over the last two axes; the axes before broadcast: `[B, H, T, K] × [B, H, K, S] → [B, H, T, S]`. */
export function matmul(a: Tensor, b: Tensor): Tensor {
  return createTensor('MatMul', [a, b], {}, { dtype: a.dtype, shape: productShape('MatMul', a, b) });
}

/** Options of `fusedMatmul`. */
export interface FusedOptions {
  readonly transA?: boolean;
  readonly transB?: boolean;
  readonly alpha?: number;
  /** `b` is `[K, …, N]` in place of `[…, K, N]` (`[N, …, K]` with `transB`), as a cache is that grows along its first axis. */
  readonly firstB?: boolean;
}

/** `alpha · op(a) op(b)`, without making the transposes: attention scores are `fusedMatmul(q, k, { transB: true, alpha })`. */
export function fusedMatmul(a: Tensor, b: Tensor, options: FusedOptions = {}): Tensor {
  const { transA = false, transB = false, alpha = 1, firstB = false } = options;
  if (firstB && a.shape.length !== b.shape.length)
    throw new ShapeError('FusedMatMul', 'as many axes each', `${describe(a)} and ${describe(b)}`, currentPath());
  const turned = firstB ? { ...b, shape: firstLast(b.shape.length).map((axis) => b.shape[axis] as Dim) } : b;
  const shape = productShape('FusedMatMul', a, turned, transA, transB);
  const attributes = { transA, transB, alpha, ...(firstB ? { firstB } : {}) };
  return createTensor('FusedMatMul', [a, b], attributes, { dtype: a.dtype, shape });
}

/** `op(a) op(b) + c` on matrices, `c` broadcasting to `[M, N]`. */
export function gemm(a: Tensor, b: Tensor, c?: Tensor, options: Omit<FusedOptions, 'alpha' | 'firstB'> = {}): Tensor {
  const { transA = false, transB = false } = options;
  const shape = productShape('Gemm', a, b, transA, transB);
  if (shape.length !== 2) throw new ShapeError('Gemm', 'matrices', `${describe(a)} and ${describe(b)}`, currentPath());
  if (c) requireSameType('Gemm', a, c);
  if (c && broadcastDims('Gemm', c.shape, shape).join() !== shape.join()) {
    throw new ShapeError('Gemm', `a bias that broadcasts to [${shape.join(', ')}]`, describe(c), currentPath());
  }
  return createTensor('Gemm', c ? [a, b, c] : [a, b], { transA, transB }, { dtype: a.dtype, shape });
}
