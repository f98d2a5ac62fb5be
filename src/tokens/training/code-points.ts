// Classes of code points for scanning words, worked out once per code point and kept in one byte.

/** Bits of a class. */
export const LETTER = 1;
export const NUMBER = 2;
export const SPACE = 4;
/** `\w` of the reference's regular expressions. */
export const WORD = 8;
/** What BERT cuts off as punctuation. */
export const PUNCTUATION = 16;
const KNOWN = 128;

const classes = new Uint8Array(0x110000);
const letter = /^\p{L}$/u;
const number = /^\p{N}$/u;
const space = /^\p{White_Space}$/u;
const word = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]$/u;
const punctuation = /^(?:[!-/:-@[-`{-~]|\p{P})$/u;

function worked(code: number): number {
  const point = code >= 0xd800 && code <= 0xdfff ? '\ufffd' : String.fromCodePoint(code);
  const found =
    KNOWN |
    (letter.test(point) ? LETTER : 0) |
    (number.test(point) ? NUMBER : 0) |
    (space.test(point) ? SPACE : 0) |
    (word.test(point) ? WORD : 0) |
    (punctuation.test(point) ? PUNCTUATION : 0);
  classes[code] = found;
  return found;
}

/** The bits of a code point. */
export function classOf(code: number): number {
  const found = classes[code] as number;
  return found === 0 ? worked(code) : found;
}

/** The code point at a place of a text, as `codePointAt`, without its checks. */
export function pointAt(text: string, at: number, end: number): number {
  const unit = text.charCodeAt(at);
  if (unit < 0xd800 || unit > 0xdbff || at + 1 >= end) return unit;
  const low = text.charCodeAt(at + 1);
  return low >= 0xdc00 && low <= 0xdfff ? ((unit - 0xd800) << 10) + low - 0xdc00 + 0x10000 : unit;
}
