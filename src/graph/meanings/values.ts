// Arrays of the interpreter: float64 for floating-point numbers, plain numbers for all else.
import { sizeOf, stridesOf } from '../../array/index.ts';

/** A value: numbers in row-major order. Booleans are 0 and 1, integers whole numbers. */
export interface Value {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** A value from a function of the place. */
export function build(shape: readonly number[], at: (place: readonly number[], index: number) => number): Value {
  const data = new Float64Array(sizeOf(shape));
  const place = shape.map(() => 0);
  for (let i = 0; i < data.length; i++) {
    data[i] = at(place, i);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place[axis] = (place[axis] as number) + 1;
      if ((place[axis] as number) < (shape[axis] as number)) break;
      place[axis] = 0;
    }
  }
  return { shape, data };
}

/** The element at a place; axes of size 1 repeat, missing leading axes too. */
export function read(value: Value, place: readonly number[]): number {
  const strides = stridesOf(value.shape);
  const lead = place.length - value.shape.length;
  let index = 0;
  value.shape.forEach((size, axis) => {
    const at = size === 1 ? 0 : (place[axis + lead] as number);
    index += at * (strides[axis] as number);
  });
  return value.data[index] as number;
}

/** A copy that can be written. */
export function copy(value: Value): { shape: readonly number[]; data: Float64Array } {
  return { shape: value.shape, data: value.data.slice() };
}

/** The place of the row-major index `index`. */
export function placeOf(index: number, shape: readonly number[]): number[] {
  const strides = stridesOf(shape);
  return shape.map((size, axis) => Math.floor(index / (strides[axis] as number)) % size);
}

/** The row-major index of a place. */
export function indexOf(place: readonly number[], shape: readonly number[]): number {
  const strides = stridesOf(shape);
  return place.reduce((sum, at, axis) => sum + at * (strides[axis] as number), 0);
}
