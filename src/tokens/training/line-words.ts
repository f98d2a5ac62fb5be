// Line → words, for counting: the one place where training meets normalizers and pre-tokenizers. All components come from `text/`; places
// are not needed here, so frequent ones have a short way: byte-level words are counted before they become bytes, characters are changed
// through a memory of what became of each.
import { aligned } from '../text/aligned.ts';
import type { Component } from '../text/component.ts';
import { normalizer } from '../text/normalize.ts';
import { beforeBytes, preTokenizer } from '../text/pre-tokenize.ts';
import { gpt2Scanner } from '../text/scanners.ts';
import { scanBert, scanWhitespace, scanWhitespaceSplit } from './scanners.ts';
import type { WordSink } from './word-counts.ts';

/** Counts the words of a line, `text.slice(from, to)`. */
export type LineWords = (text: string, from: number, to: number, sink: WordSink) => void;

/** How lines become words, and what the words are. */
export interface WordRule {
  readonly words: LineWords;
  /** Words are text whose UTF-8 bytes are the symbols. */
  readonly bytes: boolean;
}

/** The rule of a `tokenizer.json`'s normalizer and pre-tokenizer. @throws TokenizerError for a component that is not known */
export function wordRule(normal: Component | null | undefined, pre: Component | null | undefined): WordRule {
  const change = textChange(normal);
  const cut = beforeBytes(pre);
  const isPlainByteLevel = pre?.type === 'ByteLevel' && pre.add_prefix_space === false && (pre.use_regex ?? true);
  if (isPlainByteLevel)
    return {
      bytes: true,
      words: onText(change, (text, from, to, sink) => {
        gpt2Scanner(text, from, to, (start, end) => sink.add(text, start, end));
      }),
    };
  const scanner = pre && Object.hasOwn(scanners, pre.type) ? scanners[pre.type] : undefined;
  if (scanner) return { bytes: false, words: onText(change, scanner) };
  if (pre?.type === 'Metaspace' && (pre.split ?? true)) {
    preTokenizer(pre);
    return { bytes: false, words: onText(change, metaspaceWords(pre)) };
  }
  const words = cut ?? preTokenizer(pre);
  return {
    bytes: cut !== undefined,
    words: onText(change, (text, from, to, sink) => {
      words(aligned(text.slice(from, to)), 0, to - from, (source, start, end) => sink.add(source.text, start, end));
    }),
  };
}

const scanners: Readonly<Record<string, LineWords>> = {
  Whitespace: scanWhitespace,
  WhitespaceSplit: scanWhitespaceSplit,
  BertPreTokenizer: scanBert,
};

/** Words that begin with the mark that stands for a space; each mark begins one. */
function metaspaceWords(component: Component): LineWords {
  const mark = String(component.replacement ?? '▁');
  const prepends = component.prepend_scheme !== 'never' && component.add_prefix_space !== false;
  return (text, from, to, sink) => {
    if (from === to) return;
    const marked = text.slice(from, to).replaceAll(' ', mark);
    const whole = prepends && !marked.startsWith(mark) ? mark + marked : marked;
    for (let start = 0; start < whole.length; ) {
      const next = whole.indexOf(mark, start + (whole.startsWith(mark, start) ? mark.length : 0));
      const end = next < 0 ? whole.length : next;
      sink.add(whole, start, end);
      start = end;
    }
  };
}

function onText(change: ((text: string) => string) | undefined, scan: LineWords): LineWords {
  if (!change) return scan;
  return (text, from, to, sink) => {
    const changed = change(text.slice(from, to));
    scan(changed, 0, changed.length, sink);
  };
}

type TextChange = (text: string) => string;

/** Normalizers that look at one code point at a time. */
const BY_POINT = new Set(['BertNormalizer', 'Lowercase', 'StripAccents']);
/** Normalizers that leave ASCII as it is. */
const BEYOND_ASCII = new Set(['NFC', 'NFD', 'NFKC', 'NFKD', 'StripAccents']);

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}

function textChange(component: Component | null | undefined): TextChange | undefined {
  if (!component) return undefined;
  if (component.type === 'Sequence' && Array.isArray(component.normalizers)) {
    const steps = (component.normalizers as Component[]).map(textChange);
    return (text) => steps.reduce((current, step) => (step ? step(current) : current), text);
  }
  const change = normalizer(component);
  if (BY_POINT.has(component.type)) return remembered((point) => change(aligned(point)).text);
  const slow: TextChange = (text) => change(aligned(text)).text;
  return BEYOND_ASCII.has(component.type) ? (text) => (isAscii(text) ? text : slow(text)) : slow;
}

/** A change of single code points, remembered per code point. */
function remembered(change: (point: string) => string): TextChange {
  const results = new Map<string, string>();
  return (text) => {
    let changed = '';
    for (const point of text) {
      let result = results.get(point);
      if (result === undefined) results.set(point, (result = change(point)));
      changed += result;
    }
    return changed;
  };
}
