// Labels of words to labels of tokens, and back. A token belongs to the first word that it reaches into; a word's first token speaks for it.
import { goOn } from '../../data/index.ts';
import type { Tokenizer } from '../../tokens/index.ts';
import { type WindowedText, windowsOf } from '../windows.ts';

/** A sequence of words as the model reads it. */
export interface EncodedWords extends WindowedText {
  /** For each token the number of its word. */
  readonly wordOf: readonly number[];
  /** For each word its first token; −1 where the word has none of its own (it lies inside a longer token, or vanished). */
  readonly firstToken: readonly number[];
}

/** Joins words to a text, encodes it, and finds each word's tokens. */
export function encodeWords(
  tokenizer: Tokenizer,
  words: readonly string[],
  joiner: string,
  maxLength: number,
): EncodedWords {
  let length = 0;
  const ends = words.map((word, i) => {
    length += (i > 0 ? joiner.length : 0) + word.length;
    return length;
  });
  const windowed = windowsOf(tokenizer, words.join(joiner), maxLength);
  const firstToken = words.map(() => -1);
  let word = 0;
  const wordOf = windowed.tokens.offsets.map(([start], t) => {
    while (word < words.length - 1 && (ends[word] as number) <= start) word++;
    if (firstToken[word] === -1) firstToken[word] = t;
    return word;
  });
  return { ...windowed, wordOf, firstToken };
}

/** Label of each token; undefined where it does not count: later tokens of a word, unless `subwords` is `all`. */
export function tokenLabels(
  { wordOf, firstToken }: EncodedWords,
  labels: readonly string[],
  subwords: 'first' | 'all',
): (string | undefined)[] {
  return wordOf.map((word, t) => {
    const label = labels[word] as string;
    if (firstToken[word] === t) return label;
    return subwords === 'all' ? goOn(label) : undefined;
  });
}

/** Labels of words from those of their first tokens; a word without one goes on with the token that it lies in, else it is `O`. */
export function wordLabels(
  { wordOf, firstToken, tokens }: EncodedWords,
  labelOfFirst: (token: number) => string,
  words: readonly string[],
  joiner: string,
): string[] {
  let at = 0;
  let last: { end: number; label: string } = { end: 0, label: 'O' };
  return words.map((word, w) => {
    const start = at;
    at += word.length + joiner.length;
    const token = firstToken[w] as number;
    if (token < 0) return start < last.end ? goOn(last.label) : 'O';
    const own = wordOf.lastIndexOf(w);
    last = { end: (tokens.offsets[own] as [number, number])[1], label: labelOfFirst(token) };
    return last.label;
  });
}
