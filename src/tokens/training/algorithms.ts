// What each algorithm takes when nothing else is asked for, and the `tokenizer.json` around what it learns. Defaults are the reference's.
import type { Component } from '../text/component.ts';
import { BYTE_CHARACTERS } from '../text/utf8.ts';
import { TokenizerError, type TokenizerJson } from '../tokenizer.ts';

/** Ways to make a vocabulary. */
export type TokenizerAlgorithm =
  | 'word'
  | 'char'
  | 'grapheme'
  | 'bpe'
  | 'byte-bpe'
  | 'wordpiece'
  | 'unigram'
  | 'kmer'
  | 'dna-bpe';

/** What to train. Left out: the reference's defaults for the algorithm. */
export interface TrainingOptions {
  readonly algorithm: TokenizerAlgorithm;
  readonly vocabSize?: number | undefined;
  /** A pair (word, character, piece) must occur this often. */
  readonly minFrequency?: number | undefined;
  /** Most characters to keep; the rarest become unknown. */
  readonly limitAlphabet?: number | undefined;
  /** Characters to keep whatever the corpus holds. */
  readonly initialAlphabet?: readonly string[] | undefined;
  /** Longest token in characters: pairs that reach it are not formed (BPE, as the reference), longest piece (Unigram). */
  readonly maxTokenLength?: number | undefined;
  /** Get the first ids, in this order. */
  readonly specialTokens?: readonly string[] | undefined;
  /** Tokens that are in the vocabulary from the start, whatever the corpus holds, as texts; BPE gets the rules that make them. */
  readonly seedTokens?: readonly string[] | undefined;
  /** WordPiece: merge by frequency, as the reference, or by freq(ab) / (freq(a) · freq(b)), as the papers. */
  readonly score?: 'frequency' | 'likelihood' | undefined;
  readonly continuingPrefix?: string | undefined;
  readonly endOfWordSuffix?: string | undefined;
  /** Words as `Intl.Segmenter` finds them in this language (`zh`, `ja`, `th`), for `word`; white space is a token too. The file loads in Tesserae only. */
  readonly segmenter?: string | undefined;
  /** Letters of a k-mer. Default 6. */
  readonly k?: number | undefined;
  /** Components as in `tokenizer.json`; null for none. */
  readonly normalizer?: Component | null | undefined;
  readonly preTokenizer?: Component | null | undefined;
  readonly decoder?: Component | null | undefined;
  readonly postProcessor?: Component | null | undefined;
  /** A tokenizer to go on with: its tokens keep their ids, its components and rules hold. */
  readonly continueFrom?: TokenizerJson | undefined;
}

/** The components around a model. */
export interface Surroundings {
  readonly normalizer: Component | null;
  readonly preTokenizer: Component | null;
  readonly decoder: Component | null;
  readonly postProcessor: Component | null;
}

interface Defaults {
  readonly vocabSize: number;
  readonly normalizer: Component | null;
  readonly preTokenizer: Component | null;
  readonly decoder: Component | null;
  readonly initialAlphabet: readonly string[];
  readonly prefix?: string;
  /** The token for the unknown. */
  readonly unknown: string;
  /** Without it among the special tokens the model cannot be loaded, so it is added. */
  readonly needsUnknown: boolean;
}

const wordpieceNormalizer: Component = {
  type: 'BertNormalizer',
  clean_text: true,
  handle_chinese_chars: true,
  strip_accents: null,
  lowercase: true,
};
const byteLevel = { type: 'ByteLevel', trim_offsets: true, use_regex: true };
const metaspace: Component = { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true };
/** Every code point a word. */
const CHARACTERS = '[\\s\\S]';
const split: Component = { type: 'Split', pattern: { Regex: CHARACTERS }, behavior: 'Isolated', invert: false };

/** Upper case for bases, by the components that `tokenizer.json` has. */
const upperBases: Component = {
  type: 'Sequence',
  normalizers: Array.from('acgtn', (base) => ({
    type: 'Replace',
    pattern: { String: base },
    content: base.toUpperCase(),
  })),
};

const none = {
  normalizer: null,
  preTokenizer: null,
  decoder: null,
  initialAlphabet: [],
  unknown: '[UNK]',
  needsUnknown: false,
};

/** What each algorithm takes when nothing else is asked for. */
export const defaults: Readonly<Record<TokenizerAlgorithm, Defaults>> = {
  word: { ...none, vocabSize: 30_000, preTokenizer: { type: 'Whitespace' }, needsUnknown: true },
  char: { ...none, vocabSize: 30_000, preTokenizer: split, decoder: { type: 'Fuse' }, needsUnknown: true },
  grapheme: {
    ...none,
    vocabSize: 30_000,
    preTokenizer: { type: 'TesseraeGraphemes' },
    decoder: { type: 'Fuse' },
    needsUnknown: true,
  },
  bpe: { ...none, vocabSize: 30_000, preTokenizer: { type: 'Whitespace' } },
  'byte-bpe': {
    ...none,
    vocabSize: 30_000,
    preTokenizer: { ...byteLevel, add_prefix_space: false },
    decoder: { ...byteLevel, add_prefix_space: true },
    initialAlphabet: BYTE_CHARACTERS,
  },
  wordpiece: {
    ...none,
    vocabSize: 30_000,
    normalizer: wordpieceNormalizer,
    preTokenizer: { type: 'BertPreTokenizer' },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    prefix: '##',
    needsUnknown: true,
  },
  unigram: {
    ...none,
    vocabSize: 8000,
    normalizer: { type: 'NFKC' },
    preTokenizer: metaspace,
    decoder: metaspace,
    unknown: '<unk>',
  },
  kmer: {
    ...none,
    vocabSize: 2 ** 24,
    normalizer: upperBases,
    preTokenizer: {
      type: 'Sequence',
      pretokenizers: [{ type: 'WhitespaceSplit' }, { type: 'FixedLength', length: 6 }],
    },
    decoder: { type: 'Fuse' },
    needsUnknown: true,
  },
  'dna-bpe': {
    ...none,
    vocabSize: 4096,
    normalizer: upperBases,
    preTokenizer: { type: 'WhitespaceSplit' },
    decoder: { type: 'Fuse' },
  },
};

