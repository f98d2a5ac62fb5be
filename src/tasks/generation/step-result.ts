// What a step of a decoder's graph gives: scores of all tokens, or of each row's best alone.
import type { NdArray } from '../../array/index.ts';
import { type Tensor, topK } from '../../graph/index.ts';
import { gatherRows } from './row-cache.ts';
import type { Scores } from './scores.ts';

/** What one step gave. */
export interface StepResult {
  /** Scores `[V]` of each row's next token; free to be changed until the next step. */
  readonly scores: readonly Scores[];
  /** Where `StepWish.top` was heeded: the tokens of each row that have a score, the best first. */
  readonly best?: readonly (readonly number[])[];
  /** `attentions.{i}` `[R, H, T, S]`, `hidden_states.{i}` `[R, T, D]` under their names in `forward`. */
  readonly states: Readonly<Record<string, NdArray>>;
}

/** What begins so among the results is the decoder's cache. */
export const PRESENT = 'present.';
/** Which tokens the best scores belong to. */
export const SCORED_IDS = 'scored_ids';

/** All scores, or the best of each row with their tokens. */
export function bestOf(scores: Tensor, top: number | undefined): Record<string, Tensor> {
  if (top === undefined) return { scores };
  const { values, indices } = topK(scores, top);
  return { scores: values, [SCORED_IDS]: indices };
}

/** Scores of all rows, one after the other, and which of them there are where there are not all. */
export interface AllScores {
  readonly data: Float32Array;
  readonly best?: readonly (readonly number[])[];
}

/** The scores of a few tokens among those of all, which are −∞. */
export function spread(few: NdArray<'float32'>, ids: NdArray, data: Float32Array): AllScores {
  const [rows = 0] = few.shape;
  const [top, width] = [few.data.length / rows, data.length / rows];
  data.fill(Number.NEGATIVE_INFINITY);
  const best = Array.from({ length: rows }, (_, r) =>
    Array.from((ids.data as BigInt64Array).subarray(r * top, (r + 1) * top), Number),
  );
  for (const [r, tokens] of best.entries())
    for (const [i, token] of tokens.entries()) data[r * width + token] = few.data[r * top + i] as number;
  return { data, best };
}

/** Scores row by row, and the states among the results, both in the rows' order. */
export function readStep(
  { data, best }: AllScores,
  others: Readonly<Record<string, NdArray>>,
  places: readonly number[],
): StepResult {
  const width = data.length / places.length;
  const states = Object.entries(others).filter(([name]) => !name.startsWith(PRESENT));
  return {
    scores: places.map((place) => data.subarray(place * width, (place + 1) * width)),
    ...(best ? { best: places.map((place) => best[place] as readonly number[]) } : {}),
    states: Object.fromEntries(states.map(([name, array]) => [name, gatherRows(array, places)])),
  };
}
