// Learned positions of a grid of patches, made for one size and used at another: bicubic with a = −0.75 and no antialias, which is
// what torch.nn.functional.interpolate does and the published vision Transformers were fine-tuned with.
import { concat, reshape, resize, split, type Tensor, transpose } from '../../graph/index.ts';
import type { Pair } from '../patch-embedding.ts';

/**
 * The table `[1, special + rows · columns, D]` for another grid; the first `special` rows (class token, …) stay as they are.
 * `resizePositions(table, { special: 1, from: [14, 14], to: [24, 20] }) → [1, 481, D]`
 */
export function resizePositions(
  table: Tensor,
  { special, from, to }: { readonly special: number; readonly from: Pair; readonly to: Pair },
): Tensor {
  if (from.join() === to.join()) return table;
  const dim = table.shape[2] as number;
  const [kept, places] = split(table, [special, from[0] * from[1]], 1) as [Tensor, Tensor];
  const grid = transpose(reshape(places, [1, ...from, dim]), [0, 3, 1, 2]);
  const resized = reshape(transpose(resize(grid, to, 'bicubic'), [0, 2, 3, 1]), [1, to[0] * to[1], dim]);
  return special > 0 ? concat([kept, resized], 1) : resized;
}
