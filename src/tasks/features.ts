// What feature extraction gives: numbers with a shape, with the members of Transformers.js' `Tensor` that its users call.
import type { NdArray, Shape } from '../array/index.ts';

/** Lists in lists, as deep as the shape is long. */
export type Nested = number | Nested[];

/** An array `[B, T, D]` or `[B, D]`. `dims`, `type`, `data`, `tolist()` as in Transformers.js; iterating gives the parts along the first axis. */
export class Features implements NdArray<'float32'> {
  readonly dtype = 'float32';
  readonly type = 'float32';
  readonly shape: Shape;
  readonly data: Float32Array;

  constructor(shape: Shape, data: Float32Array) {
    this.shape = shape;
    this.data = data;
  }

  /** The shape. */
  get dims(): Shape {
    return this.shape;
  }

  *[Symbol.iterator](): Iterator<Features> {
    const [count = 0, ...shape] = this.shape;
    const size = this.data.length / count;
    for (let i = 0; i < count; i++) yield new Features(shape, this.data.subarray(i * size, (i + 1) * size));
  }

  /** As nested lists of numbers. */
  tolist(): Nested {
    return this.shape.length < 2 ? Array.from(this.data) : Array.from(this, (part) => part.tolist());
  }

  toJSON(): Nested {
    return this.tolist();
  }

  /** Vectors along the last axis scaled to length 1. */
  normalize(): Features {
    const width = this.shape.at(-1) as number;
    const data = this.data.slice();
    for (let at = 0; at < data.length; at += width) {
      const row = data.subarray(at, at + width);
      // a vector of zeros stays one: torch divides by at least 1e-12
      const length = Math.max(Math.sqrt(row.reduce((sum, value) => sum + value * value, 0)), 1e-12);
      for (let i = 0; i < width; i++) row[i] = (row[i] as number) / length;
    }
    return new Features(this.shape, data);
  }
}

/** Rows of different lengths `[T, D]` as one array `[B, T, D]`, zeros behind the shorter ones; rows `[D]` as `[B, D]`. */
export function stackRows(rows: readonly NdArray<'float32'>[]): Features {
  const [first] = rows;
  if (!first) return new Features([0], new Float32Array(0));
  const shape = first.shape.map((size, axis) =>
    axis === 0 ? Math.max(...rows.map((row) => row.shape[0] as number)) : size,
  );
  const size = shape.reduce((a, b) => a * b, 1);
  const data = new Float32Array(rows.length * size);
  rows.forEach((row, i) => {
    data.set(row.data, i * size);
  });
  return new Features([rows.length, ...shape], data);
}
