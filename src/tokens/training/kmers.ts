// The vocabulary of k-mers: all of them in the order of base-4 numbers with digits A T C G, then the shorter remainders in the same order.
import type { TrainingOptions } from './algorithms.ts';
import { type WordSource, wordsFrom } from './word-counts.ts';

const BASES = 'ATCG';

/** All words of `k` bases in order: `AA AT AC AG TA …`. */
export function allKmers(k: number): string[] {
  let words = [''];
  for (let i = 0; i < k; i++) words = words.flatMap((word) => Array.from(BASES, (base) => word + base));
  return words;
}

/** Longest k of which all k-mers are listed. */
const MOST = 10;

/** Without a vocabulary size and a least frequency: every k-mer whatever was seen, k first, remainders from the shortest. With one: those that were counted. */
export function dnaWords(source: WordSource, options: TrainingOptions): WordSource {
  const { k = 6, vocabSize, minFrequency } = options;
  if (vocabSize !== undefined || minFrequency !== undefined || k > MOST) return source;
  const lengths = [k, ...Array.from({ length: k - 1 }, (_, i) => i + 1)];
  const words = lengths.flatMap(allKmers);
  // Falling counts keep the order.
  return wordsFrom(words.map((word, i) => [word, words.length - i]));
}
