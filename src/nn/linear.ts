// Linear maps and embeddings.
import { add, equal, gather, stopGradient, type Tensor, unsqueeze, where } from '../graph/index.ts';
import { type Initializer, normalInit, zerosInit } from './initialize.ts';
import { withAdapter } from './lora.ts';
import type { Module } from './module.ts';
import { project } from './project.ts';

/** A linear map of the last axis, `[…, in] → […, out]`, with the parameters of `module`. */
export type LinearLayer = (module: Module, x: Tensor, out: number) => Tensor;

/** Options of `linearWith`. */
export interface LinearOptions {
  readonly initialize?: Initializer;
  readonly bias?: boolean;
  /** `out,in` as torch.nn.Linear stores weights, or `in,out` as GPT-2's Conv1D does. */
  readonly layout?: 'out,in' | 'in,out';
}

/** A linear layer with other options: `x Wᵀ + b`, parameters `weight` and `bias`. */
export function linearWith(options: LinearOptions): LinearLayer {
  const { initialize = normalInit(0.02), bias = true, layout = 'out,in' } = options;
  return (module, x, out) => {
    const width = x.shape.at(-1) as number;
    const transposed = layout === 'out,in';
    const weight = module.linearWeight('weight', transposed ? [out, width] : [width, out], initialize, !transposed);
    const y = project(x, weight, bias ? module.parameter('bias', [out], zerosInit) : undefined, transposed);
    return withAdapter(module, x, y);
  };
}

/** `x Wᵀ + b` with weight `[out, in]`, both initialised as BERT does: normal 0.02 and zero. */
export const linear: LinearLayer = linearWith({});

/** Size of an embedding table, and the id that teaches it nothing, as torch.nn.Embedding's `padding_idx`. */
export interface EmbeddingSize {
  readonly count: number;
  readonly dim: number;
  readonly paddingId?: number;
}

/** Rows of the table `weight` `[count, dim]` at `ids`: `[B, T] → [B, T, D]`. */
export function embedding(
  module: Module,
  ids: Tensor,
  size: EmbeddingSize,
  initialize: Initializer = normalInit(0.02),
): Tensor {
  const rows = gather(module.parameter('weight', [size.count, size.dim], initialize), ids);
  if (size.paddingId === undefined) return rows;
  return where(unsqueeze(equal(ids, size.paddingId), [-1]), stopGradient(rows), rows);
}

/** Sum of embeddings, left to right. */
export function sumOf(parts: readonly Tensor[]): Tensor {
  return parts.reduce((total, part) => add(total, part));
}
