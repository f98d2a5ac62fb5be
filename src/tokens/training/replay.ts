// Training and cutting made visible: every step with its counts, the pair that is chosen, the corpus after it, the rules so far.
import type { Component } from '../text/component.ts';
import type { TokenizerJson } from '../tokenizer.ts';
import { defaults, type TrainingOptions } from './algorithms.ts';
import { symbolise } from './alphabet.ts';
import { joinedToken } from './bpe.ts';
import { byteCharacters } from './byte-characters.ts';
import { likelihoodMerger } from './likelihood.ts';
import { wordRule } from './line-words.ts';
import { Merger } from './merger.ts';
import { finish } from './progress.ts';
import { type Segmentation, segmentWord } from './segmentation.ts';
import { type Pruning, trainUnigram } from './unigram.ts';
import { type WordSource, wordsFrom } from './word-counts.ts';

/** A word of the corpus as it is cut now. */
export interface ReplayWord {
  readonly word: string;
  readonly count: number;
  readonly pieces: readonly string[];
}

/** A pair with what decides about it. */
export interface ReplayPair {
  readonly pair: readonly [string, string];
  readonly count: number;
  /** freq(ab) / (freq(a) · freq(b)), where that decides, with what it is made of. */
  readonly score?: number;
  readonly frequencies?: readonly [number, number];
}

/** One merge. */
export interface ReplayStep {
  /** Every pair before the merge, the best first. */
  readonly pairs: readonly ReplayPair[];
  readonly chosen: ReplayPair & { readonly token: string };
  /** How many pairs are as good as the chosen one. */
  readonly tied: number;
  /** The corpus after the merge. */
  readonly corpus: readonly ReplayWord[];
  /** Rules so far, this one included. */
  readonly rules: readonly (readonly [string, string])[];
  /** Tokens so far. */
  readonly vocabulary: readonly string[];
}

/** Everything that there is to see. */
export interface Replay {
  readonly algorithm: string;
  readonly score: 'frequency' | 'likelihood' | undefined;
  /** The alphabet that training starts from. */
  readonly alphabet: readonly string[];
  /** The corpus before the first step. */
  readonly corpus: readonly ReplayWord[];
  readonly steps: readonly ReplayStep[];
  /** Prunings of Unigram. */
  readonly prunings: readonly Pruning[];
  readonly rules: readonly (readonly [string, string])[];
  readonly vocabulary: readonly string[];
  /** Scores of a Unigram vocabulary. */
  readonly scores?: readonly number[];
  /** How each asked word is cut by what was learnt. */
  readonly words: readonly Segmentation[];
}

/** What to replay. */
export interface ReplayOptions extends Pick<TrainingOptions, 'vocabSize' | 'minFrequency' | 'score'> {
  readonly algorithm: 'bpe' | 'byte-bpe' | 'wordpiece' | 'unigram';
  /** Merges to show at most. Default: up to the vocabulary size if that is given, else 3 (BPE) or 5 (WordPiece). */
  readonly merges?: number | undefined;
}

/** Merges shown when nothing else is asked for: enough to see the idea. */
const USUAL_MERGES: Readonly<Record<string, number>> = { bpe: 3, 'byte-bpe': 3, wordpiece: 5 };
/** Tokens beyond the alphabet that Unigram keeps when nothing else is asked for. */
const USUAL_PIECES = 8;

/**
 * Trains on counted words, looking at every step, then cuts `ask`. Words are taken as they are: cutting lines is the caller's.
 * Example: hug 10, pug 5, pun 12, bun 4, hugs 5 gives `u g` (20), `u n` (16), `h ug` (15).
 */
export function replayTraining(
  words: readonly (readonly [word: string, count: number])[],
  options: ReplayOptions,
  ask: readonly string[] = [],
): Replay {
  const shown = options.algorithm === 'byte-bpe' ? words.map(([word, n]) => [byteCharacters(word), n] as const) : words;
  const asked = options.algorithm === 'byte-bpe' ? ask.map(byteCharacters) : ask;
  const source = wordsFrom(shown);
  if (options.algorithm === 'unigram') return replayUnigram(source, shown, options, asked);
  return options.score === 'likelihood'
    ? replayLikelihood(source, shown, options, asked)
    : replayMerges(source, shown, options, asked);
}

