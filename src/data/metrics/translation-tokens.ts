// How sacreBLEU cuts texts before it counts n-grams: 13a (mteval-v13a.pl), zh, char, none. Source: sacrebleu 2.6, tokenizers.

/** A way to cut. */
export type BleuTokenizer = '13a' | 'zh' | 'char' | 'none';

/** White space as Python's `str.split()` has it; JavaScript's `\s` lacks some controls and has U+FEFF. */
const SPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const SPACES = new RegExp(`[${SPACE}]+`, 'g');
const LEADING = new RegExp(`^[${SPACE}]+`);
const TRAILING = new RegExp(`[${SPACE}]+$`);

/** Words between white space, as Python's `text.split()`. */
export function words(text: string): string[] {
  return text.split(SPACES).filter((word) => word !== '');
}

/** A text without white space at its end, as Python's `text.rstrip()`. */
export function trimmedEnd(text: string): string {
  return text.replace(TRAILING, '');
}

const western: readonly (readonly [RegExp, string])[] = [
  [/([{-~[-` -&(-+:-@/])/gu, ' $1 '],
  // periods and commas unless between digits
  [/([^0-9])([.,])/gu, '$1 $2 '],
  [/([.,])([^0-9])/gu, ' $1 $2'],
  // a dash after a digit
  [/([0-9])(-)/gu, '$1 $2 '],
];

const splitWestern = (text: string): string =>
  western.reduce((line, [pattern, put]) => line.replace(pattern, put), text);

function tokenize13a(text: string): string {
  const line = text
    .replaceAll('<skipped>', '')
    .replaceAll('-\n', '')
    .replaceAll('\n', ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>');
  return splitWestern(` ${line} `);
}

/**
 * Characters that stand alone. Two of sacreBLEU's ranges are written with five digits (`\u20000`), which Python reads as U+2000 and a `0`:
 * they cover U+2001 to U+2A6D and U+2F81 to U+2FA1, curly quotes and dashes too, and not extension B. Kept, because scores must be equal.
 */
const CHINESE = new RegExp(
  '[\\u3400-\\u4db5\\u4e00-\\u9fa5\\u9fa6-\\u9fbb\\uf900-\\ufa2d\\ufa30-\\ufa6a\\ufa70-\\ufad9\\u2001-\\u2a6d\\u2f81-\\u2fa1\\uff00-\\uffef' +
    '\\u2e80-\\u2eff\\u3000-\\u303f\\u31c0-\\u31ef\\u2f00-\\u2fdf\\u2ff0-\\u2fff\\u3100-\\u312f\\u31a0-\\u31bf\\ufe10-\\ufe1f\\ufe30-\\ufe4f' +
    '\\u2600-\\u26ff\\u2700-\\u27bf\\u3200-\\u32ff\\u3300-\\u33ff]',
  'gu',
);

/** The four ways. */
export const bleuTokenizers: Readonly<Record<BleuTokenizer, (text: string) => string>> = {
  '13a': tokenize13a,
  zh: (text) => splitWestern(text.replace(LEADING, '').replace(TRAILING, '').replace(CHINESE, ' $& ')),
  char: (text) => Array.from(text).join(' '),
  none: (text) => text,
};
