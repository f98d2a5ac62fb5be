// Pre-tokenizers of `tokenizer.json`: a normalised text to words. A word is a part of an aligned text; some pre-tokenizers change
// the text too (ByteLevel, Metaspace).
import { AlignedText, prepend, replaceMatches } from './aligned.ts';
import { type Component, type Fields, isAbsent, type Makers, make, refuse } from './component.ts';
import { byteLevel } from './normalize.ts';
import { patternOf } from './pattern/matcher.ts';
import { occurrencesOf } from './pattern/translate.ts';
import { gpt2Scanner, type Scanner, scannerFor } from './scanners.ts';
import { graphemes, segmentedWords } from './segmenters.ts';
import type { CodePointSet } from './unicode/code-points.ts';
import { numeric, pieceScripts, punctuation, whiteSpace, wordCharacters } from './unicode/properties.ts';

/** Takes a word: `source.text.slice(from, to)`, never empty. */
export type Emit = (source: AlignedText, from: number, to: number) => void;

/** Cuts a part of a text into words. */
export type PreTokenizer = (source: AlignedText, from: number, to: number, emit: Emit) => void;

/** What happens to the matches of a pattern. */
export type Behaviour = 'Removed' | 'Isolated' | 'MergedWithPrevious' | 'MergedWithNext' | 'Contiguous';
const BEHAVIOURS: readonly Behaviour[] = ['Removed', 'Isolated', 'MergedWithPrevious', 'MergedWithNext', 'Contiguous'];

/** A run of the text that is a match or lies between matches. */
interface Run {
  from: number;
  to: number;
  readonly isMatch: boolean;
}

function runsOf(matches: readonly number[], length: number): Run[] {
  const runs: Run[] = [];
  let last = 0;
  for (let i = 0; i < matches.length; i += 2) {
    const [from, to] = [matches[i] as number, matches[i + 1] as number];
    if (from > last) runs.push({ from: last, to: from, isMatch: false });
    runs.push({ from, to, isMatch: true });
    last = to;
  }
  if (last < length) runs.push({ from: last, to: length, isMatch: false });
  return runs;
}

function joined(runs: readonly Run[], joins: (run: Run, previous: boolean) => boolean): Run[] {
  const result: Run[] = [];
  let previous = false;
  for (const run of runs) {
    const last = result.at(-1);
    if (last && joins(run, previous)) {
      last.from = Math.min(last.from, run.from);
      last.to = Math.max(last.to, run.to);
    } else result.push({ ...run });
    previous = run.isMatch;
  }
  return result;
}

const arrange: Readonly<Record<Behaviour, (runs: Run[]) => Run[]>> = {
  Isolated: (runs) => runs,
  Removed: (runs) => runs.filter((run) => !run.isMatch),
  Contiguous: (runs) => joined(runs, (run, previous) => run.isMatch === previous),
  MergedWithPrevious: (runs) => joined(runs, (run, previous) => run.isMatch && !previous),
  MergedWithNext: (runs) => joined(runs.reverse(), (run, previous) => run.isMatch && !previous).reverse(),
};

/** Splits at matches. `invert`: what lies between the matches counts as match. */
function splitAt(find: (text: string) => number[], behaviour: Behaviour, invert: boolean): PreTokenizer {
  const apply = arrange[behaviour];
  return (source, from, to, emit) => {
    const runs = runsOf(find(source.text.slice(from, to)), to - from);
    for (const run of apply(invert ? runs.map((one) => ({ ...one, isMatch: !one.isMatch })) : runs))
      if (run.to > run.from) emit(source, from + run.from, from + run.to);
  };
}

/** Matches of single characters in a set. */
function charactersIn(set: CodePointSet): (text: string) => number[] {
  return (text) => {
    const found: number[] = [];
    for (let i = 0; i < text.length; i++) {
      const code = text.codePointAt(i) as number;
      const size = code > 0xffff ? 2 : 1;
      if (set.has(code)) found.push(i, i + size);
      i += size - 1;
    }
    return found;
  };
}

