// Reading and writing at indices.
import { normalizeAxis } from '../../array/index.ts';
import { createTensor, currentPath, describe, ShapeError, type Tensor } from '../tensor.ts';

/** Rows at `indices` along an axis: `gather([V, D], [B, T]) → [B, T, D]` for axis 0. Indices int64 or int32 in `[0, size)`. */
export function gather(data: Tensor, indices: Tensor, axis = 0): Tensor {
  const at = normalizeAxis(axis, data.shape.length);
  const shape = [...data.shape.slice(0, at), ...indices.shape, ...data.shape.slice(at + 1)];
  return createTensor('Gather', [data, indices], { axis: at }, { dtype: data.dtype, shape });
}

/** One element per index along an axis (torch.gather): result and indices have one shape. */
export function gatherElements(data: Tensor, indices: Tensor, axis = -1): Tensor {
  const at = normalizeAxis(axis, data.shape.length);
  requireRank('GatherElements', data, indices);
  return createTensor('GatherElements', [data, indices], { axis: at }, { dtype: data.dtype, shape: indices.shape });
}

/** `data` with `updates` written (or added) at one index per update along an axis (torch.scatter, scatter_add). */
export function scatterElements(
  data: Tensor,
  indices: Tensor,
  updates: Tensor,
  options: { readonly axis?: number; readonly reduction?: 'none' | 'add' } = {},
): Tensor {
  const at = normalizeAxis(options.axis ?? -1, data.shape.length);
  requireRank('ScatterElements', data, indices);
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

function requireRank(operation: string, data: Tensor, indices: Tensor): void {
  if (data.shape.length !== indices.shape.length) {
    throw new ShapeError(operation, `as many axes as ${describe(data)}`, describe(indices), currentPath());
  }
}

/** `data` with whole sub-tensors written (or added): indices `[…, k]` point into the first `k` axes. */
export function scatterNd(data: Tensor, indices: Tensor, updates: Tensor, reduction: 'none' | 'add' = 'none'): Tensor {
  const depth = indices.shape.at(-1);
  if (typeof depth !== 'number') {
    throw new ShapeError('ScatterND', 'a fixed last size of the indices', describe(indices), currentPath());
  }
  const expected = [...indices.shape.slice(0, -1), ...data.shape.slice(depth)];
  if (expected.join() !== updates.shape.join()) {
    throw new ShapeError('ScatterND', `updates [${expected.join(', ')}]`, describe(updates), currentPath());
  }
  return createTensor('ScatterND', [data, indices, updates], { reduction }, { dtype: data.dtype, shape: data.shape });
}

/** Float32 zeros with a one at each index along a new last axis: `oneHot([2], 4) → [[0, 0, 1, 0]]`. */
export function oneHot(indices: Tensor, depth: number): Tensor {
  return createTensor('OneHot', [indices], { depth }, { dtype: 'float32', shape: [...indices.shape, depth] });
}

/** The upper or lower triangle of the last two axes from diagonal `k`, zeros elsewhere. */
export function triangle(x: Tensor, half: 'upper' | 'lower', k = 0): Tensor {
  return createTensor('Trilu', [x], { upper: half === 'upper', k }, { dtype: x.dtype, shape: x.shape });
}
