// From words to symbols: the alphabet with its ids (special tokens first, then characters by code point, then marked forms by their
// text), and the corpus as one row of them. Order as in tokenizers 0.23, except that marked forms, which it numbers at random, are sorted.

import { BYTE_CHARACTERS } from '../text/utf8.ts';
import { TokenizerError } from '../tokenizer.ts';
import { BETWEEN, ID_MASK, SymbolCorpus } from './symbol-corpus.ts';
import type { WordSource } from './word-counts.ts';

/** How words become symbols. */
export interface AlphabetOptions {
  /** Words are text whose UTF-8 bytes are the symbols. */
  readonly bytes: boolean;
  readonly specialTokens: readonly string[];
  /** Tokens that are there from the start, after special tokens. */
  readonly seedTokens?: readonly string[] | undefined;
  /** Characters that are kept whatever the corpus holds. */
  readonly initialAlphabet: readonly string[];
  /** Keep this many characters; the rarest are dropped, of equally rare ones those with the higher code point. */
  readonly limitAlphabet?: number | undefined;
  /** Before every symbol but the first of a word. */
  readonly prefix?: string | undefined;
  /** After the last symbol of a word. */
  readonly suffix?: string | undefined;
  /** Tokens that have ids already, in order. */
  readonly known?: readonly string[] | undefined;
  /** Keep words of one symbol too: they have no pair, but count for how often a symbol occurs. */
  readonly keepSingles?: boolean | undefined;
}

/** Tokens by id, growing. */
export class Vocabulary {
  readonly tokens: string[] = [];
  readonly ids: Map<string, number> = new Map();

  /** The token's id; a new token gets the next one. */
  add(token: string): number {
    const known = this.ids.get(token);
    if (known !== undefined) return known;
    const id = this.tokens.push(token) - 1;
    this.ids.set(token, id);
    return id;
  }
}

const POINTS = 0x110000;
const LATER = 1;
const LAST = 2;

/** Writes the code points (or byte characters) of a word to `scratch`; returns how many. A lone surrogate is U+FFFD. */
function characters(units: Uint16Array, from: number, to: number, bytes: boolean, scratch: Int32Array): number {
  let length = 0;
  for (let i = from; i < to; i++) {
    let code = units[i] as number;
    if (code >= 0xd800 && code <= 0xdfff) {
      const low = i + 1 < to ? (units[i + 1] as number) : 0;
      if (code <= 0xdbff && low >= 0xdc00 && low <= 0xdfff) {
        code = ((code - 0xd800) << 10) + low - 0xdc00 + 0x10000;
        i++;
      } else code = 0xfffd;
    }
    if (!bytes) scratch[length++] = code;
    else length = pushBytes(code, scratch, length);
  }
  return length;
}

/** Writes the byte characters of a code point's UTF-8. */
function pushBytes(code: number, scratch: Int32Array, from: number): number {
  let length = from;
  if (code < 0x80) {
    scratch[length++] = BYTES[code] as number;
    return length;
  }
  if (code < 0x800) scratch[length++] = BYTES[0xc0 | (code >> 6)] as number;
  else {
    if (code < 0x10000) scratch[length++] = BYTES[0xe0 | (code >> 12)] as number;
    else {
      scratch[length++] = BYTES[0xf0 | (code >> 18)] as number;
      scratch[length++] = BYTES[0x80 | ((code >> 12) & 63)] as number;
    }
    scratch[length++] = BYTES[0x80 | ((code >> 6) & 63)] as number;
  }
  scratch[length++] = BYTES[0x80 | (code & 63)] as number;
  return length;
}

const BYTES = Int32Array.from(BYTE_CHARACTERS, (character) => character.charCodeAt(0));

interface Census {
  /** How often each code point occurs. */
  readonly counts: Float64Array;
  /** Forms that occur per code point, a bit for each of the four. */
  readonly forms: Uint8Array;
  readonly longest: number;
  /** Symbols in words of at least two. */
  readonly symbols: number;
  readonly words: number;
}

function census(source: WordSource, bytes: boolean, least: number): Census {
  const counts = new Float64Array(bytes ? 512 : POINTS);
  const forms = new Uint8Array(counts.length);
  let [longest, symbols, words] = [0, 0, 0];
  let scratch = new Int32Array(1024);
  source.each((units, from, to, count) => {
    if ((to - from) * 3 > scratch.length) scratch = new Int32Array((to - from) * 6);
    const length = characters(units, from, to, bytes, scratch);
    longest = Math.max(longest, length);
    for (let i = 0; i < length; i++) {
      const code = scratch[i] as number;
      (counts[code] as number) += count;
      (forms[code] as number) |= 1 << ((i > 0 ? LATER : 0) | (i === length - 1 ? LAST : 0));
    }
    if (length >= least) {
      symbols += length;
      words++;
    }
  });
  return { counts, forms, longest, symbols, words };
}

