// Text as units: what `Encoding` says in the shape that every modality has.
import { ndArray } from '../../array/index.ts';
import type { Span } from '../dna/k-mer.ts';
import type { EncodeOptions, Tokenizer } from '../tokenizer.ts';
import { checkSameShape, idsOf, positionsFrom, type Units, UnitsError, type UnitValues } from '../units.ts';

/**
 * A text as tokens with ids: one unit per token, its place in UTF-16 units; special tokens have empty places. `restore` decodes.
 * @param options as `encode` takes them @throws UnitsError for a text without tokens, TokenizerError as `encode`
 */
export function cutText(text: string, tokenizer: Tokenizer, options: EncodeOptions = {}): Units<Span, string> {
  const { ids, tokens, offsets } = tokenizer.encode(text, options);
  if (ids.length === 0)
    throw new UnitsError('cutText: expected a text with tokens, got none; give a text that is not empty');
  const values: UnitValues = {
    kind: 'ids',
    ids: ndArray('int64', [ids.length], BigInt64Array.from(ids, BigInt)),
    size: tokenizer.vocabSize,
  };
  return {
    modality: 'text',
    values,
    places: offsets.map(([start, end]) => ({ kind: 'span', start, end })),
    positions: positionsFrom(
      ids.map((_, i) => [i]),
      1,
    ),
    axes: ['index'],
    names: tokens,
    restore: (given = values) => {
      checkSameShape(values, given);
      return tokenizer.decode(idsOf(given), { skipSpecialTokens: true });
    },
  };
}