/** Words by a class for every character: 0 is dropped, 1 joins its equals, 2 stands alone, others join their equals. */
function byClass(classOf: (code: number) => number): PreTokenizer {
  return (source, from, to, emit) => {
    const { text } = source;
    let [start, current] = [from, 0];
    for (let at = from; at < to; ) {
      const code = text.codePointAt(at) as number;
      const kind = classOf(code);
      if (kind !== current || kind === 2) {
        if (current !== 0 && at > start) emit(source, start, at);
        [start, current] = [at, kind];
      }
      at += code > 0xffff ? 2 : 1;
    }
    if (current !== 0 && to > start) emit(source, start, to);
  };
}

function scanned(scan: Scanner): PreTokenizer {
  return (source, from, to, emit) => scan(source.text, from, to, (start, end) => emit(source, start, end));
}

const bert: PreTokenizer = byClass((code) => (whiteSpace().has(code) ? 0 : punctuation().has(code) ? 2 : 1));
const whitespace: PreTokenizer = byClass((code) => (whiteSpace().has(code) ? 0 : wordCharacters().has(code) ? 1 : 3));
const whitespaceSplit: PreTokenizer = byClass((code) => (whiteSpace().has(code) ? 0 : 1));

/** Words of byte-level vocabularies, in real characters. */
function byteWords(fields: Fields): PreTokenizer {
  const [prefix, cut] = [fields.boolean('add_prefix_space'), fields.boolean('use_regex', true)];
  fields.boolean('trim_offsets', true);
  const split: PreTokenizer = cut ? scanned(gpt2Scanner) : (source, from, to, emit) => emit(source, from, to);
  if (!prefix) return split;
  return (source, from, to, emit) => {
    if (source.text.startsWith(' ', from)) return split(source, from, to, emit);
    const changed = prepend(source.slice(from, to), ' ');
    split(changed, 0, changed.text.length, emit);
  };
}

/** ByteLevel as it stands: words in the printable characters of their bytes. */
function byteCharacters(fields: Fields): PreTokenizer {
  const words = byteWords(fields);
  return (source, from, to, emit) =>
    words(source, from, to, (inner, start, end) => {
      const mapped = byteLevel(inner.slice(start, end));
      emit(mapped, 0, mapped.text.length);
    });
}

function metaspace(fields: Fields): PreTokenizer {
  const mark = fields.character('replacement');
  const scheme = fields.choice('prepend_scheme', ['always', 'first', 'never'], 'always');
  const isLegacyNever = fields.has('add_prefix_space') && !fields.boolean('add_prefix_space');
  if (isLegacyNever && fields.has('prepend_scheme') && scheme !== 'never')
    refuse(`${fields.where}.add_prefix_space`, `true with prepend_scheme ${scheme}`, false);
  const cut = fields.boolean('split', true);
  fields.ignore('str_rep', 'add_prefix_space', 'prepend_scheme');
  return (source, from, to, emit) => {
    const part = source.slice(from, to);
    const marked = spacesReplaced(part, mark);
    const { text } = marked;
    const isFirst = scheme === 'always' || (scheme === 'first' && part.origin === 0);
    const wanted = isFirst && !isLegacyNever && !text.startsWith(mark);
    // of words cut apart, only the first has places that a mark in front moves
    const end = cut ? nextMark(text, mark, 0) : text.length;
    const first = wanted ? prepend(marked.slice(0, end), mark) : marked;
    const length = wanted ? first.text.length : end;
    if (length > 0) emit(first, 0, length);
    for (let at = end; at < text.length; ) {
      const next = nextMark(text, mark, at);
      emit(marked, at, next);
      at = next;
    }
  };
}

/** Marks in the place of spaces; where both are one unit, places stay what they are. */
function spacesReplaced(part: AlignedText, mark: string): AlignedText {
  const { text, origin, starts, ends } = part;
  if (mark.length > 1) return replaceMatches(part, occurrencesOf(' ', text), mark);
  return text.includes(' ') ? new AlignedText(text.replaceAll(' ', mark), origin, starts, ends) : part;
}

/** Where the word that begins at `from`, perhaps with a mark, ends: at the next one. */
function nextMark(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, text.startsWith(mark, from) ? from + mark.length : from);
  return at < 0 ? text.length : at;
}

