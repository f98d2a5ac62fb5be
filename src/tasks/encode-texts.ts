// Texts to rows of ids, telling what was cut and what was not known.
import type { EncodeOptions, Tokenizer } from '../tokens/index.ts';

/** What encoding a set of texts met. */
export interface EncodedTexts {
  readonly rows: number[][];
  /** Texts that were cut to the model's length. */
  readonly truncated: number;
  /** Tokens that are not in the vocabulary, and all tokens. */
  readonly unknown: number;
  readonly total: number;
}

/** Nothing that a `tokenizer.json` says of lengths: sentence encoders carry "cut and fill to 128" in theirs. */
export const ownLength: Pick<EncodeOptions, 'padding' | 'truncation'> = { padding: false, truncation: false };

/** Ids of texts, at most `maxLength` each, without padding. */
export function encodeTexts(tokenizer: Tokenizer, texts: readonly string[], maxLength: number): EncodedTexts {
  const unknownId = tokenizer.tokenToId('[UNK]');
  let [truncated, unknown, total] = [0, 0, 0];
  const rows = texts.map((text) => {
    const { ids } = tokenizer.encode(text, { special: 'text', ...ownLength });
    const kept =
      ids.length > maxLength ? tokenizer.encode(text, { special: 'text', padding: false, maxLength }).ids : ids;
    if (kept !== ids) truncated++;
    total += kept.length;
    for (const id of kept) if (id === unknownId) unknown++;
    return kept;
  });
  return { rows, truncated, unknown, total };
}

/** Tells people what encoding lost, if anything. */
export function tellOfCuts(
  encoded: EncodedTexts,
  maxLength: number,
  tokenizer: Tokenizer,
  note: (text: string) => void,
): void {
  const { rows, truncated, unknown, total } = encoded;
  if (truncated > 0) note(`${truncated} of ${rows.length} texts are longer than ${maxLength} tokens and are cut`);
  if (unknown > 0) note(`${unknown} of ${total} tokens are unknown to the vocabulary of ${tokenizer.vocabSize}`);
}
