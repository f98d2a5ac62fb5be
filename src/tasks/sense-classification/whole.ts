// A data set as its recipe wants broken originals treated: the first one ends the run, or all of them are left out and told.
import {
  type BrokenOptions,
  type BrokenOriginal,
  brokenNote,
  DataError,
  type SenseDataset,
  screenDataset,
} from '../../data/index.ts';
import type { DataRecipe } from '../recipe.ts';

/** Data whose originals can be broken. */
export interface OriginalsRecipe extends DataRecipe {
  /** `fail` (default): a broken original ends the run, with its path. `skip`: all are read once before, the broken ones told and left out. */
  readonly broken?: 'skip' | 'fail';
}

/** A set without its broken originals. */
export interface WholeDataset<T> {
  readonly dataset: SenseDataset<T>;
  /** Ids of the examples that were left out. */
  readonly leftOut: readonly string[];
}

/**
 * Loads a set. Broken originals of `skip` are told one by one, and their number in the notes of the set.
 * @throws DataError for the first broken one of `fail`, for a label that loses all of its training examples, for another word
 */
export async function wholeDataset<T>(
  load: (options: BrokenOptions) => Promise<SenseDataset<T>>,
  { broken = 'fail' }: Pick<OriginalsRecipe, 'broken'>,
  note: (message: string) => void,
): Promise<WholeDataset<T>> {
  if (broken === 'fail') return { dataset: await load({}), leftOut: [] };
  if (broken !== 'skip') throw new DataError(`data.broken: expected skip or fail, got ${JSON.stringify(broken)}`);
  const leftOut: string[] = [];
  const onBroken = ({ id, error }: BrokenOriginal): void => {
    leftOut.push(id);
    note(`left out: ${error.message}`);
  };
  const listed = await load({ onBroken });
  const before = leftOut.length;
  const { notes = [], ...dataset } = await screenDataset(listed, { onBroken });
  const others = notes.filter((one) => one !== brokenNote(leftOut.length - before));
  return {
    dataset: { ...dataset, notes: [...others, ...(leftOut.length > 0 ? [brokenNote(leftOut.length)] : [])] },
    leftOut,
  };
}

/** The same set again, where what is broken was told before: nothing is read. */
export async function wholeAgain<T>(
  load: (options: BrokenOptions) => Promise<SenseDataset<T>>,
  leftOut: readonly string[],
): Promise<SenseDataset<T>> {
  if (leftOut.length === 0) return load({});
  const out = new Set(leftOut);
  const dataset = await load({ onBroken: () => undefined });
  const { train, validation, test } = dataset.splits;
  const kept = <E extends { readonly id: string }>(some: readonly E[]): readonly E[] =>
    some.filter(({ id }) => !out.has(id));
  return { ...dataset, splits: { train: kept(train), validation: kept(validation), test: kept(test) } };
}
