// Texts that come one by one, cut one by one: nothing is held but the text at hand.
import { type EncodeInput, type EncodeOptions, type Encoding, type Tokenizer, TokenizerError } from '../tokenizer.ts';

/** Texts that come one by one. */
export type EncodeInputs = Iterable<EncodeInput> | AsyncIterable<EncodeInput>;

/** @throws TokenizerError for padding to the longest of texts that are not there yet */
export function refusePaddingToLongest(tokenizer: Tokenizer, options: EncodeOptions): void {
  const own = tokenizer.toJSON().padding as { strategy?: unknown } | null | undefined;
  const padding = options.padding ?? (own?.strategy === 'BatchLongest' ? 'longest' : undefined);
  if (padding === 'longest')
    throw new TokenizerError(
      "encodeStream: expected padding to a length, got padding 'longest' of texts that come one by one; use encodeBatch, or padding: 'max_length' or false",
    );
}

/** Encodings in the order of the texts, in constant memory. @throws TokenizerError for padding to the longest */
export async function* encodeStream(
  tokenizer: Tokenizer,
  texts: EncodeInputs,
  options: EncodeOptions = {},
): AsyncGenerator<Encoding> {
  refusePaddingToLongest(tokenizer, options);
  for await (const one of texts)
    yield typeof one === 'string'
      ? tokenizer.encode(one, options)
      : tokenizer.encode(one[0], { ...options, pair: one[1] });
}

/** Ids in the order of the texts, in constant memory: the fastest way. @throws TokenizerError for padding to the longest */
export async function* encodeIdsStream(
  tokenizer: Tokenizer,
  texts: EncodeInputs,
  options: EncodeOptions = {},
): AsyncGenerator<number[]> {
  refusePaddingToLongest(tokenizer, options);
  for await (const one of texts)
    yield typeof one === 'string'
      ? tokenizer.encodeIds(one, options)
      : tokenizer.encodeIds(one[0], { ...options, pair: one[1] });
}