/** A new word where the script changes. What comes before the first character of a script is dropped, as in the reference. */
const unicodeScripts: PreTokenizer = (source, from, to, emit) => {
  const scripts = pieceScripts();
  let [start, last] = [-1, -1];
  for (let at = from; at < to; ) {
    const code = source.text.codePointAt(at) as number;
    const script = scripts[code] as number;
    if (script !== 0) {
      if (script !== last) {
        if (start >= 0 && at > start) emit(source, start, at);
        start = at;
      }
      last = script;
    }
    at += code > 0xffff ? 2 : 1;
  }
  if (start >= 0) emit(source, start, to);
};

function fixedLength(length: number): PreTokenizer {
  return (source, from, to, emit) => {
    let [start, count] = [from, 0];
    for (let at = from; at < to; ) {
      at += (source.text.codePointAt(at) as number) > 0xffff ? 2 : 1;
      if (++count === length) {
        emit(source, start, at);
        [start, count] = [at, 0];
      }
    }
    if (start < to) emit(source, start, to);
  };
}

function split(fields: Fields): PreTokenizer {
  const { find, regex } = patternOf(fields.where, fields.any('pattern'));
  const behaviour = fields.choice('behavior', BEHAVIOURS);
  const invert = fields.boolean('invert', false);
  const scanner = regex === undefined ? undefined : scannerFor(regex);
  // The known expressions match everything, so what is isolated is all there is.
  const keepsMatches = (behaviour === 'Isolated' && !invert) || (behaviour === 'Removed' && invert);
  return scanner && keepsMatches ? scanned(scanner) : splitAt(find, behaviour, invert);
}

function sequence(steps: readonly PreTokenizer[]): PreTokenizer {
  if (steps.length === 0) return (source, from, to, emit) => emit(source, from, to);
  return steps.reduceRight((next, step) => (source, from, to, emit) => {
    step(source, from, to, (inner, start, end) => next(inner, start, end, emit));
  });
}

const makers: Makers<PreTokenizer> = {
  BertPreTokenizer: () => bert,
  ByteLevel: byteCharacters,
  CharDelimiterSplit: (fields) => {
    const delimiter = fields.character('delimiter');
    return splitAt((text) => occurrencesOf(delimiter, text), 'Removed', false);
  },
  Digits: (fields) =>
    splitAt(charactersIn(numeric()), fields.boolean('individual_digits') ? 'Isolated' : 'Contiguous', false),
  FixedLength: (fields) => {
    const length = fields.count('length', 5);
    return fixedLength(length > 0 ? length : refuse(`${fields.where}.length`, 'a length >= 1', length));
  },
  Metaspace: metaspace,
  Punctuation: (fields) =>
    splitAt(charactersIn(punctuation()), fields.choice('behavior', BEHAVIOURS, 'Isolated'), false),
  Split: split,
  TesseraeGraphemes: () => graphemes,
  TesseraeWords: segmentedWords,
  UnicodeScripts: () => unicodeScripts,
  Whitespace: () => whitespace,
  WhitespaceSplit: () => whitespaceSplit,
  Sequence: (fields) => sequence(fields.list('pretokenizers').map((one) => make('pre_tokenizer', makers, one))),
};

const whole: PreTokenizer = (source, from, to, emit) => {
  if (to > from) emit(source, from, to);
};

/** @throws TokenizerError for a component or field that is not known */
export function preTokenizer(component: Component | null | undefined): PreTokenizer {
  return isAbsent(component) ? whole : make('pre_tokenizer', makers, component);
}

/**
 * A pre-tokenizer that ends in ByteLevel, without the step from bytes to printable characters: a byte-level model can do that
 * itself. Undefined for any other.
 */
export function beforeBytes(component: Component | null | undefined): PreTokenizer | undefined {
  if (component?.type === 'ByteLevel') return make('pre_tokenizer', { ByteLevel: byteWords }, component);
  const steps = component?.type === 'Sequence' ? (component.pretokenizers as Component[]) : [];
  const last = Array.isArray(steps) && steps.length > 0 ? beforeBytes(steps.at(-1)) : undefined;
  if (!last) return undefined;
  return sequence([...steps.slice(0, -1).map((one) => make('pre_tokenizer', makers, one)), last]);
}

/** The words of one text as plain strings: what a trainer counts. */
export function wordsOf(source: AlignedText, cut: PreTokenizer): string[] {
  const words: string[] = [];
  cut(source, 0, source.text.length, (inner, from, to) => words.push(inner.text.slice(from, to)));
  return words;
}
