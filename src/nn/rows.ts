// Tokens picked by index, each sequence with its own.
import {
  add,
  castTo,
  type Dim,
  dimValue,
  gather,
  multiply,
  range,
  reshape,
  type Tensor,
  unsqueeze,
} from '../graph/index.ts';

/** Tokens at `ids` `[B, L]` of `x` `[B, T, D]`: `[B, L, D]`. One gather over all sequences, so its gradient is one scatter. */
export function tokensAt(x: Tensor, ids: Tensor): Tensor {
  const [batch, tokens, dim] = x.shape as [Dim, Dim, Dim];
  const start = multiply(range(batch), dimValue(tokens));
  const flat = reshape(x, [-1, dim]);
  return gather(flat, add(castTo(ids, 'int64'), unsqueeze(start, [1])));
}
