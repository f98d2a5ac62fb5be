// Small matrices in double precision: what is multiplied from layer to layer. Row-major `[T, S]`.
import type { NdArray } from '../../array/index.ts';

/** A matrix with `rows · columns` entries. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

export function matrix(rows: number, columns: number, data: Float64Array = new Float64Array(rows * columns)): Matrix {
  return { rows, columns, data };
}

/** Ones on the diagonal. */
export function identity(size: number): Matrix {
  const one = matrix(size, size);
  for (let i = 0; i < size; i++) one.data[i * size + i] = 1;
  return one;
}

/** `a · b`. */
export function product(a: Matrix, b: Matrix): Matrix {
  const out = matrix(a.rows, b.columns);
  for (let i = 0; i < a.rows; i++) {
    for (let k = 0; k < a.columns; k++) {
      const factor = a.data[i * a.columns + k] as number;
      if (factor === 0) continue;
      for (let j = 0, at = i * b.columns, from = k * b.columns; j < b.columns; j++, at++, from++)
        out.data[at] = (out.data[at] as number) + factor * (b.data[from] as number);
    }
  }
  return out;
}

export function transposed(a: Matrix): Matrix {
  const out = matrix(a.columns, a.rows);
  for (let i = 0; i < a.rows; i++)
    for (let j = 0; j < a.columns; j++) out.data[j * a.rows + i] = a.data[i * a.columns + j] as number;
  return out;
}

export function sumOf(a: Matrix, b: Matrix): Matrix {
  return matrix(
    a.rows,
    a.columns,
    a.data.map((value, i) => value + (b.data[i] as number)),
  );
}

/** Every row divided by its own sum; a row that sums to 0 stays. The usual code divides by columns instead (vit-explain#16). */
export function rowsNormalised(a: Matrix): Matrix {
  const out = matrix(a.rows, a.columns, a.data.slice());
  for (let i = 0; i < a.rows; i++) {
    const row = out.data.subarray(i * a.columns, (i + 1) * a.columns);
    const total = row.reduce((sum, value) => sum + value, 0);
    if (total !== 0) for (let j = 0; j < row.length; j++) row[j] = (row[j] as number) / total;
  }
  return out;
}

/** `weights · a`: a mean of rows, `[T] · [T, S] → [S]`. */
export function mixRows(weights: Float64Array, a: Matrix): Float64Array {
  return product(matrix(1, a.rows, weights), a).data;
}

/** Head `head` of `[H, T, S]`. */
export function headOf(pattern: NdArray<'float32'>, head: number): Matrix {
  const [heads = 0, rows = 0, columns = 0] = pattern.shape;
  if (!(Number.isSafeInteger(head) && head >= 0 && head < heads))
    throw new RangeError(`explain: expected a head from 0 to ${heads - 1}, got ${head}`);
  const size = rows * columns;
  return matrix(rows, columns, Float64Array.from(pattern.data.subarray(head * size, (head + 1) * size)));
}

/** All heads of `[H, T, S]`, made one by `join` of the entries of each place. */
export function joinHeads(
  pattern: NdArray<'float32'>,
  join: (entries: Float64Array) => number,
  entryAt: (i: number) => number = (i) => pattern.data[i] as number,
): Matrix {
  const [heads = 0, rows = 0, columns = 0] = pattern.shape;
  const size = rows * columns;
  const entries = new Float64Array(heads);
  return matrix(
    rows,
    columns,
    Float64Array.from({ length: size }, (_, i) => {
      for (let h = 0; h < heads; h++) entries[h] = entryAt(h * size + i);
      return join(entries);
    }),
  );
}

export function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
