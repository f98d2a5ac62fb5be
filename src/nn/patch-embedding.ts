// Pictures to tokens: a strided convolution (Dosovitskiy et al. 2021), written as one matrix product over patches, which are cut by
// reshaping where they do not overlap. What does not fill a patch at the right and the bottom is left out, as a convolution does.
import { type Dim, reshape, type Tensor } from '../graph/index.ts';
import { type Initializer, truncatedNormalInit, zerosInit } from './initialize.ts';
import type { Module } from './module.ts';
import { project } from './project.ts';
import { windowGrid, windowsOf } from './windows.ts';

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
  return windowGrid(size, { size: patch, stride }) as [number, number];
}

/**
 * `[B, C, H, W] → [B, rows · columns, D]` row by row, by the kernel `weight` `[D, C, P, Q]` of `module`.
 * @throws RangeError for a picture smaller than one patch
 */
export function patchEmbedding(module: Module, pixels: Tensor, options: PatchOptions): Tensor {
  const [, channels, height, width] = pixels.shape as [Dim, number, number, number];
  const { dim, patch, stride = patch, bias = true, initialize = truncatedNormalInit(0.02) } = options;
  const [rows, columns] = patchGrid([height, width], patch, stride);
  if (rows * columns === 0) {
    throw new RangeError(
      `patchEmbedding: expected a picture of at least one ${patch[0]}×${patch[1]} patch, got ${height}×${width} (${module.path})`,
    );
  }
  const weight = module.parameter('weight', [dim, channels, ...patch], initialize);
  const shift = bias ? module.parameter('bias', [dim], zerosInit) : undefined;
  const flat = reshape(weight, [dim, channels * patch[0] * patch[1]]);
  return project(windowsOf(pixels, { size: patch, stride }), flat, shift);
}
