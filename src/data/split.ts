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

/** What a set of one's own is cut by. */
export interface CutItem {
  /** The part that its maker put it into; `undefined` where the cut is ours. */
  readonly part: SplitName | undefined;
  /** What our cut depends on. */
  readonly key: string;
  readonly example: { readonly label: string };
}

/**
 * Items by split: where their maker put them, else by `splitOf`. A label that training has nothing of keeps there what lies nearest: the
 * items of its largest place, ours to cut. Neither their order matters nor how many there are.
 */
export function cutByKey<T extends CutItem>(
  items: readonly T[],
  shares: { readonly validation: number; readonly test: number },
): Record<SplitName, T[]> {
  const places = items.map(({ part, key }) => part ?? splitOf(key, shares));
  const taught = new Set(items.filter((_, i) => places[i] === 'train').map(({ example }) => example.label));
  const nearest = new Map<string, string>();
  for (const { part, key, example } of items) {
    if (part !== undefined || taught.has(example.label)) continue;
    const before = nearest.get(example.label);
    if (before === undefined || isNearer(key, before)) nearest.set(example.label, key);
  }
  // equal keys stay together, whatever their labels
  const kept = new Set(nearest.values());
  const splits: Record<SplitName, T[]> = { train: [], validation: [], test: [] };
  for (const [i, item] of items.entries()) {
    const isKept = item.part === undefined && kept.has(item.key);
    splits[isKept ? 'train' : (places[i] as SplitName)].push(item);
  }
  return splits;
}

/** Whether a key lies nearer to training than another; of equal places the later key does. */
function isNearer(key: string, other: string): boolean {
  const [place, before] = [placeOf(key), placeOf(other)];
  return place > before || (place === before && key > other);
}
