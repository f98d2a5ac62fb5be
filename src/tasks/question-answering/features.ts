// A question and its context as rows of a model's length: the context is cut into windows that overlap, the question stands before each.
import { DataError } from '../../data/index.ts';
import type { Tokenizer } from '../../tokens/index.ts';

/** A question on a context. */
export interface QuestionInput {
  readonly question: string;
  readonly context: string;
}

/** One window as a row. */
export interface Feature {
  readonly ids: readonly number[];
  readonly typeIds: readonly number[];
  /** Places of the context's tokens: `[first, end)`. */
  readonly first: number;
  readonly end: number;
  /** Of all tokens; those of the context in UTF-16 units of the context. */
  readonly offsets: readonly (readonly [number, number])[];
  readonly wordIds: readonly (number | null)[];
}

/** How contexts are cut. */
export interface WindowOptions {
  /** Tokens of a row, special ones and the question counted. */
  readonly maxLength: number;
  /** Context tokens that neighbours share. */
  readonly stride: number;
}

/**
 * Rows of one question. The question is never cut.
 * @throws DataError for a question that leaves no room for more context than the stride
 */
export function featuresOf(
  tokenizer: Tokenizer,
  { question, context }: QuestionInput,
  { maxLength, stride }: WindowOptions,
): Feature[] {
  const plain = { special: 'text', padding: false } as const;
  const asked = tokenizer.encode(question, { ...plain, addSpecialTokens: false, truncation: false }).ids.length;
  const special = tokenizer
    .encode('', { ...plain, pair: '', truncation: false })
    .specialTokensMask.filter((one) => one === 1).length;
  const room = maxLength - asked - special;
  if (room <= stride)
    throw new DataError(
      `question: expected to leave room for more than ${stride} context tokens (the stride) in ${maxLength}, got ${asked} tokens of question and ${special} special ones; shorten it or take a smaller stride`,
    );
  const cut = tokenizer.encode(question, { ...plain, pair: context, maxLength, truncation: 'only_second', stride });
  return [cut, ...cut.overflowing].map(({ ids, typeIds, offsets, wordIds, specialTokensMask }): Feature => {
    // tokens that are not special: the question's, then the context's
    let [first, own] = [ids.length, 0];
    for (let place = 0; place < specialTokensMask.length; place++) {
      if (specialTokensMask[place] !== 0) continue;
      if (own === asked) first = place;
      own++;
    }
    return { ids, typeIds, offsets, wordIds, first, end: first + Math.max(0, own - asked) };
  });
}

/** The tokens of a row that an answer's text begins and ends in; undefined when it does not lie in this window whole. */
export function placesOf(
  { offsets, first, end }: Feature,
  start: number,
  stop: number,
): readonly [start: number, end: number] | undefined {
  let [from, to] = [-1, -1];
  for (let place = first; place < end; place++) {
    const [left, right] = offsets[place] as readonly [number, number];
    if (left <= start && start < right) from = place;
    if (left < stop && stop <= right) to = place;
  }
  return from >= 0 && to >= from ? [from, to] : undefined;
}
