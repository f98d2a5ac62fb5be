// Reductions along axes, and what picks by size.
import type { Dim } from '../dim.ts';
import { createNode, createTensor, currentPath, describe, ShapeError, type Tensor } from '../tensor.ts';
import { axesOf, axisOf } from './axis.ts';

/** Which axes to reduce (default: all), and whether they stay as size 1 (default: no). */
export interface ReduceOptions {
  readonly axes?: readonly number[];
  readonly keepdims?: boolean;
}

type ReduceOp = 'ReduceSum' | 'ReduceMean' | 'ReduceMax' | 'ReduceMin';

function reduce(op: ReduceOp, x: Tensor, options: ReduceOptions = {}): Tensor {
  const axes = axesOf(op, x, [...(options.axes ?? x.shape.keys())]).sort((a, b) => a - b);
  const keepdims = options.keepdims ?? false;
  const shape = x.shape.flatMap((dim, axis): Dim[] => (axes.includes(axis) ? (keepdims ? [1] : []) : [dim]));
  return createTensor(op, [x], { axes, keepdims }, { dtype: x.dtype, shape });
}

export const sum = (x: Tensor, options?: ReduceOptions): Tensor => reduce('ReduceSum', x, options);
export const mean = (x: Tensor, options?: ReduceOptions): Tensor => reduce('ReduceMean', x, options);
export const max = (x: Tensor, options?: ReduceOptions): Tensor => reduce('ReduceMax', x, options);
export const min = (x: Tensor, options?: ReduceOptions): Tensor => reduce('ReduceMin', x, options);

/** Index of the first largest element along an axis, int64. @throws ShapeError along an axis that holds nothing */
export function argMax(x: Tensor, axis = -1, keepdims = false): Tensor {
  const at = axisOf('ArgMax', x, axis);
  if (x.shape[at] === 0) throw new ShapeError('ArgMax', `elements along axis ${at}`, describe(x), currentPath());
  const shape = x.shape.flatMap((dim, i): Dim[] => (i === at ? (keepdims ? [1] : []) : [dim]));
  return createTensor('ArgMax', [x], { axis: at, keepdims }, { dtype: 'int64', shape });
}

/** Running sums along an axis: `[1, 2, 3] → [1, 3, 6]`; exclusive: `[0, 1, 3]`; reverse: from the end. */
export function cumulativeSum(
  x: Tensor,
  axis: number,
  options: { readonly exclusive?: boolean; readonly reverse?: boolean } = {},
): Tensor {
  const { exclusive = false, reverse = false } = options;
  const at = axisOf('CumSum', x, axis);
  return createTensor('CumSum', [x], { axis: at, exclusive, reverse }, { dtype: x.dtype, shape: x.shape });
}

/** The `k` largest elements along an axis, largest first, and their indices (int64). */
export function topK(x: Tensor, k: number, axis = -1): { values: Tensor; indices: Tensor } {
  const at = axisOf('TopK', x, axis);
  const size = x.shape[at] as Dim;
  if (!Number.isInteger(k) || k < 0 || (typeof size === 'number' && k > size)) {
    throw new ShapeError('TopK', `k in [0, ${size}]`, `${k} for ${describe(x)}`, currentPath());
  }
  const shape = x.shape.map((dim, i) => (i === at ? k : dim));
  const [values, indices] = createNode('TopK', [x], { axis: at, k }, [
    { dtype: x.dtype, shape },
    { dtype: 'int64', shape },
  ]);
  return { values: values as Tensor, indices: indices as Tensor };
}