type Option = Exclude<
  keyof TrainingOptions,
  'algorithm' | 'vocabSize' | 'specialTokens' | 'continueFrom' | keyof Surroundings
>;

const ofMerges: readonly Option[] = [
  'minFrequency',
  'limitAlphabet',
  'initialAlphabet',
  'maxTokenLength',
  'seedTokens',
  'continuingPrefix',
  'endOfWordSuffix',
];
const ofCharacters: readonly Option[] = ['minFrequency', 'limitAlphabet', 'initialAlphabet', 'seedTokens'];

/** Options that mean something to each algorithm, besides those of all. */
const takes: Readonly<Record<TokenizerAlgorithm, readonly Option[]>> = {
  word: ['minFrequency', 'seedTokens', 'segmenter'],
  char: ofCharacters,
  grapheme: ofCharacters,
  bpe: ofMerges,
  'byte-bpe': ofMerges,
  'dna-bpe': ofMerges,
  wordpiece: [...ofMerges, 'score'],
  unigram: ['minFrequency', 'limitAlphabet', 'initialAlphabet', 'maxTokenLength', 'seedTokens'],
  kmer: ['minFrequency', 'seedTokens', 'k'],
};
const allOptions = new Set<string>(Object.values(takes).flat());

/** @throws TokenizerError for an option that the algorithm would ignore */
export function checkTaken(options: TrainingOptions): void {
  const { algorithm } = options;
  if (options.segmenter !== undefined && (options.preTokenizer !== undefined || options.continueFrom))
    throw new TokenizerError(
      `train: expected a segmenter or ${options.continueFrom ? 'a tokenizer to go on with' : 'a preTokenizer'}, got both; leave one out`,
    );
  const taken: readonly string[] = takes[algorithm];
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || !allOptions.has(name) || taken.includes(name)) continue;
    const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new TokenizerError(
      `train: expected options that ${algorithm} takes (${taken.join(', ')}), got ${name}\nLeave out --${flag}.`,
    );
  }
}

/** Special tokens of a training, with the unknown one that a model cannot do without. */
export function specialTokensOf(options: TrainingOptions): string[] {
  const { unknown, needsUnknown } = defaults[options.algorithm];
  const asked = [...new Set(options.specialTokens ?? [])];
  return needsUnknown && !asked.includes(unknown) ? [...asked, unknown] : asked;
}

/** Components of a training: what is asked for, what the tokenizer to go on with has, or the algorithm's own. */
export function surroundingsOf(options: TrainingOptions): Surroundings {
  const own = {
    ...defaults[options.algorithm],
    ...(options.segmenter === undefined ? {} : segmented(options.segmenter)),
  };
  const old = options.continueFrom;
  const pick = (asked: Component | null | undefined, key: string, usual: Component | null): Component | null =>
    asked !== undefined ? asked : old ? ((old[key] ?? null) as Component | null) : usual;
  const preTokenizer = pick(options.preTokenizer, 'pre_tokenizer', own.preTokenizer);
  return {
    normalizer: pick(options.normalizer, 'normalizer', own.normalizer),
    preTokenizer: options.algorithm === 'kmer' && options.k ? kmerCutter(options.k) : preTokenizer,
    decoder: pick(
      options.decoder,
      'decoder',
      options.endOfWordSuffix ? suffixDecoder(options.endOfWordSuffix) : own.decoder,
    ),
    postProcessor: pick(options.postProcessor, 'post_processor', null),
  };
}

/** Words of a language without spaces; joined they are the text. */
function segmented(locale: string): Pick<Surroundings, 'preTokenizer' | 'decoder'> {
  return { preTokenizer: { type: 'TesseraeWords', locale }, decoder: { type: 'Fuse' } };
}

const suffixDecoder = (suffix: string): Component => ({ type: 'BPEDecoder', suffix });

function kmerCutter(length: number): Component {
  return { type: 'Sequence', pretokenizers: [{ type: 'WhitespaceSplit' }, { type: 'FixedLength', length }] };
}

/** Tokens by id as `model.vocab` has them. */
export function numbered(tokens: readonly string[]): Record<string, number> {
  return Object.fromEntries(tokens.map((token, id) => [token, id]));
}

/** The `tokenizer.json` of a model. Ids of special tokens are looked up in the vocabulary. */
export function assemble(
  model: Component,
  specialTokens: readonly string[],
  around: Surroundings,
  options: { readonly idOf: (token: string) => number; readonly continueFrom?: TokenizerJson | undefined },
): TokenizerJson {
  const old = (options.continueFrom?.added_tokens ?? []) as { readonly content: string; readonly id: number }[];
  const fresh = specialTokens
    .filter((token) => !old.some((added) => added.content === token))
    .map((content) => ({
      id: options.idOf(content),
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    }));
  return {
    version: '1.0',
    truncation: options.continueFrom?.truncation ?? null,
    padding: options.continueFrom?.padding ?? null,
    added_tokens: [...old, ...fresh].sort((a, b) => a.id - b.id),
    normalizer: around.normalizer,
    pre_tokenizer: around.preTokenizer,
    post_processor: around.postProcessor,
    decoder: around.decoder,
    model,
  };
}
