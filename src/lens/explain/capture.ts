// What one run of an encoder on one input leaves behind: everything that the methods of this folder read. Knows no architecture.
import type { NdArray } from '../../array/index.ts';

/** Numbers of one input for one class. `tasks` measures them. */
export interface Capture {
  /** One pattern a layer, `[H, T, T]`; rows are queries and sum to 1. */
  readonly attentions: readonly NdArray<'float32'>[];
  /** The class's score (logit) by each of them, `[H, T, T]`, in the order of `attentions`: first layer first. */
  readonly attentionGradients: readonly NdArray<'float32'>[];
  /** The tokens as they enter the first block, `[T, D]`. */
  readonly stream: NdArray<'float32'>;
  /** The same tokens of an input that shows nothing, `[T, D]`: what "absent" means here. */
  readonly blank: NdArray<'float32'>;
  /** The score by `stream`, `[T, D]`. */
  readonly streamGradient: NdArray<'float32'>;
  /** How much the head reads of each token after the last block, `[T]`, ≥ 0, sum 1: one 1 for a class token. */
  readonly readout: Float64Array;
  /** The straight way from `blank` to `stream`, for methods that need it. */
  readonly path?: Path;
}

/** The straight way from the blank input to the real one. */
export interface Path {
  /** Mean of the score's gradients at the middles of `steps` equal pieces, `[T, D]`. */
  readonly gradient: NdArray<'float32'>;
  /** The score at both ends. */
  readonly from: number;
  readonly to: number;
  readonly steps: number;
}

/** One number a token, `[T]`. */
export type Relevance = Float64Array;

/** How much of `gradient` `[T, D]` each row carries: the share of its norm; even when there is none at all. */
export function readoutOf(gradient: NdArray<'float32'>): Float64Array {
  const norms = rowNorms(gradient);
  const total = norms.reduce((sum, norm) => sum + norm, 0);
  return norms.map((norm) => (total > 0 ? norm / total : 1 / norms.length));
}

/** Euclidean length of every row of `[T, D]`. */
export function rowNorms(x: NdArray<'float32'>): Float64Array {
  const [rows = 0, width = 0] = x.shape;
  return Float64Array.from({ length: rows }, (_, t) => {
    let sum = 0;
    for (let i = t * width; i < (t + 1) * width; i++) sum += (x.data[i] as number) ** 2;
    return Math.sqrt(sum);
  });
}

/** Σ over the width of `gradient · (x − origin)`, all `[T, D]`: what each token's way from `origin` to `x` adds, to first order. */
export function rowProducts(
  gradient: NdArray<'float32'>,
  x: NdArray<'float32'>,
  origin: NdArray<'float32'>,
): Float64Array {
  const [rows = 0, width = 0] = x.shape;
  return Float64Array.from({ length: rows }, (_, t) => {
    let sum = 0;
    for (let i = t * width; i < (t + 1) * width; i++)
      sum += (gradient.data[i] as number) * ((x.data[i] as number) - (origin.data[i] as number));
    return sum;
  });
}
