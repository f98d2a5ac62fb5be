// One text cut in several ways, side by side: how many tokens, how long, how many unknown, and what a misspelling does.
import type { Component } from '../text/component.ts';
import { eachSegment } from '../text/segmenters.ts';
import { BYTE_CHARACTERS, utf8Length } from '../text/utf8.ts';
import type { EncodeOptions, Tokenizer } from '../tokenizer.ts';
import type { TrainingOptions } from './algorithms.ts';
import { trainTokenizer } from './train.ts';

/** A token where it stands. */
export interface ComparedToken {
  readonly token: string;
  /** Place in the text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  readonly unknown: boolean;
}

/** A way to cut texts. */
export interface Cutter {
  readonly name: string;
  readonly cut: (text: string) => ComparedToken[];
}

/** One way beside the others. */
export interface ComparedRow {
  readonly name: string;
  readonly tokens: readonly ComparedToken[];
  readonly count: number;
  /** Code points of the text per token. */
  readonly charactersPerToken: number;
  /** UTF-8 bytes of the text per token. */
  readonly bytesPerToken: number;
  readonly unknown: number;
  /** Tokens per word, words as `Intl.Segmenter` finds them. */
  readonly fertility: number;
  readonly misspelt: {
    readonly tokens: readonly ComparedToken[];
    readonly count: number;
    readonly unknown: number;
    /** Tokens of the right spelling that are still there, in order. */
    readonly survived: number;
  };
}

/** A text under all ways. */
export interface Comparison {
  readonly text: string;
  readonly misspelling: string;
  readonly characters: number;
  readonly bytes: number;
  readonly words: number;
  readonly rows: readonly ComparedRow[];
}

/** Words of a text with their places, by the engine's rules for its language (also Chinese, Japanese, Thai). */
export function wordPlaces(text: string): [number, number][] {
  const places: [number, number][] = [];
  eachSegment(new Intl.Segmenter(undefined, { granularity: 'word' }), text, ({ index, segment, isWordLike }) => {
    if (isWordLike) places.push([index, index + segment.length]);
  });
  return places;
}

/** The text with two neighbouring letters in the middle of its longest word exchanged. `Apple → Aplpe`. */
export function misspell(text: string): string {
  const longest = wordPlaces(text).sort(([a, b], [c, d]) => d - c - (b - a) || a - c)[0];
  if (!longest) return text;
  const letters = Array.from(text.slice(...longest));
  const middle = (letters.length - 1) >> 1;
  const order = letters.map((_, i) => i).sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle) || a - b);
  for (const i of order) {
    const [a, b] = [letters[i], letters[i + 1]];
    if (a === undefined || b === undefined || a === b) continue;
    const swapped = [...letters.slice(0, i), b, a, ...letters.slice(i + 2)].join('');
    return text.slice(0, longest[0]) + swapped + text.slice(longest[1]);
  }
  return text;
}

/** How many tokens two lists share in order. */
function shared(a: readonly string[], b: readonly string[]): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const one of a) {
    const next = [0];
    b.forEach((other, i) => {
      next.push(one === other ? (row[i] as number) + 1 : Math.max(row[i + 1] as number, next[i] as number));
    });
    row = next;
  }
  return row[b.length] as number;
}

/** Longest texts whose misspelling is compared token by token: the cost is the product of both lengths. */
const MOST_COMPARED = 4000;

/** A text under all ways to cut it. */
export function compareTokenizers(
  text: string,
  cutters: readonly Cutter[],
  misspelling: string = misspell(text),
): Comparison {
  const [characters, bytes, words] = [[...text].length, utf8Length(text, 0, text.length), wordPlaces(text).length];
  const rows = cutters.map(({ name, cut }): ComparedRow => {
    const [tokens, wrong] = [cut(text), cut(misspelling)];
    const names = (list: readonly ComparedToken[], source: string): string[] =>
      list.slice(0, MOST_COMPARED).map((one) => `${one.token} ${one.unknown ? source.slice(one.start, one.end) : ''}`);
    return {
      name,
      tokens,
      count: tokens.length,
      charactersPerToken: characters / Math.max(1, tokens.length),
      bytesPerToken: bytes / Math.max(1, tokens.length),
      unknown: tokens.filter((one) => one.unknown).length,
      fertility: tokens.length / Math.max(1, words),
      misspelt: {
        tokens: wrong,
        count: wrong.length,
        unknown: wrong.filter((one) => one.unknown).length,
        survived: shared(names(tokens, text), names(wrong, misspelling)),
      },
    };
  });
  return { text, misspelling, characters, bytes, words, rows };
}