/** Settings of merging without special tokens: they only shift ids. */
function settingsOf(options: ReplayOptions) {
  const prefix = defaults[options.algorithm].prefix;
  return { bytes: false, specialTokens: [], initialAlphabet: [], prefix, keepSingles: true };
}

interface Machine {
  readonly tokens: readonly string[];
  readonly corpus: () => ReplayWord[];
  readonly pairs: () => { readonly pair: ReplayPair; readonly ids: readonly [number, number]; readonly rank: number }[];
  /** Merges the best pair to a token. */
  readonly merge: (token: string) => void;
}

function run(machine: Machine, alphabet: readonly string[], options: ReplayOptions, prefix: string | undefined) {
  const most =
    options.merges ??
    (options.vocabSize === undefined ? (USUAL_MERGES[options.algorithm] ?? 3) : Number.POSITIVE_INFINITY);
  const size = options.vocabSize ?? Number.POSITIVE_INFINITY;
  const steps: ReplayStep[] = [];
  const rules: (readonly [string, string])[] = [];
  // Letters that only have an id because the reference gives them one (`g` beside `##g`) are not shown.
  const vocabulary = new Set(alphabet);
  while (steps.length < most && vocabulary.size < size) {
    const pairs = machine.pairs();
    const best = pairs[0];
    if (!best || best.pair.count < Math.max(1, options.minFrequency ?? 0)) break;
    const token = joinedToken(best.pair.pair[0], best.pair.pair[1], prefix);
    machine.merge(token);
    vocabulary.add(token);
    rules.push(best.pair.pair);
    steps.push({
      pairs: pairs.map(({ pair }) => pair),
      chosen: { ...best.pair, token },
      tied: pairs.filter(({ rank }) => rank === best.rank).length,
      corpus: machine.corpus(),
      rules: [...rules],
      vocabulary: [...vocabulary],
    });
  }
  return { steps, rules, vocabulary: [...vocabulary] };
}

function finished(
  machine: Machine,
  start: { readonly alphabet: readonly string[]; readonly corpus: readonly ReplayWord[] },
  options: ReplayOptions,
  ask: readonly string[],
): Replay {
  const prefix = defaults[options.algorithm].prefix;
  const { steps, rules, vocabulary } = run(machine, start.alphabet, options, prefix);
  const model: Component = {
    type: options.algorithm === 'wordpiece' ? 'WordPiece' : 'BPE',
    vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
    merges: rules,
    continuing_subword_prefix: prefix ?? null,
  };
  return {
    algorithm: options.algorithm,
    score: options.algorithm === 'wordpiece' ? (options.score ?? 'frequency') : undefined,
    ...start,
    steps,
    prunings: [],
    rules,
    vocabulary,
    words: ask.map((word) => segmentWord(word, model)),
  };
}

type CountedWords = readonly (readonly [string, number])[];

function replayMerges(source: WordSource, words: CountedWords, options: ReplayOptions, ask: readonly string[]): Replay {
  const { vocabulary, corpus } = symbolise(source, settingsOf(options));
  const merger = new Merger(corpus);
  const { tokens } = vocabulary;
  const names = unique(words);
  const machine: Machine = {
    tokens,
    corpus: () =>
      names.map(({ word, count }, i) => ({
        word,
        count,
        pieces: corpus.wordSymbols(i).map((id) => tokens[id] as string),
      })),
    pairs: () =>
      merger.candidates().map(({ left, right, count }) => ({
        pair: { pair: [tokens[left] as string, tokens[right] as string], count },
        ids: [left, right],
        rank: count,
      })),
    merge: (token) => {
      if (merger.best()) merger.mergeBest(vocabulary.add(token));
    },
  };
  return finished(
    machine,
    { alphabet: usedAlphabet(tokens, machine.corpus()), corpus: machine.corpus() },
    options,
    ask,
  );
}

/** Symbols that occur, in the order of their ids. */
function usedAlphabet(tokens: readonly string[], corpus: readonly ReplayWord[]): string[] {
  const used = new Set(corpus.flatMap(({ pieces }) => pieces));
  return tokens.filter((token) => used.has(token));
}

