// Fixed sine and cosine positions (Vaswani et al. 2017), in both orders that checkpoints use.
import { float32, type NdArray } from '../../array/index.ts';

/** `interleaved`: sin, cos, sin, cos, … (the paper); `half-split`: all sines, then all cosines (Marian). */
export type SinusoidOrder = 'interleaved' | 'half-split';

/** The table `[length, dim]`: `sin(pos / 10000^(2i/dim))` and its cosine. `dim` is even. */
export function sinusoidTable(length: number, dim: number, order: SinusoidOrder): NdArray<'float32'> {
  const table = new Float32Array(length * dim);
  for (let position = 0; position < length; position++) {
    for (let i = 0; i < dim / 2; i++) {
      const angle = position / 10000 ** ((2 * i) / dim);
      const [sine, cosine] = order === 'interleaved' ? [2 * i, 2 * i + 1] : [i, dim / 2 + i];
      table[position * dim + sine] = Math.sin(angle);
      table[position * dim + cosine] = Math.cos(angle);
    }
  }
  return float32([length, dim], table);
}

/** 2-D positions for a grid of patches: half of the width for rows, half for columns; `[rows · columns, dim]`, row by row. */
export function sinusoidGrid(rows: number, columns: number, dim: number): NdArray<'float32'> {
  const half = dim / 2;
  const [vertical, horizontal] = [sinusoidTable(rows, half, 'half-split'), sinusoidTable(columns, half, 'half-split')];
  const table = new Float32Array(rows * columns * dim);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = (row * columns + column) * dim;
      table.set(vertical.data.subarray(row * half, (row + 1) * half), at);
      table.set(horizontal.data.subarray(column * half, (column + 1) * half), at + half);
    }
  }
  return float32([rows * columns, dim], table);
}
