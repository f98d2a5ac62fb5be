// Hand-written scanners for the regular expressions that most byte-level vocabularies use: GPT-2's, cl100k's (Llama 3, Qwen) and
// o200k's. One table look-up per character instead of a general expression; test/tokenizers hold them to the translated expressions.
import { categories, memo, regexSpace } from './unicode/properties.ts';

/** Reports the words of `text.slice(from, to)`; together they cover it. */
export type Scanner = (text: string, from: number, to: number, word: (from: number, to: number) => void) => void;

const [OTHER, LETTER, NUMBER, SPACE, LINE] = [0, 1, 2, 3, 7];
/** Classes of o200k: letters that may begin a word in capitals, those that may not, and those that may be both. */
const [UPPER, LOWER, BOTH, MARK] = [4, 5, 6, 8];

/** A class for every code point. Lone surrogates do not occur. */
const classes = memo((): Uint8Array => {
  const table = new Uint8Array(0x110000);
  const mark = (name: string, value: number): void => {
    for (const [from, to] of categories().get(name)?.ranges() ?? []) table.fill(value, from, to + 1);
  };
  mark('L', LETTER);
  mark('N', NUMBER);
  for (const [from, to] of regexSpace().ranges()) table.fill(SPACE, from, to + 1);
  return table;
});

const caseClasses = memo((): Uint8Array => {
  const table = classes().slice();
  const mark = (names: string, value: number): void => {
    for (const name of names.split(' '))
      for (const [from, to] of categories().get(name)?.ranges() ?? []) table.fill(value, from, to + 1);
  };
  mark('Lu Lt', UPPER);
  mark('Ll', LOWER);
  mark('Lm Lo', BOTH);
  mark('M', MARK);
  table[10] = table[13] = LINE;
  return table;
});

const codeAt = (text: string, at: number, to: number): number => {
  const code = text.charCodeAt(at);
  if (code < 0xd800 || code > 0xdbff || at + 1 >= to) return code;
  return ((code - 0xd800) << 10) + text.charCodeAt(at + 1) - 0xdc00 + 0x10000;
};

/** Behind the run of one class. */
function runEnd(table: Uint8Array, text: string, start: number, to: number): number {
  let at = start;
  let code = codeAt(text, at, to);
  const kind = table[code];
  do {
    at += code > 0xffff ? 2 : 1;
    if (at >= to) return to;
    code = text.charCodeAt(at);
    if (code >= 0xd800 && code <= 0xdbff) code = codeAt(text, at, to);
  } while (table[code] === kind);
  return at;
}

/** Length of `'s 't 'm 'd 're 've 'll` at an apostrophe, 0 for none. */
function contraction(text: string, at: number, to: number, ignoreCase: boolean): number {
  if (at + 1 >= to) return 0;
  let first = text.charCodeAt(at + 1);
  let second = at + 2 < to ? text.charCodeAt(at + 2) : 0;
  if (ignoreCase) {
    if (first === 0x17f) first = 115;
    else if (first < 128) first |= 32;
    if (second < 128) second |= 32;
  }
  if (first === 115 || first === 116 || first === 109 || first === 100) return 2;
  if ((first === 114 || first === 118) && second === 101) return 3;
  return first === 108 && second === 108 ? 3 : 0;
}

/** Behind white space from `start` on that ends at `end`: all of it before the end of the text, else all but the last character. */
const spaceEnd = (start: number, end: number, to: number): number => (end < to && end - start > 1 ? end - 1 : end);

const GPT2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

const gpt2: Scanner = (text, from, to, word) => {
  const table = classes();
  let at = from;
  while (at < to) {
    const start = at;
    const code = text.charCodeAt(at);
    if (code === 39) {
      const length = contraction(text, at, to, false);
      if (length > 0) {
        word(start, (at = start + length));
        continue;
      }
    }
    if (code === 32) {
      at++;
      if (at === to) {
        word(start, to);
        return;
      }
    }
    if (table[codeAt(text, at, to)] !== SPACE) at = runEnd(table, text, at, to);
    else at = spaceEnd(start, runEnd(table, text, start, to), to);
    word(start, at);
  }
};

/** Line ends and what follows the last of them in white space is left: `\s*[\r\n]+`. -1 if the white space has no line end. */
function lastLine(text: string, start: number, end: number): number {
  for (let at = end; at > start; at--) {
    const code = text.charCodeAt(at - 1);
    if (code === 10 || code === 13) return at;
  }
  return -1;
}

const isLine = (code: number): boolean => code === 10 || code === 13;

/** Behind at most `most` numbers. */
function digitsEnd(table: Uint8Array, text: string, start: number, to: number, most: number): number {
  let at = start;
  for (let n = 0; n < most && at < to; n++) {
    const code = codeAt(text, at, to);
    if (table[code] !== NUMBER) break;
    at += code > 0xffff ? 2 : 1;
  }
  return at;
}

