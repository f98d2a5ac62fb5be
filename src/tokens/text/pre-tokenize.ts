// Pre-tokenizers of `tokenizer.json`: where words begin and end, as `[start, end)` places of the normalised text.
import { TokenizerError } from '../tokenizer.ts';
import type { Component } from './normalize.ts';

/** Cuts a text into words; what lies between them is dropped. */
export type PreTokenizer = (text: string) => [number, number][];

const isPunctuation = (point: string): boolean => /^[!-/:-@[-`{-~]$/.test(point) || /^\p{P}$/u.test(point);
const isWhitespace = (point: string): boolean => /^\p{White_Space}$/u.test(point);

/** Words between white space; every punctuation mark is a word of its own. */
const bert: PreTokenizer = (text) => {
  const words: [number, number][] = [];
  let start = -1;
  let at = 0;
  const close = (): void => {
    if (start >= 0) words.push([start, at]);
    start = -1;
  };
  for (const point of text) {
    if (isWhitespace(point)) close();
    else if (isPunctuation(point)) {
      close();
      words.push([at, at + point.length]);
    } else if (start < 0) start = at;
    at += point.length;
  }
  close();
  return words;
};

function matches(pattern: RegExp): PreTokenizer {
  return (text) =>
    Array.from(text.matchAll(pattern), (match): [number, number] => [match.index, match.index + match[0].length]);
}

/** Every code point a word: how character tokenizers are written in `tokenizer.json`. */
export const CHARACTERS = '[\\s\\S]';

function split(component: Component): PreTokenizer {
  const pattern = (component.pattern as Record<string, string> | undefined)?.Regex;
  if (pattern !== CHARACTERS || component.behavior !== 'Isolated' || component.invert) {
    throw new TokenizerError(
      `pre_tokenizer Split: expected the pattern ${CHARACTERS}, isolated, got ${JSON.stringify(component)} (tokenizer.json)`,
    );
  }
  return matches(/[\s\S]/gu);
}

const makers: Readonly<Record<string, (component: Component) => PreTokenizer>> = {
  BertPreTokenizer: () => bert,
  Whitespace: () =>
    matches(
      /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}\s]+/gu,
    ),
  WhitespaceSplit: () => matches(/\P{White_Space}+/gu),
  Split: split,
};

/** @throws TokenizerError for a component that is not known */
export function preTokenizer(component: Component | null | undefined): PreTokenizer {
  if (!component) return (text) => (text === '' ? [] : [[0, text.length]]);
  const make = makers[component.type];
  if (!make)
    throw new TokenizerError(
      `pre_tokenizer: expected one of ${Object.keys(makers).join(', ')}, got '${component.type}' (tokenizer.json)`,
    );
  return make(component);
}
