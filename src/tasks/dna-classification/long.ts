// Sequences that are longer than a model's positions: read as far as these go, and told.
import type { Tokenizer } from '../../tokens/index.ts';
import { ownLength } from '../encode-texts.ts';
import { type Spelling, spell } from './spelling.ts';

/** The model's side of it. */
export interface Positions {
  readonly spelling: Spelling;
  readonly tokenizer: Tokenizer;
  /** Tokens of a row, at most. */
  readonly maxLength: number;
}

/** One line for people, with the longest sequence's length and the model's; undefined where all fit. */
export function tooLong(
  sequences: readonly string[],
  { spelling, tokenizer, maxLength }: Positions,
): string | undefined {
  let [count, bases, tokens] = [0, 0, 0];
  for (const sequence of sequences) {
    // a token is a base or more, and two frame them
    if (sequence.length + 2 <= maxLength) continue;
    const { length } = tokenizer.encode(spell(sequence, spelling), { special: 'text', ...ownLength }).ids;
    if (length <= maxLength) continue;
    count++;
    if (length > tokens) [bases, tokens] = [sequence.length, length];
  }
  if (count === 0) return undefined;
  return `${count} of ${sequences.length} sequences are longer than the ${maxLength} positions of the model, the longest with ${bases} bases as ${tokens} tokens: what is behind is not read`;
}
