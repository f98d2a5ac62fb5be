// Splits that depend on keys alone: not on the order of records, not on how many there are.
import { siteHash } from '../array/index.ts';
import type { SplitName } from './dataset.ts';

/** Where a key lies in [0, 1): spread evenly over keys, the same for equal keys. */
export function placeOf(key: string, seed = 0): number {
  // FNV's high bits mix poorly for short keys; a multiplication spreads them
  return (Math.imul(siteHash(`${seed}/${key}`), 0x9e3779b1) >>> 0) / 2 ** 32;
}

/** The split of a key: equal keys go together. Shares are of the keys, `validation` and `test` in [0, 1). */
export function splitOf(
  key: string,
  shares: { readonly validation: number; readonly test: number },
  seed = 0,
): SplitName {
  const place = placeOf(key, seed);
  if (place < shares.test) return 'test';
  return place < shares.test + shares.validation ? 'validation' : 'train';
}

/** Items by split. */
export function splitBy<T>(items: readonly T[], nameOf: (item: T) => SplitName): Record<SplitName, T[]> {
  const splits: Record<SplitName, T[]> = { train: [], validation: [], test: [] };
  for (const item of items) splits[nameOf(item)].push(item);
  return splits;
}