/** cl100k's expression with at most `digits` digits in a word. */
function cl100k(digits: number): Scanner {
  return (text, from, to, word) => {
    const table = classes();
    let at = from;
    while (at < to) {
      const start = at;
      const code = codeAt(text, at, to);
      const kind = table[code];
      if (code === 39) {
        const length = contraction(text, at, to, true);
        if (length > 0) {
          word(start, (at = start + length));
          continue;
        }
      }
      const after = start + (code > 0xffff ? 2 : 1);
      const next = after < to ? table[codeAt(text, after, to)] : -1;
      if (kind === LETTER) at = runEnd(table, text, start, to);
      else if (kind !== NUMBER && next === LETTER && !isLine(code)) at = runEnd(table, text, after, to);
      else if (kind === NUMBER) at = digitsEnd(table, text, start, to, digits);
      else if (kind === OTHER || (code === 32 && next === OTHER)) {
        at = runEnd(table, text, kind === OTHER ? start : after, to);
        while (at < to && isLine(text.charCodeAt(at))) at++;
      } else {
        const end = runEnd(table, text, start, to);
        const line = lastLine(text, start, end);
        at = line >= 0 ? line : spaceEnd(start, end, to);
      }
      word(start, at);
    }
  };
}

/** Behind the longest match of `[upper]*[lower]+` or else `[upper]+[lower]*` at a letter, 0 for none. */
function capitalised(table: Uint8Array, text: string, start: number, to: number): number {
  let at = start;
  let lastBoth = -1;
  let lower = false;
  while (at < to) {
    const code = codeAt(text, at, to);
    const kind = table[code];
    const size = code > 0xffff ? 2 : 1;
    if (kind === UPPER) {
      if (lower) break;
    } else if (kind === LOWER) lower = true;
    else if (kind === BOTH || kind === MARK) {
      if (!lower) lastBoth = at + size;
    } else break;
    at += size;
  }
  if (lower || lastBoth < 0) return at;
  return lastBoth;
}

/** o200k's expression, with or without contractions at the end of words, with at most `digits` digits in a word. */
function o200k(digits: number, contractions: boolean): Scanner {
  const isLetter = (kind: number): boolean => kind === UPPER || kind === LOWER || kind === BOTH || kind === MARK;
  return (text, from, to, word) => {
    const table = caseClasses();
    let at = from;
    while (at < to) {
      const start = at;
      const code = codeAt(text, at, to);
      const kind = table[code] as number;
      const after = start + (code > 0xffff ? 2 : 1);
      const next = after < to ? (table[codeAt(text, after, to)] as number) : -1;
      const letters = isLetter(kind) ? start : kind !== NUMBER && kind !== LINE && isLetter(next) ? after : -1;
      if (letters >= 0) {
        at = capitalised(table, text, letters, to);
        if (contractions && at < to && text.charCodeAt(at) === 39) at += contraction(text, at, to, true);
      } else if (kind === NUMBER) at = digitsEnd(table, text, start, to, digits);
      else if (kind === OTHER || (code === 32 && next === OTHER)) {
        at = after;
        for (let one = next; at < to && (one === OTHER || one === MARK); one = table[codeAt(text, at, to)] as number)
          at += codeAt(text, at, to) > 0xffff ? 2 : 1;
        while (at < to && (isLine(text.charCodeAt(at)) || text.charCodeAt(at) === 47)) at++;
      } else {
        let end = start;
        while (end < to && (table[text.charCodeAt(end)] === SPACE || table[text.charCodeAt(end)] === LINE)) end++;
        const line = lastLine(text, start, end);
        at = line >= 0 ? line : spaceEnd(start, end, to);
      }
      word(start, at);
    }
  };
}

const CL100K = (digits: string): string =>
  `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`;
const O200K = (digits: string, suffix: string): string =>
  [
    `[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+${suffix}`,
    `[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*${suffix}`,
    `\\p{N}${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`,
  ].join('|');
const CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)?";

const scanners: ReadonlyMap<string, Scanner> = new Map([
  [GPT2, gpt2],
  [CL100K('{1,3}'), cl100k(3)],
  [CL100K(''), cl100k(1)],
  [O200K('{1,3}', CONTRACTIONS), o200k(3, true)],
  [O200K('', ''), o200k(1, false)],
]);

/** The expressions that have a scanner. */
export const SCANNED_PATTERNS: readonly string[] = [...scanners.keys()];

/** The scanner that finds what the expression finds, undefined if there is none. */
export function scannerFor(expression: string): Scanner | undefined {
  return scanners.get(expression);
}

/** GPT-2's expression, which ByteLevel uses by itself. */
export const gpt2Scanner: Scanner = gpt2;
