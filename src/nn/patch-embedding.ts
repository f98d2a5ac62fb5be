// Pictures to tokens: a strided convolution whose stride is its kernel, written as reshape and one matrix product (Dosovitskiy et al. 2021).
import { add, type Dim, reshape, type Tensor, transpose } from '../graph/index.ts';
import { type Initializer, truncatedNormalInit, zerosInit } from './initialize.ts';
import { project } from './linear.ts';
import type { Module } from './module.ts';

/** Options of `patchEmbedding`. */
export interface PatchOptions {
  readonly dim: number;
  /** Height and width of a patch. */
  readonly patch: readonly [number, number];
  readonly bias?: boolean;
  readonly initialize?: Initializer;
}

/** `[B, C, H, W] → [B, N, D]` row by row, by the kernel `weight` `[D, C, P, Q]` of `module`. @throws RangeError when patches do not fit */
export function patchEmbedding(module: Module, pixels: Tensor, options: PatchOptions): Tensor {
  const [batch, channels, height, width] = pixels.shape as [Dim, number, number, number];
  const {
    dim,
    patch: [p, q],
    bias = true,
    initialize = truncatedNormalInit(0.02),
  } = options;
  if (height % p !== 0 || width % q !== 0) {
    throw new RangeError(
      `patchEmbedding: expected a picture that ${p}×${q} patches divide, got ${height}×${width} (${module.path})`,
    );
  }
  const [rows, columns] = [height / p, width / q];
  const cut = transpose(reshape(pixels, [batch, channels, rows, p, columns, q]), [0, 2, 4, 1, 3, 5]);
  const flat = reshape(cut, [batch, rows * columns, channels * p * q]);
  const weight = reshape(module.parameter('weight', [dim, channels, p, q], initialize), [dim, channels * p * q]);
  const tokens = project(flat, weight);
  return bias ? add(tokens, module.parameter('bias', [dim], zerosInit)) : tokens;
}
