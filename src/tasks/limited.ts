// Training on fewer examples.
import { Random } from '../array/index.ts';

/** So many of the examples after a seeded shuffle; all of them, in their order, for 0. */
export function limited<T>(examples: readonly T[], limit: number, seed: number): readonly T[] {
  return limit === 0 ? examples : new Random({ seed, site: 'limit' }).shuffled(examples).slice(0, limit);
}
