// Tokens hidden while a model learns (word dropout, Iyyer et al. 2015): it must not rely on any single one.
import { Random } from '../array/index.ts';
import { DataError } from '../data/index.ts';
import type { Tokenizer } from '../tokens/index.ts';
import { MASKS, maskOf } from './mask-token.ts';

type Rows = readonly (readonly number[])[];

/**
 * What hides a share of the tokens of rows, special ones apart, behind the mask token: other ones at each step, the same ones for the same seed
 * and step.
 * @throws DataError for a share outside [0, 1), or above 0 where the tokenizer has no mask
 */
export function hiderOf(
  tokenizer: Tokenizer,
  { share, seed }: { readonly share: number; readonly seed: number },
): (rows: Rows, step: number) => Rows {
  if (!(share >= 0 && share < 1)) throw new DataError(`hiddenTokens: expected a share in [0, 1), got ${share}`);
  if (share === 0) return (rows) => rows;
  const found = maskOf(tokenizer);
  if (!found)
    throw new DataError(
      `hiddenTokens ${share}: expected a tokenizer with ${MASKS.join(' or ')}, got one without; set hiddenTokens=0`,
    );
  const { maskId } = found;
  const named = { ...tokenizer.config?.specialTokens };
  // what a vocabulary does not know is a word like others
  delete named.unk_token;
  const special = new Set([...Object.values(named), '[PAD]', '[CLS]', '[SEP]'].map((one) => tokenizer.tokenToId(one)));
  return (rows, step) => {
    const random = new Random({ seed, step, site: 'hidden tokens' });
    return rows.map((row) => row.map((id) => (random.uniform() < share && !special.has(id) ? maskId : id)));
  };
}
