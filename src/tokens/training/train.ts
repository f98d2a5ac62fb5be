// From lines to a tokenizer: words are counted, the algorithm learns from the counts, components are put around the result.

import type { Component } from '../text/component.ts';
import { tokenizerFromJson } from '../text/text-tokenizer.ts';
import { type Tokenizer, TokenizerError, type TokenizerJson } from '../tokenizer.ts';
import {
  assemble,
  checkTaken,
  defaults,
  numbered,
  specialTokensOf,
  surroundingsOf,
  type TrainingOptions,
} from './algorithms.ts';
import { seedRules, trainBpe } from './bpe.ts';
import { byteCharacters } from './byte-characters.ts';
import { dnaWords } from './kmers.ts';
import { trainByLikelihood } from './likelihood.ts';
import { wordRule } from './line-words.ts';
import { finish, type Training, type TrainingProgress } from './progress.ts';
import { trainUnigram } from './unigram.ts';
import { wellFormed } from './well-formed.ts';
import { WordCounts, type WordSource } from './word-counts.ts';
import { trainWordLevel } from './word-level.ts';

/** A known tokenizer's parts, to go on with. */
interface Known {
  readonly tokens: readonly string[];
  readonly rules: readonly (readonly [string, string])[];
  readonly model: Component;
}

const MODELS: Readonly<Record<TrainingOptions['algorithm'], string>> = {
  word: 'WordLevel',
  char: 'WordLevel',
  grapheme: 'WordLevel',
  kmer: 'WordLevel',
  bpe: 'BPE',
  'byte-bpe': 'BPE',
  'dna-bpe': 'BPE',
  wordpiece: 'WordPiece',
  unigram: 'Unigram',
};

function knownOf(options: TrainingOptions): Known | undefined {
  const json = options.continueFrom;
  if (!json) return undefined;
  const model = json.model as Component;
  const expected = MODELS[options.algorithm];
  if (model?.type !== expected)
    throw new TokenizerError(
      `train: expected a ${expected} tokenizer to go on with, got ${model?.type ?? 'none'}; --algorithm must be what made it`,
    );
  if (model.type === 'Unigram')
    return { tokens: (model.vocab as [string, number][]).map(([token]) => token), rules: [], model };
  const entries = Object.entries((model.vocab ?? {}) as Record<string, number>).sort(([, a], [, b]) => a - b);
  entries.forEach(([token, id], i) => {
    if (id !== i)
      throw new TokenizerError(
        `train: expected ids without holes to go on with, got ${id} for '${token}' at place ${i}`,
      );
  });
  const rules = ((model.merges ?? []) as (string | [string, string])[]).map((rule): readonly [string, string] => {
    const [left = '', right = ''] = typeof rule === 'string' ? rule.split(' ') : rule;
    return [left, right];
  });
  return { tokens: entries.map(([token]) => token), rules, model };
}

/** A model and the tokens that it gives ids to. */
interface Learnt {
  readonly model: Component;
  readonly tokens: readonly string[];
}

type Learner = (source: WordSource, options: TrainingOptions, known: Known | undefined) => Training<Learnt>;

function shared(options: TrainingOptions, known: Known | undefined) {
  return {
    vocabSize: options.vocabSize ?? defaults[options.algorithm].vocabSize,
    minFrequency: options.minFrequency ?? 0,
    specialTokens: specialTokensOf(options),
    initialAlphabet: options.initialAlphabet ?? defaults[options.algorithm].initialAlphabet,
    limitAlphabet: options.limitAlphabet,
    maxTokenLength: options.maxTokenLength,
    seedTokens: options.seedTokens,
    known: known?.tokens,
  };
}

const bpe: Learner = function* (source, options, known) {
  const old = known?.model;
  const prefix = options.continuingPrefix ?? (old?.continuing_subword_prefix as string | undefined) ?? undefined;
  const suffix = options.endOfWordSuffix ?? (old?.end_of_word_suffix as string | undefined) ?? undefined;
  const rule = wordRule(null, surroundingsOf(options).preTokenizer);
  const seedTokens = options.seedTokens?.map((token) => (rule.bytes ? byteCharacters(token) : token));
  const result = yield* trainBpe(source, {
    ...shared(options, known),
    bytes: rule.bytes,
    prefix,
    suffix,
    seedTokens,
    rules: [...(known?.rules ?? []), ...seedRules(seedTokens ?? [], { prefix, suffix, known: known?.rules })],
  });
  const { unknown } = defaults[options.algorithm];
  const model: Component = {
    dropout: null,
    fuse_unk: false,
    byte_fallback: false,
    ignore_merges: false,
    unk_token: specialTokensOf(options).includes(unknown) ? unknown : null,
    ...old,
    type: 'BPE',
    continuing_subword_prefix: prefix ?? null,
    end_of_word_suffix: suffix ?? null,
    vocab: numbered(result.tokens),
    merges: result.merges.map(([left, right]) => [result.tokens[left], result.tokens[right]]),
  };
  return { model, tokens: result.tokens };
};

