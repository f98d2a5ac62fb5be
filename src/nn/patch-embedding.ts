// Pictures to tokens: a strided convolution (Dosovitskiy et al. 2021). Where the stride is the kernel, it is written as reshape and
// one matrix product. What does not fill a patch at the right and the bottom is left out, as a convolution does.
import { add, conv, type Dim, reshape, slice, type Tensor, transpose } from '../graph/index.ts';
import { type Initializer, truncatedNormalInit, zerosInit } from './initialize.ts';
import { project } from './linear.ts';
import type { Module } from './module.ts';

/** Height and width, or rows and columns. */
export type Pair = readonly [number, number];

/** Options of `patchEmbedding`. */
export interface PatchOptions {
  readonly dim: number;
  /** Height and width of a patch. */
  readonly patch: Pair;
  /** Steps down and to the right. Default: the patch itself. */
  readonly stride?: Pair;
  readonly bias?: boolean;
  readonly initialize?: Initializer;
}

/** Rows and columns of patches: `patchGrid([30, 37], [8, 8]) → [3, 4]`; 0 where none fits. */
export function patchGrid(size: Pair, patch: Pair, stride: Pair = patch): [number, number] {
  return [0, 1].map((axis) => {
    const [length, kernel, step] = [size, patch, stride].map((pair) => pair[axis]) as [number, number, number];
    return length < kernel ? 0 : Math.floor((length - kernel) / step) + 1;
  }) as [number, number];
}

/**
 * `[B, C, H, W] → [B, rows · columns, D]` row by row, by the kernel `weight` `[D, C, P, Q]` of `module`.
 * @throws RangeError for a picture smaller than one patch
 */
export function patchEmbedding(module: Module, pixels: Tensor, options: PatchOptions): Tensor {
  const [batch, channels, height, width] = pixels.shape as [Dim, number, number, number];
  const { dim, patch, stride = patch, bias = true, initialize = truncatedNormalInit(0.02) } = options;
  const [rows, columns] = patchGrid([height, width], patch, stride);
  if (rows * columns === 0) {
    throw new RangeError(
      `patchEmbedding: expected a picture of at least one ${patch[0]}×${patch[1]} patch, got ${height}×${width} (${module.path})`,
    );
  }
  const weight = module.parameter('weight', [dim, channels, ...patch], initialize);
  const shift = bias ? module.parameter('bias', [dim], zerosInit) : undefined;
  if (stride.join() === patch.join()) {
    return project(cutPatches(pixels, patch), reshape(weight, [dim, channels * patch[0] * patch[1]]), shift);
  }
  const tokens = transpose(reshape(conv(pixels, weight, { stride }), [batch, dim, rows * columns]), [0, 2, 1]);
  return shift ? add(tokens, shift) : tokens;
}

/** Patches as rows, `[B, C, H, W] → [B, rows · columns, C·P·Q]`; `last`: channels vary fastest, `[B, N, P·Q·C]`, as in MAE. */
export function cutPatches(pixels: Tensor, [p, q]: Pair, channels: 'first' | 'last' = 'first'): Tensor {
  const [batch, depth, height, width] = pixels.shape as [Dim, number, number, number];
  const [rows, columns] = patchGrid([height, width], [p, q]);
  const used = firstPlaces(firstPlaces(pixels, 2, rows * p), 3, columns * q);
  const parts = reshape(used, [batch, depth, rows, p, columns, q]);
  const order = channels === 'first' ? [0, 2, 4, 1, 3, 5] : [0, 2, 4, 3, 5, 1];
  return reshape(transpose(parts, order), [batch, rows * columns, depth * p * q]);
}

function firstPlaces(x: Tensor, axis: number, count: number): Tensor {
  return x.shape[axis] === count ? x : slice(x, axis, 0, count);
}
