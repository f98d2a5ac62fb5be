// Operations that move elements without computing: reshape, transpose, cut, join, repeat.
import { normalizeAxis } from '../../array/index.ts';
import { addDims, type Dim, type Dims, divideDims, multiplyDims, productOf, subtractDims } from '../dim.ts';
import { createNode, createTensor, currentPath, describe, ShapeError, type Tensor } from '../tensor.ts';

/** The same elements under another shape; one size may be −1, the rest. */
export function reshape(x: Tensor, shape: Dims): Tensor {
  const known = productOf(shape.filter((dim) => dim !== -1));
  const rest = divideDims(productOf(x.shape), known);
  const full = shape.map((dim) => (dim === -1 ? (rest ?? -1) : dim));
  if (full.includes(-1) || productOf(full) !== productOf(x.shape)) {
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

/** All axes up to `axis` joined into one, the others kept: `flattenTo([B, T, D], 1) → [B*T, D]` keeps the last. */
export function flattenLeading(x: Tensor, kept = 1): Tensor {
  const tail = x.shape.slice(x.shape.length - kept);
  return reshape(x, [productOf(x.shape.slice(0, x.shape.length - kept)), ...tail]);
}

/** Axes in another order: result axis `i` is axis `perm[i]`. Without `perm` the last two axes swap. */
export function transpose(x: Tensor, perm?: readonly number[]): Tensor {
  const rank = x.shape.length;
  const order = perm ?? [...Array(rank - 2).keys(), rank - 1, rank - 2];
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

/** Adds axes of size 1 at the given places of the result: `unsqueeze([B, T], [1]) → [B, 1, T]`. */
export function unsqueeze(x: Tensor, axes: readonly number[]): Tensor {
  const rank = x.shape.length + axes.length;
  const at = new Set(axes.map((axis) => normalizeAxis(axis, rank)));
  const rest = [...x.shape];
  return reshape(
    x,
    Array.from({ length: rank }, (_, i) => (at.has(i) ? 1 : (rest.shift() as Dim))),
  );
}

/** Removes axes of size 1. */
export function squeeze(x: Tensor, axes: readonly number[]): Tensor {
  const at = new Set(axes.map((axis) => normalizeAxis(axis, x.shape.length)));
  return reshape(
    x,
    x.shape.filter((_, i) => !at.has(i)),
  );
}

/** Joins tensors along an axis; all other sizes agree. */
export function concat(parts: readonly Tensor[], axis: number): Tensor {
  const first = parts[0] as Tensor;
  if (parts.length === 1) return first;
  const at = normalizeAxis(axis, first.shape.length);
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
  const at = normalizeAxis(axis, x.shape.length);
  if (sizes.reduce((a, b) => a + b, 0) !== x.shape[at]) {
    throw new ShapeError('Split', `sizes that add up to ${x.shape[at]}`, `[${sizes}]`, currentPath());
  }
  const signatures = sizes.map((size) => ({ dtype: x.dtype, shape: x.shape.map((dim, i) => (i === at ? size : dim)) }));
  return createNode('Split', [x], { axis: at, sizes }, signatures);
}

/** Elements `start` to `end` (excluded) along one axis; negative numbers count from the end. */
export function slice(x: Tensor, axis: number, start: Dim, end: Dim): Tensor {
  const at = normalizeAxis(axis, x.shape.length);
  const size = x.shape[at] as Dim;
  const inside = (bound: Dim): Dim => (typeof bound === 'number' && bound < 0 ? addDims(size, bound) : bound);
  const [from, to] = [inside(start), inside(end)];
  const length = subtractDims(to, from);
  if (typeof length === 'number' && (length < 0 || (typeof size === 'number' && length > size))) {
    throw new ShapeError('Slice', `bounds inside [0, ${size}]`, `[${start}, ${end})`, currentPath());
  }
  const shape = x.shape.map((dim, i) => (i === at ? length : dim));
  return createTensor('Slice', [x], { starts: [from], ends: [to], axes: [at], steps: [1] }, { dtype: x.dtype, shape });
}

/** Adds `value` around: `pads` holds the begin of every axis, then the end of every axis. */
export function pad(x: Tensor, pads: readonly Dim[], value = 0): Tensor {
  const rank = x.shape.length;
  if (pads.length !== 2 * rank) throw new ShapeError('Pad', `${2 * rank} pads`, `${pads.length}`, currentPath());
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
  if (repeats.length !== x.shape.length) {
    throw new ShapeError('Tile', `${x.shape.length} repeats`, `[${repeats}]`, currentPath());
  }
  const shape = x.shape.map((dim, i) => multiplyDims(dim, repeats[i] as number));
  return createTensor('Tile', [x], { repeats }, { dtype: x.dtype, shape });
}
