// Pairs as arrays.
import { int64, type NamedArrays } from '../../array/index.ts';
import { padded } from '../../data/index.ts';

/** What the model's loss is a function of. */
export const PAIR_INPUTS = ['input_ids', 'attention_mask', 'labels'] as const;

/** A pair as ids, both sides with their ends. */
export interface EncodedPair {
  readonly source: readonly number[];
  readonly target: readonly number[];
}

/** `input_ids`, `attention_mask` `[B, S]`, `labels` `[B, T]`, −100 after a target's end. */
export function pairBatch(pairs: readonly EncodedPair[], padId: number): NamedArrays {
  const width = Math.max(...pairs.map(({ target }) => target.length));
  const labels = pairs.flatMap(({ target }) => [...target, ...new Array<number>(width - target.length).fill(-100)]);
  const sources = pairs.map(({ source }) => source);
  return { ...padded(sources, padId), labels: int64([pairs.length, width], labels) };
}

/** Real tokens of a batch on both sides. */
export function pairTokens({ attention_mask, labels }: NamedArrays): number {
  let total = 0;
  for (const one of (attention_mask?.data ?? []) as BigInt64Array) if (one === 1n) total++;
  for (const id of (labels?.data ?? []) as BigInt64Array) if (id >= 0n) total++;
  return total;
}
