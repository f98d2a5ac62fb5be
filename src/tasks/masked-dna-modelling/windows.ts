// Windows of bases as a masked language model reads them.
import { int64, type NamedArrays, Random } from '../../array/index.ts';
import { padded, paddedRows } from '../../data/index.ts';
import type { Tokenizer } from '../../tokens/index.ts';
import { type Spelling, spell } from '../dna-classification/spelling.ts';
import { ownLength } from '../encode-texts.ts';
import { maskSpans } from './mask-spans.ts';

/** How bases become tokens. */
export interface Cutting {
  readonly tokenizer: Tokenizer;
  readonly spelling: Spelling;
  /** Tokens of a window, `[CLS]` and `[SEP]` included. */
  readonly length: number;
}

/** `[CLS]`, as many of a sequence's tokens as fit, `[SEP]`; from a random one on where a key is given, else from the first. */
export function windowOf(
  sequence: string,
  { tokenizer, spelling, length }: Cutting,
  key?: { readonly seed: number; readonly step: number; readonly site: string },
): number[] {
  const text = spell(sequence, spelling);
  const { ids } = tokenizer.encode(text, { addSpecialTokens: false, special: 'text', ...ownLength });
  const most = length - 2;
  const start = key && ids.length > most ? new Random(key).integer(ids.length - most + 1) : 0;
  const id = (token: string): number => tokenizer.tokenToId(token) as number;
  return [id('[CLS]'), ...ids.slice(start, start + most), id('[SEP]')];
}

/** How many tokens in a row tell one base. */
export const spanOf = (spelling: Spelling): number => (spelling.kind === 'kmer' && spelling.overlap ? spelling.k : 1);

/** What a loss is measured from. */
export const scoredInputs: readonly string[] = ['input_ids', 'attention_mask', 'labels'];

/** What the training reads. */
export const maskedInputs: readonly string[] = [...scoredInputs, 'label_places'];

/** Windows with spans hidden: `input_ids`, `attention_mask`, `labels` (−100 where nothing is asked) `[B, T]`, `label_places` `[N]`. */
export function maskedWindows(
  rows: readonly (readonly number[])[],
  { tokenizer, spelling }: Cutting,
  key: { readonly seed: number; readonly step: number },
): NamedArrays {
  const id = (token: string): number => tokenizer.tokenToId(token) as number;
  const special = new Set(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'].map(id));
  const vocabulary = { maskId: id('[MASK]'), vocabSize: tokenizer.vocabSize, special };
  const masked = maskSpans(rows, vocabulary, spanOf(spelling), key);
  const labels = paddedRows(masked.labels, -100);
  const places = [...labels.data.keys()].filter((place) => labels.data[place] !== -100n);
  return { ...padded(masked.rows, id('[PAD]')), labels, label_places: int64([places.length], places) };
}
