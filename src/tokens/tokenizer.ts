// The contract of text tokenizers. Ids, tokens and offsets as Hugging Face's `tokenizers` gives them; offsets in UTF-16 units.

/** A text as the model reads it. All lists have one entry per token. */
export interface Encoding {
  readonly ids: number[];
  readonly tokens: string[];
  /** `[start, end)` in UTF-16 units of the original text; `[0, 0]` for special tokens. */
  readonly offsets: [number, number][];
  /** `offsets` without a pair for each token, `[2 · tokens]`: start, end, start, end, … For long texts, where the pairs cost more than the ids. */
  readonly flatOffsets: Int32Array;
  /** 0 for the text, 1 for its pair. */
  readonly typeIds: number[];
  readonly specialTokensMask: number[];
  readonly attentionMask: number[];
  /** Which word of the pre-tokenizer; null for special tokens. */
  readonly wordIds: (number | null)[];
  /** What truncation cut off, piece by piece. */
  readonly overflowing: Encoding[];
}

/** Options of one call. What is not given comes from the file. */
export interface EncodeOptions {
  /** A second text, after the first. */
  readonly pair?: string;
  /** `[CLS] … [SEP]` and the like. Default true. */
  readonly addSpecialTokens?: boolean;
  /** Cut to at most this many tokens, special ones counted. */
  readonly maxLength?: number;
  /** Which text gives way; false: nothing is cut. Default: the file's, else `longest_first` where `maxLength` is given. */
  readonly truncation?: 'longest_first' | 'only_first' | 'only_second' | false;
  /** How many tokens a piece shares with the one before it (see {@link Encoding.overflowing}). */
  readonly stride?: number;
  /** The side that is cut off first. */
  readonly truncationSide?: 'left' | 'right';
  /** Fill up to the longest of the batch, or to `maxLength`; false: not at all. */
  readonly padding?: 'longest' | 'max_length' | false;
  readonly paddingSide?: 'left' | 'right';
  /** Fill up to a multiple of this. */
  readonly padToMultipleOf?: number;
  /** Special tokens written in the text: taken as such (the reference's way), refused, or read as plain text. Default allow. */
  readonly special?: 'allow' | 'refuse' | 'text';
  /** Seed of the random choices of BPE dropout, for models that have it. */
  readonly seed?: number;
}

/** Options of decoding. */
export interface DecodeOptions {
  /** Leave special tokens out. */
  readonly skipSpecialTokens?: boolean;
}

/** Text from ids that come one by one. What is given out together is what `decode` gives. */
export interface DecodeStream {
  /** The text that has become certain, `''` while a character is incomplete. */
  push(id: number): string;
  /** What is left. */
  end(): string;
}

/** A text, or a text and its pair. */
export type EncodeInput = string | readonly [string, string];

/** What `tokenizer_config.json` says beside the vocabulary. */
export interface TokenizerConfig {
  /** `bos_token`, `eos_token`, … as they are written. */
  readonly specialTokens: Readonly<Record<string, string>>;
  /** The class in Transformers. */
  readonly tokenizerClass?: string;
  /** The longest input that the model takes. */
  readonly modelMaxLength?: number;
  readonly paddingSide?: 'left' | 'right';
  readonly truncationSide?: 'left' | 'right';
  /** Jinja templates by name; the usual one is `default`. */
  readonly chatTemplates?: Readonly<Record<string, string>>;
}

/** The parsed content of a `tokenizer.json`. */
export type TokenizerJson = Readonly<Record<string, unknown>>;

/** Text to ids and back. */
export interface Tokenizer {
  encode(text: string, options?: EncodeOptions): Encoding;
  /** Several texts, filled up together where padding is asked for. */
  encodeBatch(texts: readonly EncodeInput[], options?: EncodeOptions): Encoding[];
  /** Ids alone: the fastest way. */
  encodeIds(text: string, options?: EncodeOptions): number[];
  decode(ids: ArrayLike<number>, options?: DecodeOptions): string;
  decodeStream(options?: DecodeOptions): DecodeStream;
  tokenToId(token: string): number | undefined;
  idToToken(id: number): string | undefined;
  /** Highest id plus one. */
  readonly vocabSize: number;
  /** Settings of the model folder, where it was loaded from one that has them. */
  readonly config?: TokenizerConfig | undefined;
  /** The `tokenizer.json` that makes this tokenizer. */
  toJSON(): TokenizerJson;
}

/** A tokenizer cannot be read or used. */
export class TokenizerError extends Error {
  override readonly name = 'TokenizerError';
}