/** Characters that are kept, by code point. */
export function keptCharacters(
  counts: Float64Array,
  options: Pick<AlphabetOptions, 'initialAlphabet' | 'limitAlphabet'>,
): number[] {
  const found = new Map<number, number>();
  for (let code = 0; code < counts.length; code++)
    if ((counts[code] as number) > 0) found.set(code, counts[code] as number);
  for (const character of options.initialAlphabet) {
    const code = character.codePointAt(0);
    if (code !== undefined) found.set(code, Number.POSITIVE_INFINITY);
  }
  const ordered = [...found].sort(([a, countA], [b, countB]) => (countA === countB ? a - b : countB > countA ? 1 : -1));
  return ordered
    .slice(0, options.limitAlphabet ?? ordered.length)
    .map(([code]) => code)
    .sort((a, b) => a - b);
}

/** The vocabulary before any merge, and the corpus in its ids. Characters that were dropped are left out of their words. */
export function symbolise(
  source: WordSource,
  options: AlphabetOptions,
): { vocabulary: Vocabulary; corpus: SymbolCorpus } {
  const vocabulary = new Vocabulary();
  for (const token of options.known ?? []) vocabulary.add(token);
  for (const token of [...options.specialTokens, ...(options.seedTokens ?? [])]) vocabulary.add(token);
  const least = options.keepSingles ? 1 : 2;
  const { counts, forms, longest, symbols, words } = census(source, options.bytes, least);
  const kept = keptCharacters(counts, options);
  for (const code of kept) vocabulary.add(String.fromCodePoint(code));
  // Single characters among the special tokens count as kept too.
  const known = (code: number): boolean => vocabulary.ids.has(String.fromCodePoint(code));
  const { prefix = '', suffix = '' } = options;
  const marked = prefix !== '' || suffix !== '';
  const formOf = (code: number, form: number): string =>
    `${form & LATER ? prefix : ''}${String.fromCodePoint(code)}${form & LAST ? suffix : ''}`;
  const ids = new Int32Array(counts.length * (marked ? 4 : 1)).fill(-1);
  const present: [string, number][] = [];
  for (let code = 0; code < counts.length; code++) {
    if (counts[code] === 0 || !known(code)) continue;
    if (!marked) ids[code] = vocabulary.ids.get(String.fromCodePoint(code)) as number;
    else
      for (let form = 0; form < 4; form++)
        if ((forms[code] as number) & (1 << form)) present.push([formOf(code, form), code * 4 + form]);
  }
  present.sort(([a], [b]) => byCodePoint(a, b));
  for (const [text, place] of present) ids[place] = vocabulary.add(text);
  if (vocabulary.tokens.length > ID_MASK)
    throw new TokenizerError(
      `train: expected at most ${ID_MASK} symbols, got an alphabet of ${vocabulary.tokens.length}`,
    );
  return { vocabulary, corpus: fill(source, options.bytes, { ids, marked, longest, symbols, words, least }) };
}

interface Plan {
  readonly ids: Int32Array;
  readonly marked: boolean;
  readonly longest: number;
  readonly symbols: number;
  readonly words: number;
  /** Shorter words are left out. */
  readonly least: number;
}

function fill(source: WordSource, bytes: boolean, plan: Plan): SymbolCorpus {
  const symbols = new Int32Array(plan.symbols + plan.words + 1);
  const starts = new Int32Array(plan.words);
  const counts = new Float64Array(plan.words);
  const scratch = new Int32Array(Math.max(16, plan.longest));
  let [top, words] = [0, 0];
  symbols[top++] = BETWEEN;
  source.each((units, from, to, count) => {
    const length = characters(units, from, to, bytes, scratch);
    if (length < plan.least) return;
    const start = top;
    for (let i = 0; i < length; i++) {
      const code = scratch[i] as number;
      const id = plan.ids[
        plan.marked ? code * 4 + ((i > 0 ? LATER : 0) | (i === length - 1 ? LAST : 0)) : code
      ] as number;
      if (id >= 0) symbols[top++] = id;
    }
    if (top - start < plan.least) {
      top = start;
      return;
    }
    starts[words] = start;
    counts[words++] = count;
    symbols[top++] = BETWEEN;
  });
  return new SymbolCorpus(symbols.subarray(0, top), starts.subarray(0, words), counts.subarray(0, words));
}

/** Order by code points, as the reference sorts text (UTF-16 order differs above the basic plane). */
export function byCodePoint(a: string, b: string): number {
  const [pointsA, pointsB] = [a[Symbol.iterator](), b[Symbol.iterator]()];
  for (;;) {
    const [nextA, nextB] = [pointsA.next(), pointsB.next()];
    if (nextA.done || nextB.done) return nextA.done ? (nextB.done ? 0 : -1) : 1;
    const difference = (nextA.value.codePointAt(0) as number) - (nextB.value.codePointAt(0) as number);
    if (difference !== 0) return difference;
  }
}
