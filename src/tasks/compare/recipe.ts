// What a comparison of architectures says.
import type { Said } from '../../lens/index.ts';
import type { FirstValues } from '../first-values.ts';
import type { DataRecipe, TokenizerRecipe } from '../recipe.ts';

/** Encoder, encoder-decoder and decoder of one size on the same data, the same tokens, the same budget. */
export interface CompareRecipe {
  readonly name: string;
  readonly about: Said;
  /** Labelled texts: they are classified, and gone on with. */
  readonly data: DataRecipe;
  readonly tokenizer: TokenizerRecipe;
  /** The decoder's size; the others get the width of their feed-forward layers so that all have as many parameters. */
  readonly size: FirstValues & { readonly layers: number; readonly heads: number; readonly ffnDim: number };
  /** Longest text, in tokens. */
  readonly maxLength: number;
  readonly train: { readonly steps: number; readonly batchSize: number; readonly warmup: number };
  /** The same small budget for all: each rate is tried for a third of the steps, the best one is used. */
  readonly learningRates: readonly number[];
  /** At least two. */
  readonly seeds: readonly number[];
  /** Examples to measure on. */
  readonly testLimit: number;
  /** Sequences that are reversed: how many different tokens, shortest and longest. */
  readonly reversal: { readonly tokens: number; readonly shortest: number; readonly longest: number };
  /** Trained at `length`, measured at these lengths, in tokens. */
  readonly positions: { readonly length: number; readonly lengths: readonly number[] };
}
