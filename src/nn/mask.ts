// Masks as values added to attention scores: 0 where a key may be seen, a large negative number where not.
import {
  absolute,
  add,
  addDims,
  and,
  castTo,
  constant,
  type Dim,
  dimValue,
  greater,
  lessOrEqual,
  multiply,
  range,
  subtract,
  type Tensor,
  unsqueeze,
  where,
} from '../graph/index.ts';

/** Added to a hidden key's score: `exp` of it is exactly 0 in float32, and two of them still have no infinity. */
export const HIDDEN = -1e9;

/** From an attention mask `[B, S]` of 1 (seen) and 0 (padding): `[B, 1, 1, S]`. */
export function paddingBias(mask: Tensor): Tensor {
  const hidden = subtract(1, castTo(mask, 'float32'));
  return unsqueeze(multiply(hidden, HIDDEN), [1, 2]);
}

/** Tokens see each other up to `distance` places away on both sides: `[1, 1, T, T]`. */
export function nearbyBias(tokens: Dim, distance: number): Tensor {
  const places = range(tokens);
  const apart = absolute(subtract(unsqueeze(places, [0]), unsqueeze(places, [1])));
  return unsqueeze(where(lessOrEqual(apart, distance), constant(0), constant(HIDDEN)), [0, 1]);
}

/**
 * Token t sees keys up to itself: `a[t, s] = 0 for s > t`. `[1, 1, T, S]`, where the last T of S keys are the tokens.
 * With a `window`, only the last so many keys up to itself are seen.
 * Twice as strong as padding, so that a row of padding alone does not look ahead either.
 */
export function causalBias(tokens: Dim, past: Dim = 0, window?: number): Tensor {
  const at = range(tokens);
  const queries = past === 0 ? at : add(at, dimValue(past));
  const keys = past === 0 ? at : range(addDims(tokens, past));
  const [column, row] = [unsqueeze(keys, [0]), unsqueeze(queries, [1])];
  const before = lessOrEqual(column, row);
  const seen = window === undefined ? before : and(before, greater(column, subtract(row, window)));
  return unsqueeze(where(seen, constant(0), constant(2 * HIDDEN)), [0, 1]);
}
