// Weights for other sizes, as arrays: learned positions for another grid, patch kernels for another patch or number of channels.
import { cast, float32, type NdArray, type Shape, sizeOf } from '../array/index.ts';
import { resizeMatrix } from '../graph/index.ts';
import type { Pair } from '../nn/index.ts';

/** A matrix `[rows, columns]` in float64. */
interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

const matrixOf = (rows: number, columns: number, at: (row: number, column: number) => number): Matrix => ({
  rows,
  columns,
  data: Float64Array.from({ length: rows * columns }, (_, i) => at(Math.floor(i / columns), i % columns)),
});
const cell = (m: Matrix, row: number, column: number): number => m.data[row * m.columns + column] as number;

function product(a: Matrix, b: Matrix): Matrix {
  return matrixOf(a.rows, b.columns, (i, j) => {
    let sum = 0;
    for (let k = 0; k < a.columns; k++) sum += cell(a, i, k) * cell(b, k, j);
    return sum;
  });
}

const turned = (m: Matrix): Matrix => matrixOf(m.columns, m.rows, (i, j) => cell(m, j, i));

/** `a⁻¹ b` by elimination with pivots. */
function solve(a: Matrix, b: Matrix): Matrix {
  const n = a.rows;
  const rows = Array.from({ length: n }, (_, i) => [
    ...Array.from({ length: n }, (_, j) => cell(a, i, j)),
    ...Array.from({ length: b.columns }, (_, j) => cell(b, i, j)),
  ]);
  for (let k = 0; k < n; k++) {
    const best = rows
      .slice(k)
      .reduce((most, row, i) => (Math.abs(row[k] as number) > Math.abs(rows[most]?.[k] ?? 0) ? k + i : most), k);
    [rows[k], rows[best]] = [rows[best] as number[], rows[k] as number[]];
    const pivot = rows[k] as number[];
    for (const row of rows) {
      if (row === pivot) continue;
      const factor = (row[k] as number) / (pivot[k] as number);
      for (let j = k; j < row.length; j++) row[j] = (row[j] as number) - factor * (pivot[j] as number);
    }
  }
  return matrixOf(n, b.columns, (i, j) => (rows[i]?.[n + j] as number) / (rows[i]?.[i] as number));
}

/** The least-squares inverse of the transpose of a matrix of full rank. */
function inverseOfTranspose(m: Matrix): Matrix {
  const other = turned(m);
  return m.rows >= m.columns ? turned(solve(product(other, m), other)) : solve(product(m, other), m);
}

interface Grid {
  readonly shape: Shape;
  readonly data: Float64Array;
}

/** One axis mapped by a matrix `[to, from]`. */
function alongAxis(x: Grid, axis: number, m: Matrix): Grid {
  const [outer, inner] = [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis + 1))];
  const data = new Float64Array(outer * m.rows * inner);
  for (let o = 0; o < outer; o++)
    for (let row = 0; row < m.rows; row++)
      for (let column = 0; column < m.columns; column++) {
        const weight = cell(m, row, column);
        if (weight === 0) continue;
        const [to, from] = [(o * m.rows + row) * inner, (o * m.columns + column) * inner];
        for (let i = 0; i < inner; i++) data[to + i] = (data[to + i] as number) + weight * (x.data[from + i] as number);
      }
  return { shape: x.shape.map((size, i) => (i === axis ? m.rows : size)), data };
}

function mapAxes(x: NdArray, maps: readonly (readonly [number, Matrix])[]): NdArray<'float32'> {
  let current: Grid = { shape: x.shape, data: Float64Array.from(cast(x, 'float32').data) };
  for (const [axis, m] of maps) current = alongAxis(current, axis, m);
  return float32(current.shape, Float32Array.from(current.data));
}

function resizing(from: number, to: number, mode: 'bilinear' | 'bicubic'): Matrix {
  const data = resizeMatrix(from, to, mode);
  return matrixOf(to, from, (i, j) => data[i * from + j] as number);
}

/**
 * Learned positions `[…, special + rows · columns, D]` for another grid: bicubic with a = −0.75, as torch.nn.functional.interpolate.
 * Another number of special rows cuts the last of them, or repeats the first.
 */
export function resamplePositions(
  table: NdArray,
  from: { readonly special: number; readonly grid: Pair },
  to: { readonly special: number; readonly grid: Pair },
): NdArray<'float32'> {
  const dim = table.shape.at(-1) as number;
  const { data } = cast(table, 'float32');
  const places = float32([...from.grid, dim], data.slice(from.special * dim));
  const resized = mapAxes(places, [
    [0, resizing(from.grid[0], to.grid[0], 'bicubic')],
    [1, resizing(from.grid[1], to.grid[1], 'bicubic')],
  ]);
  const result = new Float32Array((to.special + to.grid[0] * to.grid[1]) * dim);
  for (let row = 0; row < to.special; row++) {
    const source = row < from.special ? row : 0;
    result.set(data.subarray(source * dim, (source + 1) * dim), row * dim);
  }
  result.set(resized.data, to.special * dim);
  return float32([...table.shape.slice(0, -2), result.length / dim, dim], result);
}

/**
 * How a patch kernel is brought to another size. `pseudo-inverse`: a patch and its kernel resized together give nearly the product
 * they gave before (FlexiViT, Beyer et al. 2023). `interpolate`: the kernel as a small picture, bicubic.
 */
export type KernelMethod = 'pseudo-inverse' | 'interpolate';

/** A patch kernel `[D, C, P, Q]` for patches of another size. */
export function resizeKernel(kernel: NdArray, to: Pair, method: KernelMethod = 'pseudo-inverse'): NdArray<'float32'> {
  const axes = [2, 3].map((axis, i): readonly [number, Matrix] => {
    const plain = resizing(kernel.shape[axis] as number, to[i] as number, 'bicubic');
    return [axis, method === 'interpolate' ? plain : inverseOfTranspose(plain)];
  });
  return mapAxes(kernel, axes);
}

/**
 * A patch kernel `[D, C, …]` for another number of channels: one is the sum over all (a grey picture then gives what its colour copy
 * gave); more repeat the old ones in turn, scaled so that equal channels give the same sum.
 */
export function adaptChannels(kernel: NdArray, channels: number): NdArray<'float32'> {
  const from = kernel.shape[1] as number;
  const share = from / channels;
  const map =
    channels === 1
      ? matrixOf(1, from, () => 1)
      : matrixOf(channels, from, (to, source) => (to % from === source ? share : 0));
  return mapAxes(kernel, [[1, map]]);
}

/** A patch kernel `[D, C, P, Q]` as one of tubes `[D, C, T, H, W]`: bilinear, repeated over time and divided by its length. */
export function inflateKernel(
  kernel: NdArray,
  [frames, height, width]: readonly [number, number, number],
): NdArray<'float32'> {
  const [dim, channels, p, q] = kernel.shape as [number, number, number, number];
  const flat = mapAxes(kernel, [
    [2, resizing(p, height, 'bilinear')],
    [3, resizing(q, width, 'bilinear')],
  ]);
  const still = float32([dim, channels, 1, height, width], flat.data);
  return mapAxes(still, [[2, matrixOf(frames, 1, () => 1 / frames)]]);
}
