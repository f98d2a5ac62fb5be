// Pairs as arrays.
import type { NamedArrays } from '../../array/index.ts';
import { padded, paddedRows } from '../../data/index.ts';

/** What the model's loss is a function of. */
export const PAIR_INPUTS = ['input_ids', 'attention_mask', 'labels'] as const;

/** A pair as ids, both sides with their ends. */
export interface EncodedPair {
  readonly source: readonly number[];
  readonly target: readonly number[];
}

/** `input_ids`, `attention_mask` `[B, S]`, `labels` `[B, T]`, −100 after a target's end. */
export function pairBatch(pairs: readonly EncodedPair[], padId: number): NamedArrays {
  const [sources, targets] = [pairs.map(({ source }) => source), pairs.map(({ target }) => target)];
  return { ...padded(sources, padId), labels: paddedRows(targets, -100) };
}

/** Real tokens of a batch on both sides. */
export function pairTokens({ attention_mask, labels }: NamedArrays): number {
  let total = 0;
  for (const one of (attention_mask?.data ?? []) as BigInt64Array) if (one === 1n) total++;
  for (const id of (labels?.data ?? []) as BigInt64Array) if (id >= 0n) total++;
  return total;
}
