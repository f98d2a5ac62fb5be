// Hand-written scanners of the usual pre-tokenizers: one class look-up per code point instead of a regular expression (three times faster).
import { memo, punctuation, whiteSpace, wordCharacters } from '../text/unicode/properties.ts';
import type { WordSink } from './word-counts.ts';

const SPACE = 1;
/** `\w` of the reference's regular expressions. */
const WORD = 2;
/** What BERT cuts off as punctuation. */
const PUNCTUATION = 4;

/** The bits of every code point. */
const classes = memo((): Uint8Array => {
  const bits = new Uint8Array(0x110000);
  const sets = [
    [whiteSpace(), SPACE],
    [wordCharacters(), WORD],
    [punctuation(), PUNCTUATION],
  ] as const;
  for (const [set, bit] of sets)
    for (const [from, to] of set.ranges()) for (let code = from; code <= to; code++) (bits[code] as number) |= bit;
  return bits;
});

/** The code point at a place, as `codePointAt`, without its checks. */
function pointAt(text: string, at: number, end: number): number {
  const unit = text.charCodeAt(at);
  if (unit < 0xd800 || unit > 0xdbff || at + 1 >= end) return unit;
  const low = text.charCodeAt(at + 1);
  return low >= 0xdc00 && low <= 0xdfff ? ((unit - 0xd800) << 10) + low - 0xdc00 + 0x10000 : unit;
}

/** Calls `word` for runs of code points of the same masked class, one by one for those of `single`. */
function scan(
  text: string,
  [from, to]: readonly [number, number],
  masks: { readonly all: number; readonly single: number },
  word: (start: number, end: number, kind: number) => void,
): void {
  const bits = classes();
  for (let at = from; at < to; ) {
    const start = at;
    const code = pointAt(text, at, to);
    const kind = (bits[code] as number) & masks.all;
    at += code > 0xffff ? 2 : 1;
    if ((kind & masks.single) === 0)
      while (at < to) {
        const next = pointAt(text, at, to);
        if (((bits[next] as number) & masks.all) !== kind) break;
        at += next > 0xffff ? 2 : 1;
      }
    word(start, at, kind);
  }
}

/** `\w+|[^\w\s]+`. */
export function scanWhitespace(text: string, from: number, to: number, sink: WordSink): void {
  scan(text, [from, to], { all: WORD | SPACE, single: 0 }, (start, end, kind) => {
    if (kind !== SPACE) sink.add(text, start, end);
  });
}

/** Everything between white space. */
export function scanWhitespaceSplit(text: string, from: number, to: number, sink: WordSink): void {
  scan(text, [from, to], { all: SPACE, single: 0 }, (start, end, kind) => {
    if (kind === 0) sink.add(text, start, end);
  });
}

/** Between white space, every punctuation mark a word of its own. */
export function scanBert(text: string, from: number, to: number, sink: WordSink): void {
  scan(text, [from, to], { all: SPACE | PUNCTUATION, single: PUNCTUATION }, (start, end, kind) => {
    if ((kind & SPACE) === 0) sink.add(text, start, end);
  });
}
