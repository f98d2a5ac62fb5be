// Concrete shapes: sizes, strides, broadcasting. Symbolic shapes live in `graph`.

/** A shape, outermost axis first. `[]` is a scalar. */
export type Shape = readonly number[];

/** Number of elements: `sizeOf([2, 3]) → 6`, `sizeOf([]) → 1`. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

/** Row-major strides in elements: `stridesOf([2, 3, 4]) → [12, 4, 1]`. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = (strides[axis + 1] as number) * (shape[axis + 1] as number);
  }
  return strides;
}

/**
 * The common shape under NumPy's broadcasting rule: `broadcastShapes([3, 1], [4]) → [3, 4]`.
 * @throws RangeError when two sizes of an axis differ and neither is 1
 */
export function broadcastShapes(a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw new RangeError(`broadcastShapes: expected sizes that agree or are 1, got [${a}] and [${b}]`);
    }
    return x === 1 ? y : x;
  });
}

/** The axis counted from the front: `normalizeAxis(-1, 3) → 2`. @throws RangeError outside `[-rank, rank)` */
export function normalizeAxis(axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || positive < 0 || positive >= rank) {
    throw new RangeError(`normalizeAxis: expected an axis in [${-rank}, ${rank}), got ${axis}`);
  }
  return positive;
}
