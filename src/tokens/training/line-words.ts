// Line → words, for counting: the one place where training meets normalizers and pre-tokenizers. Places are not kept, so texts can be
// changed as strings; frequent components have a scanner of their own, all others go through `text/`.
import { aligned } from '../text/aligned.ts';
import { type Component, normalizer } from '../text/normalize.ts';
import { preTokenizer } from '../text/pre-tokenize.ts';
import { TokenizerError } from '../tokenizer.ts';
import { toByteCharacters } from './byte-alphabet.ts';
import { scanBert, scanGpt2, scanWhitespace, scanWhitespaceSplit } from './scanners.ts';
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
  const isPlainByteLevel = pre?.type === 'ByteLevel' && (pre.use_regex ?? true);
  if (isPlainByteLevel) {
    const prefix = (pre.add_prefix_space ?? true) as boolean;
    return { bytes: true, words: onText(change, prefix ? withPrefixSpace(scanGpt2) : scanGpt2) };
  }
  const scanner = pre && Object.hasOwn(scanners, pre.type) ? scanners[pre.type] : undefined;
  if (scanner) return { bytes: false, words: onText(change, scanner) };
  if (!pre)
    return { bytes: false, words: onText(change, (text, from, to, sink) => to > from && sink.add(text, from, to)) };
  const pieces = splitter(pre);
  return {
    bytes: false,
    words: onText(change, (text, from, to, sink) => {
      for (const piece of pieces(text.slice(from, to), true)) if (piece !== '') sink.add(piece, 0, piece.length);
    }),
  };
}

const scanners: Readonly<Record<string, LineWords>> = {
  Whitespace: scanWhitespace,
  WhitespaceSplit: scanWhitespaceSplit,
  BertPreTokenizer: scanBert,
};

function withPrefixSpace(scan: LineWords): LineWords {
  return (text, from, to, sink) => {
    if (text.charCodeAt(from) === 32 || from === to) scan(text, from, to, sink);
    else scan(` ${text.slice(from, to)}`, 0, to - from + 1, sink);
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

const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text);

function unicodeForm(form: 'NFC' | 'NFD' | 'NFKC' | 'NFKD'): TextChange {
  return (text) => (isAscii(text) ? text : text.normalize(form));
}

/** A change of single code points, remembered per code point. */
function remembered(component: Component): TextChange {
  const change = normalizer(component);
  const results = new Map<string, string>();
  return (text) => {
    let changed = '';
    for (const point of text) {
      let result = results.get(point);
      if (result === undefined) results.set(point, (result = change(aligned(point)).text));
      changed += result;
    }
    return changed;
  };
}

const changes: Readonly<Record<string, (component: Component) => TextChange>> = {
  NFC: () => unicodeForm('NFC'),
  NFD: () => unicodeForm('NFD'),
  NFKC: () => unicodeForm('NFKC'),
  NFKD: () => unicodeForm('NFKD'),
  BertNormalizer: remembered,
  Lowercase: remembered,
  StripAccents: remembered,
  Replace: (component) => {
    const pattern = patternOf(component);
    return (text) => text.replace(pattern, () => String(component.content ?? ''));
  },
  Prepend: (component) => (text) => (text === '' ? text : `${component.prepend}${text}`),
  Strip: (component) => (text) => {
    const left = (component.strip_left ?? true) ? text.replace(/^\p{White_Space}+/u, '') : text;
    return (component.strip_right ?? true) ? left.replace(/\p{White_Space}+$/u, '') : left;
  },
  ByteLevel: () => toByteCharacters,
  Sequence: (component) => {
    const steps = ((component.normalizers ?? []) as Component[]).map(textChange);
    return (text) => steps.reduce((current, step) => (step ? step(current) : current), text);
  },
};

function textChange(component: Component | null | undefined): TextChange | undefined {
  if (!component) return undefined;
  const make = Object.hasOwn(changes, component.type) ? changes[component.type] : undefined;
  if (make) return make(component);
  const change = normalizer(component);
  return (text) => change(aligned(text)).text;
}

/** Pieces of a text; `first` tells whether it begins the line. */
type Splitter = (text: string, first: boolean) => string[];

function patternOf(component: Component): RegExp {
  const { String: literal, Regex: source } = (component.pattern ?? {}) as { String?: string; Regex?: string };
  if (literal !== undefined) return new RegExp(literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'gu');
  if (source === undefined)
    throw new TokenizerError(
      `${component.type}: expected a pattern, got ${JSON.stringify(component)} (tokenizer.json)`,
    );
  try {
    return new RegExp(source, 'gu');
  } catch (error) {
    throw new TokenizerError(
      `${component.type}: expected a pattern that JavaScript can read, got ${source}: ${(error as Error).message} (tokenizer.json)`,
    );
  }
}

interface Part {
  readonly text: string;
  readonly isMatch: boolean;
}

function parts(text: string, pattern: RegExp): Part[] {
  const found: Part[] = [];
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    if (match[0] === '') continue;
    if (match.index > at) found.push({ text: text.slice(at, match.index), isMatch: false });
    found.push({ text: match[0], isMatch: true });
    at = match.index + match[0].length;
  }
  if (at < text.length) found.push({ text: text.slice(at), isMatch: false });
  return found;
}

