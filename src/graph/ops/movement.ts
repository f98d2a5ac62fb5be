// Operations that move elements without computing: reshape, transpose, cut, join, repeat.
import { addDims, type Dim, type Dims, divideDims, multiplyDims, productOf, subtractDims } from '../dim.ts';
import { createNode, createTensor, currentPath, describe, ShapeError, type Tensor } from '../tensor.ts';
import { axesOf, axisOf } from './axis.ts';

/** The same elements under another shape; one size may be −1, the rest. */
export function reshape(x: Tensor, shape: Dims): Tensor {
  const known = productOf(shape.filter((dim) => dim !== -1));
  const rest = divideDims(productOf(x.shape), known);
  const full = shape.map((dim) => (dim === -1 ? (rest ?? -1) : dim));
  const isSize = (dim: Dim): boolean => typeof dim === 'string' || (Number.isInteger(dim) && dim >= 0);
  const unknowns = shape.filter((dim) => dim === -1).length;
  if (unknowns > 1 || !full.every(isSize) || productOf(full) !== productOf(x.shape)) {
    throw new ShapeError(
      'Reshape',
      `${productOf(x.shape)} elements`,
      `[${shape.join(', ')}] from ${describe(x)}`,
      currentPath(),
    );
  }
  if (full.join() === x.shape.join()) return x;
  return createTensor('Reshape', [x], { shape: full }, { dtype: x.dtype, shape: full });
}

/** The leading axes joined into one, the last `kept` left as they are: `flattenLeading([B, T, D]) → [B*T, D]`. */
export function flattenLeading(x: Tensor, kept = 1): Tensor {
  const tail = x.shape.slice(x.shape.length - kept);
  return reshape(x, [productOf(x.shape.slice(0, x.shape.length - kept)), ...tail]);
}

/** The order of axes in which the last two have changed places. */
export function lastSwapped(rank: number): number[] {
  return [...Array(rank - 2).keys(), rank - 1, rank - 2];
}

/** `[A, …, Z] → […, A, Z]`: the order in which the first axis stands in the last place but one. */
export function firstLast(rank: number): number[] {
  return [...Array.from({ length: rank - 2 }, (_, i) => i + 1), 0, rank - 1];
}

/** Axes in another order: result axis `i` is axis `perm[i]`. Without `perm` the last two axes swap. */
export function transpose(x: Tensor, perm?: readonly number[]): Tensor {
  const rank = x.shape.length;
  if (!perm && rank < 2) throw new ShapeError('Transpose', 'at least two axes', describe(x), currentPath());
  const order = perm ?? lastSwapped(rank);
  if ([...order].sort((a, b) => a - b).some((axis, i) => axis !== i) || order.length !== rank) {
    throw new ShapeError('Transpose', `an order of ${rank} axes`, `[${order}] for ${describe(x)}`, currentPath());
  }
  return createTensor(
    'Transpose',
    [x],
    { perm: order },
    { dtype: x.dtype, shape: order.map((axis) => x.shape[axis] as Dim) },
  );
}

/** What `transpose(x, perm)` did, undone. */
export function transposeBack(x: Tensor, perm: readonly number[]): Tensor {
  return transpose(
    x,
    perm.map((_, axis) => perm.indexOf(axis)),
  );
}

/** Adds axes of size 1 at the given places of the result: `unsqueeze([B, T], [1]) → [B, 1, T]`. */
export function unsqueeze(x: Tensor, axes: readonly number[]): Tensor {
  const rank = x.shape.length + axes.length;
  const at = new Set(axesOf('unsqueeze', x, axes, rank));
  const rest = [...x.shape];
  return reshape(
    x,
    Array.from({ length: rank }, (_, i) => (at.has(i) ? 1 : (rest.shift() as Dim))),
  );
}

/** Removes axes of size 1. */
export function squeeze(x: Tensor, axes: readonly number[]): Tensor {
  const at = new Set(axesOf('squeeze', x, axes));
  return reshape(
    x,
    x.shape.filter((_, i) => !at.has(i)),
  );
}

