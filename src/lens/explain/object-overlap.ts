// A map against a known object, for synthetic originals whose object's place is known exactly.
import { orderOf } from './curves.ts';
import type { TokenPlaces } from './places.ts';

/** How a map meets an object. */
export interface Overlap {
  /** Whether the most relevant token lies on the object (pointing game, Zhang et al. 2018). */
  readonly hit: boolean;
  /** Intersection over union of the object and as many of the most relevant tokens as it covers. */
  readonly iou: number;
  /** Both for a random order, on average: the object's share of tokens, and the mean IoU of equally many tokens drawn at random. */
  readonly chance: { readonly hit: number; readonly iou: number };
}

/** Tokens of which at least `least` lies on the mask `[H, W]` (not 0). */
export function tokensOn(mask: ArrayLike<number>, width: number, places: TokenPlaces, least = 0.5): boolean[] {
  return places.map((place) => {
    if (place?.kind !== 'box') return false;
    let covered = 0;
    for (let y = place.top; y < place.top + place.height; y++)
      for (let x = place.left; x < place.left + place.width; x++) covered += mask[y * width + x] ? 1 : 0;
    return covered >= least * place.height * place.width;
  });
}

/** @param object which tokens lie on the object @throws RangeError when none or all do */
export function objectOverlap(relevance: ArrayLike<number>, object: readonly boolean[], places: TokenPlaces): Overlap {
  const order = orderOf(relevance, places);
  const size = order.filter((t) => object[t]).length;
  if (size === 0 || size === order.length)
    throw new RangeError(`objectOverlap: expected an object on some of ${order.length} tokens, got ${size}`);
  const shared = order.slice(0, size).filter((t) => object[t]).length;
  return {
    hit: object[order[0] as number] === true,
    iou: shared / (2 * size - shared),
    chance: { hit: size / order.length, iou: chanceIou(size, order.length) },
  };
}

/** Σ_k P(k shared) · k / (2s − k), hypergeometric: s tokens drawn without return out of n, s of them on the object. */
function chanceIou(size: number, count: number): number {
  const logs = [0];
  for (let n = 1; n <= count; n++) logs.push((logs[n - 1] as number) + Math.log(n));
  const choose = (n: number, k: number): number =>
    k < 0 || k > n ? Number.NEGATIVE_INFINITY : (logs[n] as number) - (logs[k] as number) - (logs[n - k] as number);
  let mean = 0;
  for (let k = 0; k <= size; k++) {
    const log = choose(size, k) + choose(count - size, size - k) - choose(count, size);
    mean += (Math.exp(log) * k) / (2 * size - k);
  }
  return mean;
}
