// Shape arithmetic read back: int64 scalars and vectors whose elements are sizes (`Shape`, `Gather`, `Concat`, `Mul` …) become symbolic
// sizes again, so that the tensors they shape have symbolic shapes.
import { int64 } from '../../array/index.ts';
import { addDims, type Dim, type Dims, divideDims, multiplyDims, productOf, subtractDims } from '../dim.ts';
import { concat, constant, dimValue, integers, reshape } from '../ops/index.ts';
import type { Tensor } from '../tensor.ts';

/** An int64 scalar or vector of sizes. */
export interface Sizes {
  readonly dims: Dims;
  readonly isScalar: boolean;
}

/** Computes sizes from sizes; undefined where the result is none. */
export type SizeRule = (
  inputs: readonly Sizes[],
  attribute: (name: string, otherwise: number) => number,
) => Sizes | undefined;

const pairwise =
  (f: (a: Dim, b: Dim) => Dim | undefined): SizeRule =>
  ([a, b]) => {
    if (!a || !b || (a.dims.length !== b.dims.length && a.dims.length !== 1 && b.dims.length !== 1)) return undefined;
    const length = a.dims.length === 1 ? b.dims.length : a.dims.length;
    const at = (sizes: Sizes, i: number): Dim => sizes.dims[sizes.dims.length === 1 ? 0 : i] as Dim;
    const dims = Array.from({ length }, (_, i) => f(at(a, i), at(b, i)));
    return dims.includes(undefined) ? undefined : { dims: dims as Dim[], isScalar: a.isScalar && b.isScalar };
  };

const quotient = (a: Dim, b: Dim): Dim | undefined =>
  typeof a === 'number' && typeof b === 'number' ? (b === 0 ? undefined : Math.trunc(a / b)) : divideDims(a, b);

/** Numbers among sizes; undefined when one is symbolic. */
export function numbersIn(sizes: Sizes | undefined): number[] | undefined {
  return sizes?.dims.every((dim) => typeof dim === 'number') ? (sizes.dims as number[]) : undefined;
}

/** Operators that compute sizes. All inputs are sizes already. */
export const sizeRules: Readonly<Record<string, SizeRule>> = {
  Identity: ([x]) => x,
  Add: pairwise(addDims),
  Sub: pairwise(subtractDims),
  Mul: pairwise(multiplyDims),
  Div: pairwise(quotient),
  Concat: (parts) =>
    parts.some((part) => part.isScalar) ? undefined : { dims: parts.flatMap((part) => part.dims), isScalar: false },
  Squeeze: ([x]) => (x && !x.isScalar && x.dims.length === 1 ? { dims: x.dims, isScalar: true } : undefined),
  Unsqueeze: ([x]) => (x?.isScalar ? { dims: x.dims, isScalar: false } : undefined),
  Reshape: ([x, shape]) => {
    const target = numbersIn(shape);
    if (!x || !target || target.length > 1) return undefined;
    if (target.length === 0) return x.dims.length === 1 ? { dims: x.dims, isScalar: true } : undefined;
    return target[0] === -1 || target[0] === x.dims.length ? { dims: x.dims, isScalar: false } : undefined;
  },
  ReduceProd: ([x], attribute) => x && { dims: [productOf(x.dims)], isScalar: attribute('keepdims', 1) === 0 },
  Gather: ([data, indices]) => {
    const at = numbersIn(indices);
    if (!data || data.isScalar || !indices || !at) return undefined;
    const dims = at.map((i) => data.dims[i < 0 ? i + data.dims.length : i]);
    return dims.includes(undefined) ? undefined : { dims: dims as Dim[], isScalar: indices.isScalar };
  },
  Slice: ([data, starts, ends, axes, steps]) => {
    const [from, to] = [numbersIn(starts)?.[0], numbersIn(ends)?.[0]];
    if (!data || data.isScalar || from === undefined || to === undefined) return undefined;
    if ((numbersIn(axes)?.[0] ?? 0) !== 0 || (numbersIn(steps)?.[0] ?? 1) !== 1) return undefined;
    return { dims: data.dims.slice(from, to), isScalar: false };
  },
};

/** The sizes that `Shape` reads off a tensor. */
export function shapeSizes(x: Tensor, start: number, end: number): Sizes {
  return { dims: x.shape.slice(start, end), isScalar: false };
}

/** Sizes as a tensor, for operations that compute with their values. */
export function sizesTensor({ dims, isScalar }: Sizes): Tensor {
  const numbers = numbersIn({ dims, isScalar });
  if (numbers) return isScalar ? constant(int64([], numbers)) : integers(numbers);
  const parts = dims.map((dim) => (typeof dim === 'number' ? integers([dim]) : reshape(dimValue(dim), [1])));
  return isScalar ? dimValue(dims[0] as Dim) : concat(parts, 0);
}
