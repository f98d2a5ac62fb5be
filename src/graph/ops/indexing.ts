// Reading and writing at indices.
import type { Dim } from '../dim.ts';
import { createTensor, currentPath, describe, ShapeError, type Tensor } from '../tensor.ts';
import { axisOf, requireIndices, requireSameType } from './axis.ts';

/** Rows at `indices` along an axis: `gather([V, D], [B, T]) → [B, T, D]` for axis 0. Indices int64 or int32 in `[0, size)`. */
export function gather(data: Tensor, indices: Tensor, axis = 0): Tensor {
  const at = axisOf('Gather', data, axis);
  requireIndices('Gather', indices);
  const shape = [...data.shape.slice(0, at), ...indices.shape, ...data.shape.slice(at + 1)];
  return createTensor('Gather', [data, indices], { axis: at }, { dtype: data.dtype, shape });
}

/** One element per index along an axis (torch.gather): result and indices have one shape. */
export function gatherElements(data: Tensor, indices: Tensor, axis = -1): Tensor {
  const at = axisOf('GatherElements', data, axis);
  requireElements('GatherElements', data, indices, at);
  return createTensor('GatherElements', [data, indices], { axis: at }, { dtype: data.dtype, shape: indices.shape });
}

/** `data` with `updates` written (or added) at one index per update along an axis (torch.scatter, scatter_add). */
export function scatterElements(
  data: Tensor,
  indices: Tensor,
  updates: Tensor,
  options: { readonly axis?: number; readonly reduction?: 'none' | 'add' } = {},
): Tensor {
  const at = axisOf('ScatterElements', data, options.axis ?? -1);
  requireElements('ScatterElements', data, indices, at);
  requireSameType('ScatterElements', data, updates);
  if (indices.shape.join() !== updates.shape.join()) {
    throw new ShapeError(
      'ScatterElements',
      `updates like indices ${describe(indices)}`,
      describe(updates),
      currentPath(),
    );
  }
  const attributes = { axis: at, reduction: options.reduction ?? 'none' } as const;
  return createTensor('ScatterElements', [data, indices, updates], attributes, {
    dtype: data.dtype,
    shape: data.shape,
  });
}

/** Indices have the axes of the data and, but along `axis`, no larger sizes. */
function requireElements(operation: string, data: Tensor, indices: Tensor, axis: number): void {
  requireIndices(operation, indices);
  const exceeds = (size: Dim, i: number): boolean => {
    const limit = data.shape[i] as Dim;
    return i !== axis && typeof size === 'number' && typeof limit === 'number' && size > limit;
  };
  if (data.shape.length !== indices.shape.length || indices.shape.some(exceeds)) {
    const expected = `indices within ${describe(data)} but for axis ${axis}`;
    throw new ShapeError(operation, expected, describe(indices), currentPath());
  }
}

/** `data` with whole sub-tensors written (or added): indices `[…, k]` point into the first `k` axes. */
export function scatterNd(data: Tensor, indices: Tensor, updates: Tensor, reduction: 'none' | 'add' = 'none'): Tensor {
  const depth = indices.shape.at(-1);
  requireIndices('ScatterND', indices);
  requireSameType('ScatterND', data, updates);
  if (typeof depth !== 'number' || depth < 1 || depth > data.shape.length) {
    const expected = `a fixed last size of the indices, 1 to the ${data.shape.length} axes of ${describe(data)}`;
    throw new ShapeError('ScatterND', expected, describe(indices), currentPath());
  }
  const expected = [...indices.shape.slice(0, -1), ...data.shape.slice(depth)];
  if (expected.join() !== updates.shape.join()) {
    throw new ShapeError('ScatterND', `updates [${expected.join(', ')}]`, describe(updates), currentPath());
  }
  return createTensor('ScatterND', [data, indices, updates], { reduction }, { dtype: data.dtype, shape: data.shape });
}

/** Float32 zeros with a one at each index along a new last axis: `oneHot([2], 4) → [[0, 0, 1, 0]]`. */
export function oneHot(indices: Tensor, depth: number): Tensor {
  requireIndices('OneHot', indices);
  return createTensor('OneHot', [indices], { depth }, { dtype: 'float32', shape: [...indices.shape, depth] });
}

/** The upper or lower triangle of the last two axes from diagonal `k`, zeros elsewhere. */
export function triangle(x: Tensor, half: 'upper' | 'lower', k = 0): Tensor {
  if (x.shape.length < 2) throw new ShapeError('Trilu', 'at least two axes', describe(x), currentPath());
  return createTensor('Trilu', [x], { upper: half === 'upper', k }, { dtype: x.dtype, shape: x.shape });
}
