// How far a head looks (Dosovitskiy et al. 2021, Figure 7): the distance between the middles of tokens, weighted by attention.
import type { NdArray } from '../../array/index.ts';
import { centerOf, distanceOf, type TokenPlaces } from './places.ts';

/**
 * Mean distance `[layer][head]` in the units of the places (pixels, letters, …): mean over tokens i of Σ_j α_ij · |middle_i − middle_j|.
 * Special tokens are cut from both sides, as published; the rest of a row then sums to less than 1. `renormalise` divides by that sum.
 * @param attentions `[H, T, T]` a layer
 */
export function attentionDistance(
  attentions: readonly NdArray<'float32'>[],
  places: TokenPlaces,
  { renormalise = false }: { readonly renormalise?: boolean } = {},
): number[][] {
  const kept = places.flatMap((place, t) => (place ? [{ t, center: centerOf(place) }] : []));
  const distances = kept.map((a) => kept.map((b) => distanceOf(a.center, b.center)));
  return attentions.map(({ shape, data }) => {
    const [heads = 0, tokens = 0] = shape;
    if (tokens !== places.length)
      throw new RangeError(`attentionDistance: expected a place for each of ${tokens} tokens, got ${places.length}`);
    return Array.from({ length: heads }, (_, h) => {
      let total = 0;
      kept.forEach((from, i) => {
        const row = (h * tokens + from.t) * tokens;
        let [way, mass] = [0, 0];
        kept.forEach((to, j) => {
          const weight = data[row + to.t] as number;
          way += weight * (distances[i]?.[j] as number);
          mass += weight;
        });
        total += renormalise ? way / mass : way;
      });
      return total / kept.length;
    });
  });
}
