// What counting says of hidden tokens: how often tokens are, and for k-mers what the neighbours spell.
import type { Tokenizer } from '../../tokens/index.ts';
import { frequencies } from '../frequencies.ts';
import type { Cutting } from './windows.ts';

const wordOf = (tokenizer: Tokenizer, id: number): string => tokenizer.idToToken(id) ?? '';

/** Bases of a row's token t that no token with a label of −100 tells; `step` bases lie between the starts of neighbours. */
function hiddenBases(words: readonly string[], labels: readonly number[], t: number, step: number): string[] {
  const own = words[t] as string;
  return [...own].filter((_, b) => {
    const place = t * step + b;
    return !words.some((word, other) => {
      const within = place - other * step;
      return labels[other] === -100 && within >= 0 && within < word.length;
    });
  });
}

/** Rows of tokens without special ones, and what is asked of them. */
export interface AskedRow {
  readonly ids: readonly number[];
  /** −100 where nothing is asked. */
  readonly labels: readonly number[];
}

/**
 * Nats per hidden token of two rivals: `token_frequencies` of the training windows, and, for k-mers, `bases_by_neighbours`: what visible
 * k-mers spell is known, every other base costs what its frequency says.
 */
export function maskingRivals(
  train: readonly (readonly number[])[],
  asked: readonly AskedRow[],
  { tokenizer, spelling }: Pick<Cutting, 'tokenizer' | 'spelling'>,
): Record<string, number> {
  const byToken = frequencies(train.flat(), tokenizer.vocabSize);
  const byBase = frequencies(
    train.flatMap((row) => row.flatMap((id) => [...wordOf(tokenizer, id)])),
    4,
  );
  let [hidden, tokens, bases] = [0, 0, 0];
  for (const { ids, labels } of asked) {
    const words = ids.map((id) => wordOf(tokenizer, id));
    const step = spelling.kind === 'kmer' && !spelling.overlap ? spelling.k : 1;
    ids.forEach((id, t) => {
      if (labels[t] === -100) return;
      hidden++;
      tokens -= Math.log(byToken(id));
      if (spelling.kind === 'kmer')
        for (const base of hiddenBases(words, labels, t, step)) bases -= Math.log(byBase(base));
    });
  }
  const found = { token_frequencies: tokens / hidden };
  return spelling.kind === 'kmer' ? { ...found, bases_by_neighbours: bases / hidden } : found;
}
