// Deletion and insertion (Petsiuk et al. 2018): take the tokens away, or add them to a blank input, the most relevant first, and watch the
// class's probability. A good map makes it fall early, or rise early; random orders and "the middle first" say what early means.
import { Random } from '../../array/index.ts';
import type { Relevance } from './capture.ts';
import { centerOf, distanceOf, type TokenPlaces } from './places.ts';

/** A curve: the class's probability at each share of tokens deleted or inserted, and the area under it. */
export interface Curve {
  /** Rising from 0 to 1. */
  readonly shares: readonly number[];
  readonly scores: readonly number[];
  /** In [0, 1]; deletion: less is better, insertion: more is better. */
  readonly area: number;
}

export type Direction = 'deletion' | 'insertion';

/** Tokens that have a place, the most relevant first; of equal ones the first. */
export function orderOf(relevance: ArrayLike<number>, places: TokenPlaces): number[] {
  return places
    .flatMap((place, t) => (place ? [t] : []))
    .sort((a, b) => (relevance[b] as number) - (relevance[a] as number) || a - b);
}

/**
 * About 0, 1/steps, … 1, each a share of whole tokens; never more steps than tokens. With every share its rest to 1 is there too, so that an
 * order read backwards stops at the same tokens; an odd number of tokens has no middle, and then an odd number of steps.
 */
export function sharesOf(count: number, steps: number): number[] {
  const most = Math.min(steps, count);
  const pieces = count % 2 === 1 && most % 2 === 0 ? most - 1 : most;
  const upTo = (i: number): number => Math.round((i * count) / pieces);
  return Array.from({ length: pieces + 1 }, (_, i) => (2 * i <= pieces ? upTo(i) : count - upTo(pieces - i)) / count);
}

/** Which tokens are shown, 1 or 0 `[T]`, at each share. Tokens without a place are always shown. */
export function shownAt(
  order: readonly number[],
  tokens: number,
  shares: readonly number[],
  way: Direction,
): Float32Array[] {
  const [before, after] = way === 'deletion' ? [1, 0] : [0, 1];
  return shares.map((share) => {
    const shown = new Float32Array(tokens).fill(1);
    for (const t of order) shown[t] = before;
    for (const t of order.slice(0, Math.round(share * order.length))) shown[t] = after;
    return shown;
  });
}

/** Trapezoids. */
export function curveOf(shares: readonly number[], scores: readonly number[]): Curve {
  let area = 0;
  for (let i = 1; i < shares.length; i++)
    area +=
      (((scores[i] as number) + (scores[i - 1] as number)) / 2) * ((shares[i] as number) - (shares[i - 1] as number));
  return { shares, scores, area };
}

/** Relevance that knows nothing: a random order of `seed`. */
export function randomRelevance(tokens: number, seed: number): Relevance {
  const random = new Random({ seed, site: 'explain.random' });
  return Float64Array.from({ length: tokens }, () => random.uniform());
}

/** Relevance that only knows how pictures are taken: the nearer the middle, the more. */
export function centerRelevance(places: TokenPlaces): Relevance {
  const centers = places.map((place) => place && centerOf(place));
  const known = centers.filter((center) => center !== undefined);
  const middle = (known[0] ?? []).map((_, axis) => {
    const values = known.map((center) => center[axis] as number);
    return (Math.min(...values) + Math.max(...values)) / 2;
  });
  return Float64Array.from(centers, (center) => (center ? -distanceOf(center, middle) : Number.NEGATIVE_INFINITY));
}
