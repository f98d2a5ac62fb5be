// A data set as its recipe wants broken originals treated: the first one ends the run, or all of them are left out and told.
import {
  type BrokenOptions,
  type BrokenOriginal,
  brokenNote,
  DataError,
  type SenseDataset,
  type SenseExample,
  screenDataset,
} from '../../data/index.ts';
import type { DataRecipe } from '../recipe.ts';
import type { Reader } from './modality.ts';
import { readExample } from './read-example.ts';

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

type Examples<T> = readonly SenseExample<T>[];

/** A set whose examples are others, part by part. */
function changed<A, B>(dataset: SenseDataset<A>, change: (examples: Examples<A>) => Examples<B>): SenseDataset<B> {
  const { splits, moreTests } = dataset;
  const { train, validation, test } = splits;
  const more = Object.entries(moreTests ?? {}).map(([name, examples]) => [name, change(examples)]);
  return {
    ...dataset,
    splits: { train: change(train), validation: change(validation), test: change(test) },
    ...(moreTests ? { moreTests: Object.fromEntries(more) } : {}),
  } as SenseDataset<B>;
}

function without<T>(dataset: SenseDataset<T>, leftOut: readonly string[]): SenseDataset<T> {
  const out = new Set(leftOut);
  return changed(dataset, (examples) => examples.filter(({ id }) => !out.has(id)));
}

/**
 * Loads a set. Broken originals of `skip` are told one by one, and their number in the notes of the set; with `read` also those that load,
 * but cannot be read as the model needs them.
 * @throws DataError for the first broken one of `fail`, for a label that loses all of its training examples, for another word
 */
export async function wholeDataset<T>(
  load: (options: BrokenOptions) => Promise<SenseDataset<T>>,
  { broken = 'fail' }: Pick<OriginalsRecipe, 'broken'>,
  note: (message: string) => void,
  read?: Reader<T>,
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
  const tried = changed<T, unknown>(listed, (examples) =>
    read ? examples.map((one) => ({ ...one, load: () => readExample(one, read) })) : examples,
  );
  const { notes = [] } = await screenDataset(tried, { onBroken });
  const others = notes.filter((one) => one !== brokenNote(leftOut.length - before));
  return {
    dataset: {
      ...without(listed, leftOut),
      notes: [...others, ...(leftOut.length > 0 ? [brokenNote(leftOut.length)] : [])],
    },
    leftOut,
  };
}

/** The same set again, where what is broken was told before: nothing is read. */
export async function wholeAgain<T>(
  load: (options: BrokenOptions) => Promise<SenseDataset<T>>,
  leftOut: readonly string[],
): Promise<SenseDataset<T>> {
  if (leftOut.length === 0) return load({});
  return without(await load({ onBroken: () => undefined }), leftOut);
}