/** Joins tensors along an axis; all other sizes agree. */
export function concat(parts: readonly Tensor[], axis: number): Tensor {
  const [first] = parts;
  if (!first) throw new ShapeError('Concat', 'at least one tensor', 'none', currentPath());
  const at = axisOf('Concat', first, axis);
  if (parts.length === 1) return first;
  const others = (x: Tensor): string => `${x.dtype}${x.shape.filter((_, i) => i !== at).join()}/${x.shape.length}`;
  if (parts.some((part) => others(part) !== others(first))) {
    throw new ShapeError('Concat', `equal sizes but for axis ${at}`, parts.map(describe).join(' and '), currentPath());
  }
  const total = parts.map((part) => part.shape[at] as Dim).reduce(addDims);
  const shape = first.shape.map((dim, i) => (i === at ? total : dim));
  return createTensor('Concat', parts, { axis: at }, { dtype: first.dtype, shape });
}

/** Cuts along an axis into pieces of the given sizes. */
export function split(x: Tensor, sizes: readonly number[], axis: number): readonly Tensor[] {
  const at = axisOf('Split', x, axis);
  if (sizes.reduce((a, b) => a + b, 0) !== x.shape[at] || sizes.some((size) => size < 0)) {
    const got = `[${sizes}] for ${describe(x)}`;
    throw new ShapeError('Split', `sizes that add up to ${x.shape[at]}`, got, currentPath());
  }
  const signatures = sizes.map((size) => ({ dtype: x.dtype, shape: x.shape.map((dim, i) => (i === at ? size : dim)) }));
  return createNode('Split', [x], { axis: at, sizes }, signatures);
}

/** Elements `start` to `end` (excluded) along one axis; negative numbers count from the end. */
export function slice(x: Tensor, axis: number, start: Dim, end: Dim): Tensor {
  const at = axisOf('Slice', x, axis);
  const size = x.shape[at] as Dim;
  const inside = (bound: Dim): Dim => (typeof bound === 'number' && bound < 0 ? addDims(size, bound) : bound);
  const [from, to] = [inside(start), inside(end)];
  const length = subtractDims(to, from);
  const isOutside = (bound: Dim): boolean =>
    typeof bound === 'number' && (bound < 0 || (typeof size === 'number' && bound > size));
  if (isOutside(from) || isOutside(to) || (typeof length === 'number' && length < 0)) {
    const got = `[${start}, ${end}) for ${describe(x)}`;
    throw new ShapeError('Slice', `bounds inside [0, ${size}] on axis ${at}`, got, currentPath());
  }
  const shape = x.shape.map((dim, i) => (i === at ? length : dim));
  return createTensor('Slice', [x], { starts: [from], ends: [to], axes: [at], steps: [1] }, { dtype: x.dtype, shape });
}

/** Adds `value` around: `pads` holds the begin of every axis, then the end of every axis. */
export function pad(x: Tensor, pads: readonly Dim[], value = 0): Tensor {
  const rank = x.shape.length;
  if (pads.length !== 2 * rank || pads.some((size) => typeof size === 'number' && size < 0)) {
    const got = `[${pads}] for ${describe(x)}; to cut, use slice`;
    throw new ShapeError('Pad', `${2 * rank} pads, none negative`, got, currentPath());
  }
  const shape = x.shape.map((dim, i) => addDims(addDims(dim, pads[i] as Dim), pads[i + rank] as Dim));
  return createTensor('Pad', [x], { pads, value }, { dtype: x.dtype, shape });
}

/** Repeats axes of size 1 up to the given shape. */
export function expand(x: Tensor, shape: Dims): Tensor {
  const lead = shape.length - x.shape.length;
  if (lead < 0 || x.shape.some((dim, i) => dim !== 1 && dim !== shape[i + lead])) {
    throw new ShapeError('Expand', `a shape that broadcasts to [${shape.join(', ')}]`, describe(x), currentPath());
  }
  if (x.shape.join() === shape.join()) return x;
  return createTensor('Expand', [x], { shape }, { dtype: x.dtype, shape });
}

/** The whole tensor repeated along every axis: `tile([2, 3], [1, 4]) → [2, 12]`. */
export function tile(x: Tensor, repeats: readonly number[]): Tensor {
  if (repeats.length !== x.shape.length || repeats.some((repeat) => !Number.isInteger(repeat) || repeat < 0)) {
    throw new ShapeError('Tile', `${x.shape.length} repeats`, `[${repeats}] for ${describe(x)}`, currentPath());
  }
  const shape = x.shape.map((dim, i) => multiplyDims(dim, repeats[i] as number));
  return createTensor('Tile', [x], { repeats }, { dtype: x.dtype, shape });
}
