// Byte-pair encoding (Sennrich et al. 2016, https://arxiv.org/abs/1508.07909): merge the most frequent pair until the vocabulary is full.
// The merges are those of tokenizers 0.23 on any corpus; `train` in bpe/trainer.rs.
import { type AlphabetOptions, symbolise, type Vocabulary } from './alphabet.ts';
import { Merger } from './merger.ts';
import type { Training } from './progress.ts';
import type { WordSource } from './word-counts.ts';

/** Options of training by merges. */
export interface BpeOptions extends AlphabetOptions {
  readonly vocabSize: number;
  /** A pair must occur this often to be merged. */
  readonly minFrequency: number;
  /** Pairs of this many characters or more are not formed by a merge (the reference's strict `<`). */
  readonly maxTokenLength?: number | undefined;
  /** Rules to apply before any new one, as pairs of tokens. */
  readonly rules?: readonly (readonly [string, string])[] | undefined;
}

/** What training gives. */
export interface BpeResult {
  /** Tokens by id. */
  readonly tokens: readonly string[];
  /** Rules in order, as pairs of ids. A pair merged twice stands at its last place only. */
  readonly merges: readonly (readonly [number, number])[];
}

/** The token that two symbols make: the right one loses its continuing mark. */
export function joinedToken(left: string, right: string, prefix: string | undefined): string {
  return left + (prefix && right.startsWith(prefix) ? right.slice(prefix.length) : right);
}

/** Learns merges; yields progress between them. */
export function* trainBpe(source: WordSource, options: BpeOptions): Training<BpeResult> {
  yield { phase: 'alphabet', done: 0, total: source.size };
  const { vocabulary, corpus } = symbolise(source, options);
  yield { phase: 'pairs', done: 0, total: corpus.counts.length };
  const merger = new Merger(corpus, options.maxTokenLength);
  const merges: [number, number][] = [];
  for (const [a, b] of options.rules ?? []) {
    const [left, right] = [vocabulary.add(a), vocabulary.add(b)];
    merger.mergePair(left, right, mergeInto(vocabulary, left, right, options.prefix));
    merges.push([left, right]);
  }
  while (vocabulary.tokens.length < options.vocabSize) {
    const best = merger.best();
    if (!best || best.count < 1 || best.count < options.minFrequency) break;
    merger.mergeBest(mergeInto(vocabulary, best.left, best.right, options.prefix));
    merges.push([best.left, best.right]);
    if (merges.length % 64 === 0) yield { phase: 'merges', done: vocabulary.tokens.length, total: options.vocabSize };
  }
  yield { phase: 'merges', done: vocabulary.tokens.length, total: vocabulary.tokens.length };
  return { tokens: vocabulary.tokens, merges: lastOnly(merges) };
}

/** Rules that make tokens of their characters from the left; `known` rules are not repeated. */
export function seedRules(
  tokens: readonly string[],
  marks: {
    readonly prefix?: string | undefined;
    readonly suffix?: string | undefined;
    readonly known?: readonly (readonly [string, string])[] | undefined;
  },
): (readonly [string, string])[] {
  const { prefix = '', suffix = '' } = marks;
  const nameOf = ([left, right]: readonly [string, string]): string => `${left} ${right}`;
  const seen = new Set(marks.known?.map(nameOf));
  const rules: (readonly [string, string])[] = [];
  for (const token of tokens) {
    const inside = prefix !== '' && token.startsWith(prefix);
    const ends = suffix !== '' && token.endsWith(suffix) && token.length > suffix.length;
    const letters = Array.from(token.slice(inside ? prefix.length : 0, ends ? -suffix.length : undefined));
    letters
      .map((c, i) => `${i > 0 || inside ? prefix : ''}${c}${ends && i === letters.length - 1 ? suffix : ''}`)
      .reduce((left, right) => {
        const rule = [left, right] as const;
        if (!seen.has(nameOf(rule))) rules.push(rule);
        seen.add(nameOf(rule));
        return joinedToken(left, right, prefix);
      });
  }
  return rules;
}

function mergeInto(vocabulary: Vocabulary, left: number, right: number, prefix: string | undefined): number {
  return vocabulary.add(joinedToken(vocabulary.tokens[left] as string, vocabulary.tokens[right] as string, prefix));
}

/** The reference keeps rules in a map by pair: a repeated one keeps its last rank. */
function lastOnly(merges: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const last = new Map<string, number>();
  merges.forEach(([left, right], rank) => {
    last.set(`${left} ${right}`, rank);
  });
  return merges.filter(([left, right], rank) => last.get(`${left} ${right}`) === rank);
}
