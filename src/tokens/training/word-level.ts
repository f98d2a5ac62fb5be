// Vocabularies of whole words: the most frequent first, of equally frequent ones the one that sorts first (tokenizers 0.23, wordlevel).
import { byCodePoint } from './alphabet.ts';
import type { Training } from './progress.ts';
import { type WordSource, wordText } from './word-counts.ts';

/** Options of `trainWordLevel`. */
export interface WordLevelOptions {
  readonly vocabSize: number;
  readonly minFrequency: number;
  readonly specialTokens: readonly string[];
  /** Words that are there whatever the corpus holds, after special tokens. */
  readonly seedTokens?: readonly string[] | undefined;
  /** Most words to keep besides special tokens. */
  readonly limitAlphabet?: number | undefined;
  /** Tokens that have ids already, in order. */
  readonly known?: readonly string[] | undefined;
}

/** Tokens by id: what is known, special tokens, seed tokens, then words by frequency. */
export function* trainWordLevel(source: WordSource, options: WordLevelOptions): Training<string[]> {
  yield { phase: 'alphabet', done: 0, total: source.size };
  const { vocabSize, seedTokens = [], limitAlphabet = Number.POSITIVE_INFINITY } = options;
  const tokens = new Set([...(options.known ?? []), ...options.specialTokens, ...seedTokens]);
  const words: [string, number][] = [];
  source.each((units, from, to, count) => {
    const word = wordText(units, from, to);
    if (count >= options.minFrequency && !tokens.has(word)) words.push([word, count]);
  });
  words.sort(([a, countA], [b, countB]) => countB - countA || byCodePoint(a, b));
  const room = Math.max(0, Math.min(vocabSize - tokens.size, limitAlphabet - seedTokens.length));
  return [...tokens, ...words.slice(0, room).map(([word]) => word)];
}