/** Neither special tokens nor what a file says of padding and truncation: the tokens of the text alone. */
const OWN_TOKENS: EncodeOptions = { addSpecialTokens: false, special: 'text', padding: false, truncation: false };

/** A tokenizer as a way to cut. Special tokens are neither added nor read. */
export function cutterOf(name: string, tokenizer: Tokenizer): Cutter {
  const model = tokenizer.toJSON().model as Component;
  const unknown =
    model.type === 'Unigram' ? Number(model.unk_id ?? -1) : tokenizer.tokenToId(String(model.unk_token ?? ''));
  return {
    name,
    cut: (text) => {
      const { ids, tokens, offsets } = tokenizer.encode(text, OWN_TOKENS);
      return tokens.map((token, i) => {
        const [start, end] = offsets[i] as [number, number];
        return { token, start, end, unknown: ids[i] === unknown };
      });
    },
  };
}

function byWords(vocabulary: ReadonlySet<string>): Cutter['cut'] {
  return (text) => {
    const tokens: ComparedToken[] = [];
    eachSegment(new Intl.Segmenter(undefined, { granularity: 'word' }), text, ({ segment, index }) => {
      if (segment.trim() === '') return;
      const known = vocabulary.has(segment.toLowerCase());
      tokens.push({
        token: known ? segment : '[UNK]',
        start: index,
        end: index + segment.length,
        unknown: !known,
      });
    });
    return tokens;
  };
}

function byBytes(text: string): ComparedToken[] {
  const tokens: ComparedToken[] = [];
  let at = 0;
  for (const point of text) {
    const bytes = new TextEncoder().encode(point);
    for (const byte of bytes)
      tokens.push({ token: BYTE_CHARACTERS[byte] as string, start: at, end: at + point.length, unknown: false });
    at += point.length;
  }
  return tokens;
}

/** Tokens of the small vocabularies. */
const SIZE = 3000;
const UNKNOWN = ['[UNK]'];
/** More than there are characters. */
const ALL = 1_000_000;

const trained: Readonly<Record<string, TrainingOptions>> = {
  bpe: { algorithm: 'bpe', vocabSize: SIZE, specialTokens: UNKNOWN },
  'byte-bpe': { algorithm: 'byte-bpe', vocabSize: SIZE },
  wordpiece: { algorithm: 'wordpiece', vocabSize: SIZE, specialTokens: UNKNOWN },
  unigram: { algorithm: 'unigram', vocabSize: SIZE, specialTokens: ['<unk>'] },
  grapheme: { algorithm: 'grapheme', vocabSize: ALL },
  char: { algorithm: 'char', vocabSize: ALL },
};

const simple: Readonly<Record<string, (lines: readonly string[]) => Cutter['cut']>> = {
  word: (lines) =>
    byWords(new Set(lines.flatMap((line) => wordPlaces(line).map(([from, to]) => line.slice(from, to).toLowerCase())))),
  byte: () => byBytes,
};

/** Names that `builtinCutter` knows, from coarse to fine. */
export const builtinCutters: readonly string[] = ['word', ...Object.keys(trained), 'byte'];

const made = new WeakMap<readonly string[], Map<string, Cutter>>();

/** A way to cut by its name, learnt from `lines` on first use and remembered; undefined for a name that is not known. */
export function builtinCutter(name: string, lines: readonly string[]): Cutter | undefined {
  let known = made.get(lines);
  if (!known) made.set(lines, (known = new Map()));
  const before = known.get(name);
  if (before) return before;
  const options = Object.hasOwn(trained, name) ? trained[name] : undefined;
  const make = Object.hasOwn(simple, name) ? simple[name] : undefined;
  const cutter = options
    ? cutterOf(name, trainTokenizer(lines, options))
    : make
      ? { name, cut: make(lines) }
      : undefined;
  if (cutter) known.set(name, cutter);
  return cutter;
}
