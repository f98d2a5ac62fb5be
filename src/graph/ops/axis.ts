// Checks that several shape rules share: axes, index types, element types.
import { normalizeAxis } from '../../array/index.ts';
import { currentPath, describe, ShapeError, type Tensor } from '../tensor.ts';

/** The axis counted from the front: −1 is the last. @throws ShapeError naming the operation, outside `[-rank, rank)` */
export function axisOf(operation: string, x: Tensor, axis: number, rank: number = x.shape.length): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    throw new ShapeError(operation, `an axis in [${-rank}, ${rank})`, `${axis} for ${describe(x)}`, currentPath());
  }
  return normalizeAxis(axis, rank);
}

/** Several axes, each at most once. @throws ShapeError naming the operation */
export function axesOf(operation: string, x: Tensor, axes: readonly number[], rank?: number): number[] {
  const found = axes.map((axis) => axisOf(operation, x, axis, rank));
  if (new Set(found).size !== found.length) {
    throw new ShapeError(operation, 'every axis once', `[${axes}] for ${describe(x)}`, currentPath());
  }
  return found;
}

/** @throws ShapeError unless the tensor holds int64 or int32 */
export function requireIndices(operation: string, indices: Tensor): void {
  if (indices.dtype !== 'int64' && indices.dtype !== 'int32') {
    throw new ShapeError(operation, 'indices of type int64 or int32', describe(indices), currentPath());
  }
}

/** @throws ShapeError unless both have one element type */
export function requireSameType(operation: string, a: Tensor, b: Tensor): void {
  if (a.dtype !== b.dtype) {
    throw new ShapeError(operation, 'equal element types', `${describe(a)} and ${describe(b)}`, currentPath());
  }
}