/** Words once each, counts added, in the order in which they were met. */
function unique(words: CountedWords): { word: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const [word, count] of words) counts.set(word, (counts.get(word) ?? 0) + count);
  return Array.from(counts, ([word, count]) => ({ word, count }));
}

function replayLikelihood(
  source: WordSource,
  words: CountedWords,
  options: ReplayOptions,
  ask: readonly string[],
): Replay {
  const settings = { ...settingsOf(options), vocabSize: 0, minFrequency: options.minFrequency ?? 0 };
  const { vocabulary, merger } = likelihoodMerger(source, settings);
  const { tokens } = vocabulary;
  const names = unique(words);
  const machine: Machine = {
    tokens,
    corpus: () =>
      names.map(({ word, count }, i) => ({
        word,
        count,
        pieces: (merger.words[i] as number[]).map((id) => tokens[id] as string),
      })),
    pairs: () =>
      merger.candidates().map((one) => ({
        pair: {
          pair: [tokens[one.left] as string, tokens[one.right] as string],
          count: one.count,
          score: merger.scoreOf(one),
          frequencies: [merger.frequency(one.left), merger.frequency(one.right)],
        },
        ids: [one.left, one.right],
        rank: merger.scoreOf(one),
      })),
    merge: (token) => {
      const best = merger.best();
      if (best) merger.merge(best, vocabulary.add(token));
    },
  };
  return finished(
    machine,
    { alphabet: usedAlphabet(tokens, machine.corpus()), corpus: machine.corpus() },
    options,
    ask,
  );
}

function replayUnigram(
  source: WordSource,
  words: CountedWords,
  options: ReplayOptions,
  ask: readonly string[],
): Replay {
  const names = unique(words);
  const alphabet = [...new Set(names.flatMap(({ word }) => [...word]))].sort();
  const prunings: Pruning[] = [];
  const { vocab, unkId } = finish(
    trainUnigram(source, {
      vocabSize: options.vocabSize ?? alphabet.length + USUAL_PIECES,
      specialTokens: [],
      unkToken: '<unk>',
      initialAlphabet: [],
      onPrune: (pruning) => prunings.push(pruning),
    }),
  );
  const model: Component = { type: 'Unigram', vocab, unk_id: unkId };
  const cut = (word: string): readonly string[] => segmentWord(word, model).tokens;
  return {
    algorithm: 'unigram',
    score: undefined,
    alphabet,
    corpus: names.map(({ word, count }) => ({ word, count, pieces: cut(word) })),
    steps: [],
    prunings,
    rules: [],
    vocabulary: vocab.map(([token]) => token),
    scores: vocab.map(([, score]) => score),
    words: ask.map((word) => segmentWord(word, model)),
  };
}

const KINDS: Readonly<Record<string, string>> = { BPE: 'bpe', WordPiece: 'wordpiece', Unigram: 'unigram' };

/** A finished tokenizer: its rules, and how it cuts each text's words. Counts are not known any more. */
export function replayTokenizer(json: TokenizerJson, ask: readonly string[]): Replay {
  const model = json.model as Component;
  const vocab = Array.isArray(model.vocab)
    ? (model.vocab as [string, number][])
    : Object.entries((model.vocab ?? {}) as Record<string, number>).sort(([, a], [, b]) => a - b);
  const rule = wordRule(json.normalizer as Component | null, json.pre_tokenizer as Component | null);
  const words: Segmentation[] = [];
  for (const text of ask)
    rule.words(text, 0, text.length, {
      add: (from, start, end) => {
        const word = from.slice(start, end);
        words.push(segmentWord(rule.bytes ? byteCharacters(word) : word, model));
      },
    });
  return {
    algorithm: KINDS[model.type] ?? model.type,
    score: undefined,
    alphabet: vocab.map(([token]) => token).filter((token) => [...token].length === 1),
    corpus: [],
    steps: [],
    prunings: [],
    rules: ((model.merges ?? []) as (string | [string, string])[]).map((one) =>
      typeof one === 'string' ? (one.split(' ') as [string, string]) : one,
    ),
    vocabulary: vocab.map(([token]) => token),
    ...(Array.isArray(model.vocab) ? { scores: vocab.map(([, score]) => score) } : {}),
    words,
  };
}
