// Hand-written scanners of the usual pre-tokenizers: one class look-up per code point instead of a regular expression (three times faster).
import { classOf, LETTER, NUMBER, PUNCTUATION, pointAt, SPACE, WORD } from './code-points.ts';
import type { WordSink } from './word-counts.ts';

const KINDS = LETTER | NUMBER | SPACE;

/** End of the run of code points whose masked class is `kind`, from `at`. */
function runEnd(text: string, from: number, to: number, mask: number, kind: number): number {
  let at = from;
  while (at < to) {
    const code = pointAt(text, at, to);
    if ((classOf(code) & mask) !== kind) break;
    at += code > 0xffff ? 2 : 1;
  }
  return at;
}

/** Length of a contraction at an apostrophe (`'s 't 'm 'd 're 've 'll`), 0 for none. */
function contraction(text: string, at: number, to: number): number {
  if (at + 1 >= to) return 0;
  const one = text.charCodeAt(at + 1);
  if (one === 115 || one === 116 || one === 109 || one === 100) return 2;
  if (at + 2 >= to) return 0;
  const two = text.charCodeAt(at + 2);
  if ((one === 114 && two === 101) || (one === 118 && two === 101) || (one === 108 && two === 108)) return 3;
  return 0;
}

/** GPT-2's `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`. */
export function scanGpt2(text: string, from: number, to: number, sink: WordSink): void {
  let at = from;
  while (at < to) {
    const start = at;
    let code = pointAt(text, at, to);
    if (code === 39) {
      const length = contraction(text, at, to);
      if (length > 0) {
        sink.add(text, at, at + length);
        at += length;
        continue;
      }
    }
    if (code === 32) {
      at++;
      if (at === to) {
        sink.add(text, start, to);
        return;
      }
      code = pointAt(text, at, to);
    }
    const kind = classOf(code) & KINDS;
    if (kind !== SPACE) {
      at = runEnd(text, at, to, KINDS, kind);
      sink.add(text, start, at);
      continue;
    }
    // White space: all but its last character when a word follows, so that the word keeps its space.
    at = runEnd(text, start, to, KINDS, SPACE);
    if (at < to && at - start > 1) at--;
    sink.add(text, start, at);
  }
}

/** `\w+|[^\w\s]+`. */
export function scanWhitespace(text: string, from: number, to: number, sink: WordSink): void {
  let at = from;
  while (at < to) {
    const code = pointAt(text, at, to);
    const kind = classOf(code) & (WORD | SPACE);
    const end = runEnd(text, at, to, WORD | SPACE, kind);
    if ((kind & WORD) !== 0 || kind === 0) sink.add(text, at, end);
    at = end;
  }
}

/** Everything between white space. */
export function scanWhitespaceSplit(text: string, from: number, to: number, sink: WordSink): void {
  let at = from;
  while (at < to) {
    const kind = classOf(pointAt(text, at, to)) & SPACE;
    const end = runEnd(text, at, to, SPACE, kind);
    if (kind === 0) sink.add(text, at, end);
    at = end;
  }
}

/** Between white space, every punctuation mark a word of its own. */
export function scanBert(text: string, from: number, to: number, sink: WordSink): void {
  let at = from;
  while (at < to) {
    const code = pointAt(text, at, to);
    const kind = classOf(code) & (SPACE | PUNCTUATION);
    const end = kind & PUNCTUATION ? at + (code > 0xffff ? 2 : 1) : runEnd(text, at, to, SPACE | PUNCTUATION, kind);
    if ((kind & SPACE) === 0) sink.add(text, at, end);
    at = end;
  }
}
