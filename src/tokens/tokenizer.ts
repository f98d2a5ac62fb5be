// The contract of text tokenizers. Ids, tokens and offsets as Hugging Face's `tokenizers` gives them; offsets in UTF-16 units.

/** A text as the model reads it. All lists have one entry per token. */
export interface Encoding {
  readonly ids: number[];
  readonly tokens: string[];
  /** `[start, end)` in UTF-16 units of the original text; `[0, 0]` for special tokens. */
  readonly offsets: [number, number][];
  /** 0 for the text, 1 for its pair. */
  readonly typeIds: number[];
  readonly specialTokensMask: number[];
  readonly attentionMask: number[];
  /** Which word of the pre-tokenizer; null for special tokens. */
  readonly wordIds: (number | null)[];
  /** What truncation cut off, piece by piece. */
  readonly overflowing: Encoding[];
}

/** Options of one call. */
export interface EncodeOptions {
  /** A second text, after the first. */
  readonly pair?: string;
  /** `[CLS] … [SEP]` and the like. Default true. */
  readonly addSpecialTokens?: boolean;
  /** Cut to at most this many tokens, special ones counted. */
  readonly maxLength?: number;
  /** Special tokens written in the text: taken as such (the reference's way), refused, or read as plain text. Default allow. */
  readonly special?: 'allow' | 'refuse' | 'text';
}

/** The parsed content of a `tokenizer.json`. */
export type TokenizerJson = Readonly<Record<string, unknown>>;

/** Text to ids and back. */
export interface Tokenizer {
  encode(text: string, options?: EncodeOptions): Encoding;
  decode(ids: ArrayLike<number>, options?: { readonly skipSpecialTokens?: boolean }): string;
  tokenToId(token: string): number | undefined;
  idToToken(id: number): string | undefined;
  /** Highest id plus one. */
  readonly vocabSize: number;
  /** The `tokenizer.json` that makes this tokenizer. */
  toJSON(): TokenizerJson;
}

/** A tokenizer cannot be read or used. */
export class TokenizerError extends Error {
  override readonly name = 'TokenizerError';
}