/** What becomes of delimiters, by the reference's names. */
const behaviours: Readonly<Record<string, (parts: readonly Part[]) => string[]>> = {
  Removed: (all) => all.filter((part) => !part.isMatch).map((part) => part.text),
  Isolated: (all) => all.map((part) => part.text),
  MergedWithPrevious: (all) =>
    glue(all, (part, previous) => part.isMatch && previous !== undefined && !previous.isMatch),
  MergedWithNext: (all) => glue(all, (part, previous) => !part.isMatch && previous !== undefined && previous.isMatch),
  Contiguous: (all) => glue(all, (part, previous) => previous !== undefined && part.isMatch === previous.isMatch),
};

function glue(all: readonly Part[], joins: (part: Part, previous: Part | undefined) => boolean): string[] {
  const result: string[] = [];
  all.forEach((part, i) => {
    if (joins(part, all[i - 1])) result[result.length - 1] += part.text;
    else result.push(part.text);
  });
  return result;
}

function behaviour(component: Component, usual: string): (parts: readonly Part[]) => string[] {
  const name = String(component.behavior ?? usual);
  const found = Object.hasOwn(behaviours, name) ? behaviours[name] : undefined;
  if (!found)
    throw new TokenizerError(
      `${component.type}: expected behavior ${Object.keys(behaviours).join(', ')}, got '${name}' (tokenizer.json)`,
    );
  return found;
}

function metaspace(component: Component): Splitter {
  const mark = String(component.replacement ?? '▁');
  const scheme = String(component.prepend_scheme ?? 'always');
  const pattern = new RegExp(mark.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'gu');
  return (text, first) => {
    const marked = text.replaceAll(' ', mark);
    const prepend = scheme === 'always' || (scheme === 'first' && first);
    const whole = prepend && marked !== '' && !marked.startsWith(mark) ? mark + marked : marked;
    return (component.split ?? true)
      ? (behaviours.MergedWithNext as (all: Part[]) => string[])(parts(whole, pattern))
      : [whole];
  };
}

const splitters: Readonly<Record<string, (component: Component) => Splitter>> = {
  Metaspace: metaspace,
  ByteLevel: (component) => {
    const scan = (component.use_regex ?? true) ? scanGpt2 : undefined;
    const prefix = component.add_prefix_space ?? true;
    return (text) => {
      const whole = prefix && text !== '' && !text.startsWith(' ') ? ` ${text}` : text;
      const words: string[] = [];
      if (scan)
        scan(whole, 0, whole.length, {
          add: (from, start, end) => words.push(toByteCharacters(from.slice(start, end))),
        });
      else words.push(toByteCharacters(whole));
      return words;
    };
  },
  Split: (component) => {
    const [pattern, keep] = [patternOf(component), behaviour(component, 'Removed')];
    const flip = component.invert === true;
    return (text) => keep(parts(text, pattern).map((part) => (flip ? { ...part, isMatch: !part.isMatch } : part)));
  },
  CharDelimiterSplit: (component) => (text) => text.split(String(component.delimiter)),
  Digits: (component) => {
    const keep = behaviours[component.individual_digits ? 'Isolated' : 'Contiguous'] as (all: Part[]) => string[];
    return (text) => keep(parts(text, /\p{N}/gu));
  },
  Punctuation: (component) => {
    const keep = behaviour(component, 'Isolated');
    return (text) => keep(parts(text, /[!-/:-@[-`{-~]|\p{P}/gu));
  },
  FixedLength: (component) => (text) => {
    const points = Array.from(text);
    const length = Number(component.length ?? 5);
    return Array.from({ length: Math.ceil(points.length / length) }, (_, i) =>
      points.slice(i * length, (i + 1) * length).join(''),
    );
  },
  Sequence: (component) => {
    const steps = ((component.pretokenizers ?? []) as Component[]).map(splitter);
    return (text, first) =>
      steps.reduce((pieces, step) => pieces.flatMap((piece, i) => step(piece, first && i === 0)), [text]);
  },
};

function splitter(component: Component): Splitter {
  const make = Object.hasOwn(splitters, component.type) ? splitters[component.type] : undefined;
  if (make) return make(component);
  const scanner = Object.hasOwn(scanners, component.type) ? scanners[component.type] : undefined;
  if (scanner)
    return (text) => {
      const words: string[] = [];
      scanner(text, 0, text.length, { add: (from, start, end) => words.push(from.slice(start, end)) });
      return words;
    };
  const cut = preTokenizer(component);
  return (text) => cut(text).map(([start, end]) => text.slice(start, end));
}
