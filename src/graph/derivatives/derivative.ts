// What a derivative is, and the helpers all of them share.
import { type Dim, type Dims, productOf } from '../dim.ts';
import type { OpName } from '../operations.ts';
import { castTo, constantLike, dimValue, full, reshape, sum } from '../ops/index.ts';
import type { Node, Tensor } from '../tensor.ts';

/** Gradients of the inputs from those of the outputs (undefined where none arrived); undefined where none flows. */
export type Derivative<K extends OpName> = (
  dy: readonly (Tensor | undefined)[],
  node: Node<K>,
) => readonly (Tensor | undefined)[];

/** Derivatives of some of the operations. */
export type Derivatives<K extends OpName> = { readonly [P in K]: Derivative<P> };

/** For operations without a derivative: indices, comparisons, sources. */
export const noGradient = (): readonly undefined[] => [];

/** `dy` summed over the axes along which a value of `shape` was broadcast. */
export function sumTo(dy: Tensor, shape: Dims): Tensor {
  if (dy.shape.join() === shape.join()) return dy;
  const lead = dy.shape.length - shape.length;
  const axes = [...dy.shape.keys()].filter((axis) => axis < lead || (shape[axis - lead] === 1 && dy.shape[axis] !== 1));
  return reshape(axes.length > 0 ? sum(dy, { axes }) : dy, shape);
}

/** A size as a scalar of the element type of `like`. */
export function sizeScalar(dim: Dim, like: Tensor): Tensor {
  return typeof dim === 'number' ? constantLike(dim, like) : castTo(dimValue(dim), like.dtype);
}

/** Number of elements along `axes`, as a scalar like `x`. */
export function countAlong(x: Tensor, axes: readonly number[]): Tensor {
  return sizeScalar(productOf(axes.map((axis) => x.shape[axis] as Dim)), x);
}

/** Zeros of the shape and type of `x`. */
export function zerosLike(x: Tensor): Tensor {
  return full(x.shape, 0, x.dtype);
}

/** The only output's gradient, which is there whenever a derivative is asked for. */
export function only(dy: readonly (Tensor | undefined)[]): Tensor {
  return dy[0] as Tensor;
}