const wordPiece: Learner = function* (source, options, known) {
  const prefix = options.continuingPrefix ?? (known?.model.continuing_subword_prefix as string | undefined) ?? '##';
  const settings = { ...shared(options, known), bytes: false, prefix, suffix: options.endOfWordSuffix };
  const tokens =
    options.score === 'likelihood'
      ? yield* trainByLikelihood(source, settings)
      : (yield* trainBpe(source, settings)).tokens;
  const model: Component = {
    unk_token: defaults.wordpiece.unknown,
    max_input_chars_per_word: 100,
    ...known?.model,
    type: 'WordPiece',
    continuing_subword_prefix: prefix,
    vocab: numbered(tokens),
  };
  return { model, tokens };
};

const unigram: Learner = function* (source, options, known) {
  const added = (options.continueFrom?.added_tokens ?? []) as { readonly content: string }[];
  const old = known && {
    vocab: known.model.vocab as [string, number][],
    unkId: (known.model.unk_id as number | null | undefined) ?? null,
    apart: new Set(added.map(({ content }) => content)),
  };
  const settings = { ...shared(options, known), known: old, unkToken: defaults.unigram.unknown };
  const { vocab, unkId } = yield* trainUnigram(source, settings);
  return {
    model: { byte_fallback: false, ...known?.model, type: 'Unigram', unk_id: unkId, vocab },
    tokens: vocab.map(([token]) => token),
  };
};

const wordLevel: Learner = function* (source, options, known) {
  const { initialAlphabet, seedTokens = [], ...settings } = shared(options, known);
  const seeds = [...initialAlphabet, ...seedTokens];
  const tokens = yield* trainWordLevel(options.algorithm === 'kmer' ? dnaWords(source, options) : source, {
    ...settings,
    seedTokens: seeds,
  });
  const model: Component = {
    unk_token: defaults[options.algorithm].unknown,
    ...known?.model,
    type: 'WordLevel',
    vocab: numbered(tokens),
  };
  return { model, tokens };
};

const learners: Readonly<Record<TrainingOptions['algorithm'], Learner>> = {
  word: wordLevel,
  char: wordLevel,
  grapheme: wordLevel,
  kmer: wordLevel,
  bpe,
  'byte-bpe': bpe,
  'dna-bpe': bpe,
  wordpiece: wordPiece,
  unigram,
};

/** Learns from counted words; yields progress. The result is a `tokenizer.json`. */
export function* trainFromWords(source: WordSource, options: TrainingOptions): Training<TokenizerJson> {
  checkOptions(options);
  const known = knownOf(options);
  const { model, tokens } = yield* learners[options.algorithm](source, options, known);
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const special = options.algorithm === 'unigram' ? unigramSpecials(options) : specialTokensOf(options);
  return assemble(
    model,
    special.filter((token) => ids.has(token)),
    surroundingsOf(options),
    {
      idOf: (token) => ids.get(token) as number,
      continueFrom: options.continueFrom,
    },
  );
}

/** The reference registers the unknown piece of Unigram only if it was asked for as a special token. */
function unigramSpecials(options: TrainingOptions): readonly string[] {
  return options.specialTokens ?? [];
}

/** Ids that fit beside the counts of words. */
const MOST_TOKENS = 2_000_000;

function checkOptions(options: TrainingOptions): void {
  const atLeast = (name: string, value: number | undefined, least: number): void => {
    if (value !== undefined && (!Number.isSafeInteger(value) || value < least))
      throw new TokenizerError(`train: expected ${name} to be a whole number >= ${least}, got ${value}`);
  };
  atLeast('vocabSize', options.vocabSize, 1);
  atLeast('minFrequency', options.minFrequency, 0);
  atLeast('limitAlphabet', options.limitAlphabet, 1);
  atLeast('maxTokenLength', options.maxTokenLength, 1);
  atLeast('k', options.k, 1);
  if ((options.vocabSize ?? 0) > MOST_TOKENS && MODELS[options.algorithm] !== 'WordLevel')
    throw new TokenizerError(`train: expected vocabSize to be at most ${MOST_TOKENS}, got ${options.vocabSize}`);
  if (!Object.hasOwn(learners, options.algorithm))
    throw new TokenizerError(
      `train: expected an algorithm of ${Object.keys(learners).join(', ')}, got '${String(options.algorithm)}'`,
    );
  checkTaken(options);
}

/**
 * Trains a tokenizer on lines held by the program; `trainTokenizerFromFiles` of `tokens/node` reads files in bounded memory.
 * Example: `trainTokenizerJson(['hug pug', 'pun bun'], { algorithm: 'bpe', vocabSize: 50 })`.
 * @returns a `tokenizer.json` @throws TokenizerError for options that make no sense
 */
export function trainTokenizerJson(
  lines: Iterable<string>,
  options: TrainingOptions,
  watch?: (progress: TrainingProgress) => void,
): TokenizerJson {
  checkOptions(options);
  const { normalizer, preTokenizer } = surroundingsOf(options);
  const { words } = wordRule(normalizer, preTokenizer);
  const counts = new WordCounts();
  for (const line of lines) {
    const text = wellFormed(line);
    words(text, 0, text.length, counts);
  }
  return finish(trainFromWords(sourceFor(options, counts), options), watch);
}

/** Words in the order that the algorithm needs for results that repeat. */
export function sourceFor(options: TrainingOptions, counts: WordCounts): WordSource {
  return options.algorithm === 'unigram' ? counts.inOrder() : counts;
}

/** As `trainTokenizerJson`, ready to use. */
export function trainTokenizer(lines: Iterable<string>, options: TrainingOptions): Tokenizer {
  return tokenizerFromJson(trainTokenizerJson(lines, options));
}
