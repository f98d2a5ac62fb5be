// The properties that the components of `tokenizers` ask of a code point, each with the Unicode version that its part carries.
import { CodePointSet, parseRuns, symbolNames } from './code-points.ts';
import * as tables from './tables.ts';

/** Computes on first use. */
export function memo<T>(make: () => T): () => T {
  let value: T | undefined;
  return () => (value ??= make());
}

const set = (runs: string): (() => CodePointSet) => memo(() => CodePointSet.parse(runs));

/** White_Space: `WhitespaceSplit`, `Strip`, BERT, and `\s` of added tokens. */
export const whiteSpace: () => CodePointSet = set(tables.WHITE_SPACE);
/** `\w` of the regex crate: `Whitespace` and `single_word`. */
export const wordCharacters: () => CodePointSet = set(tables.WORD_RUST);
/** `\w` of regular expressions in the file. */
export const regexWord: () => CodePointSet = set(tables.WORD_ONIG);
/** `\s` of regular expressions in the file. */
export const regexSpace: () => CodePointSet = set(tables.SPACE_ONIG);
/** `\p{Alphabetic}` of regular expressions in the file. */
export const alphabetic: () => CodePointSet = set(tables.ALPHABETIC);
/** `BertPreTokenizer`, `Punctuation`; ASCII symbols included. */
export const punctuation: () => CodePointSet = set(tables.PUNCTUATION);
/** `Digits`: every numeric code point, ½ and Ⅷ too. */
export const numeric: () => CodePointSet = set(tables.NUMERIC);
/** What BERT's `clean_text` drops. */
export const bertRemoved: () => CodePointSet = set(tables.BERT_REMOVED);
/** What `handle_chinese_chars` puts spaces around. */
export const bertChinese: () => CodePointSet = set(tables.BERT_CHINESE);
/** What BERT's `strip_accents` drops after NFD. */
export const bertAccents: () => CodePointSet = set(tables.BERT_ACCENTS);
/** What `StripAccents` drops. */
export const accents: () => CodePointSet = set(tables.ACCENTS);
/** What NFD and NFC decompose, Hangul syllables aside. */
export const canonical: () => CodePointSet = set(tables.CANONICAL);
/** What NFKD and NFKC decompose, Hangul syllables aside. */
export const compatible: () => CodePointSet = set(tables.COMPATIBLE);

function grouped(runs: readonly [number, number, string][]): Map<string, CodePointSet> {
  const ranges = new Map<string, [number, number][]>();
  for (const [first, last, name] of runs) {
    const list = ranges.get(name);
    if (list) list.push([first, last]);
    else ranges.set(name, [[first, last]]);
  }
  return new Map([...ranges].map(([name, list]) => [name, CodePointSet.of(...list)]));
}

/** General categories of regular expressions (`Lu`, `Nd`, …) and the groups of them (`L`, `N`, …). */
export const categories: () => ReadonlyMap<string, CodePointSet> = memo(() => {
  const all = grouped(parseRuns(tables.CATEGORIES, symbolNames(tables.CATEGORY_NAMES, 1)));
  for (const [name, one] of [...all]) {
    const group = name[0] as string;
    all.set(group, all.get(group)?.union(one) ?? one);
  }
  return all;
});

/** Scripts of regular expressions, names in lower case without underscores. */
export const scripts: () => ReadonlyMap<string, CodePointSet> = memo(() => {
  const all = grouped(parseRuns(tables.SCRIPTS, symbolNames(tables.SCRIPT_NAMES, 2)));
  return new Map([...all].map(([name, one]) => [name.toLowerCase().replaceAll('_', ''), one]));
});

function numbered(runs: readonly [number, number, string][], number: (name: string) => number): Uint8Array {
  const values = new Uint8Array(0x110000);
  for (const [first, last, name] of runs) values.fill(number(name), first, last + 1);
  return values;
}

/** Canonical combining classes. */
export const combiningClasses: () => Uint8Array = memo(() =>
  numbered(parseRuns(tables.COMBINING, symbolNames(tables.COMBINING_NAMES, 2)), Number),
);

/** Scripts of the `UnicodeScripts` pre-tokenizer, numbered; 0 is the one that never splits. */
export const pieceScripts: () => Uint8Array = memo(() =>
  numbered(
    parseRuns(tables.PIECE_SCRIPTS, new Map()),
    (pair) => (pair.charCodeAt(0) - 65) * 26 + pair.charCodeAt(1) - 65,
  ),
);

/** Grapheme classes by name, numbered as in {@link GRAPHEME_CLASSES}. */
export const graphemeClasses: () => Uint8Array = memo(() => {
  const numbers = new Map(GRAPHEME_CLASSES.map((name, i) => [name, i]));
  return numbered(parseRuns(tables.GRAPHEMES, symbolNames(tables.GRAPHEME_NAMES, 1)), (name) => numbers.get(name) ?? 0);
});

/** Names of grapheme classes in the order of their numbers. */
export const GRAPHEME_CLASSES: readonly string[] = symbolNamesInOrder(tables.GRAPHEME_NAMES);

function symbolNamesInOrder(entries: string): string[] {
  return [...symbolNames(entries, 1).values()];
}

const lowerCase = memo((): ReadonlyMap<number, string> => {
  const map = new Map<number, string>([[0x130, 'i\u0307']]);
  let at = 0;
  for (const run of tables.LOWERCASE.split(' ')) {
    const [gap, count, step, delta] = run.split(',') as [string, string, string, string];
    at += Number.parseInt(gap, 36);
    for (let i = 0; i < Number.parseInt(count, 36); i++) {
      const code = at + i * Number(step);
      map.set(code, String.fromCodePoint(code + Number.parseInt(delta, 36)));
    }
  }
  return map;
});

/** The lower-case form of one code point, undefined if it is its own. Final sigma is not special. */
export function lowered(code: number): string | undefined {
  return lowerCase().get(code);
}
