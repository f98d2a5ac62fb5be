// Loading originals with care: a broken one ends everything, or is left out and told. Never silently.
import { DataError, type SenseDataset, type SenseExample, type SplitName } from './dataset.ts';

/** An example whose original cannot be read. */
export interface BrokenOriginal {
  /** The example's id, or the file's path where there is no example yet. */
  readonly id: string;
  /** What is wrong, with the file. */
  readonly error: Error;
}

/** What to do with broken originals. */
export interface BrokenOptions {
  /** Is told of every broken original, which is then left out. Without it the first one is thrown. */
  readonly onBroken?: (broken: BrokenOriginal) => void;
}

/** Options of `loadOriginals`. */
export interface LoadingOptions extends BrokenOptions {
  /** Originals in memory that are not decoded yet, at most; 8 when left out. */
  readonly atOnce?: number;
}

/** An example with its original. */
export interface Loaded<T> {
  readonly example: SenseExample<T>;
  readonly original: T;
}

/** How many originals were left out, for people. */
export const brokenNote = (count: number): string => `left out ${count} broken originals`;

/** Runs `work` over items, `atOnce` at a time; results in the order of the items. The first error stops what has not begun. */
export async function inOrder<A, B>(
  items: readonly A[],
  atOnce: number,
  work: (item: A, index: number) => Promise<B>,
): Promise<B[]> {
  const results = new Array<B>(items.length);
  let next = 0;
  let failed = false;
  const lane = async (): Promise<void> => {
    for (let i = next++; i < items.length && !failed; i = next++) {
      try {
        results[i] = await work(items[i] as A, i);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, lane));
  return results;
}

/** The original, or undefined after telling `onBroken`. */
async function attempt<T>(example: SenseExample<T>, { onBroken }: BrokenOptions): Promise<Loaded<T> | undefined> {
  try {
    return { example, original: await example.load() };
  } catch (error) {
    if (!onBroken) throw error;
    onBroken({ id: example.id, error: error as Error });
    return undefined;
  }
}

/**
 * The originals of some examples, in their order: what a batch is made of. Which are left out depends on the files alone, so equal
 * batches come out equal again.
 * @throws DataError for the first broken one when there is no `onBroken`, and when all are broken
 */
export async function loadOriginals<T>(
  examples: readonly SenseExample<T>[],
  options: LoadingOptions = {},
): Promise<Loaded<T>[]> {
  const loaded = await inOrder(examples, options.atOnce ?? 8, (example) => attempt(example, options));
  const whole = loaded.filter((one): one is Loaded<T> => one !== undefined);
  if (whole.length === 0 && examples.length > 0) {
    const ids = examples.slice(0, 3).map(({ id }) => id);
    throw new DataError(
      `loadOriginals: expected one of ${examples.length} originals to be whole, got none (${ids}, …)`,
    );
  }
  return whole;
}

/**
 * Reads every original once and gives the dataset without the broken ones; each is told to `onBroken` and counted in the notes. One
 * original is in memory at a time and lane. Without `onBroken` the first broken one is thrown.
 * @throws DataError when a label of the training part has nothing left
 */
export async function screenDataset<T>(
  dataset: SenseDataset<T>,
  options: LoadingOptions = {},
): Promise<SenseDataset<T>> {
  let broken = 0;
  const screened = async (examples: readonly SenseExample<T>[]): Promise<readonly SenseExample<T>[]> => {
    // only whether it loads is kept, never the original
    const whole = await inOrder(
      examples,
      options.atOnce ?? 8,
      async (one) => (await attempt(one, options)) !== undefined,
    );
    const kept = examples.filter((_, i) => whole[i]);
    broken += examples.length - kept.length;
    return kept;
  };
  const entries: [string, readonly SenseExample<T>[]][] = [];
  for (const [name, examples] of Object.entries(dataset.splits)) entries.push([name, await screened(examples)]);
  const more: [string, readonly SenseExample<T>[]][] = [];
  for (const [name, examples] of Object.entries(dataset.moreTests ?? {})) more.push([name, await screened(examples)]);
  const result: SenseDataset<T> = {
    ...dataset,
    splits: Object.fromEntries(entries) as unknown as SenseDataset<T>['splits'],
    ...(dataset.moreTests ? { moreTests: Object.fromEntries(more) } : {}),
  };
  const notes = [...(dataset.notes ?? []), ...(broken > 0 ? [brokenNote(broken)] : [])];
  return { ...result, notes: [...new Set([...notes, ...classNotes(result)])] };
}

/**
 * Looks for labels that a part has nothing of.
 * @returns one note for each part that lacks some: their scores say nothing about those labels
 * @throws DataError when training has nothing of a label, or when a part is empty
 */
export function classNotes({
  name,
  labels,
  splits,
}: Pick<SenseDataset<unknown>, 'name' | 'labels' | 'splits'>): string[] {
  return (Object.entries(splits) as [SplitName, readonly SenseExample<unknown>[]][]).flatMap(([part, examples]) => {
    const present = new Set(examples.map(({ label }) => label));
    const missing = labels.filter((label) => !present.has(label));
    if (missing.length === 0) return [];
    const some = missing.slice(0, 10).join(', ') + (missing.length > 10 ? `, … (${missing.length} in all)` : '');
    if (part === 'train') {
      throw new DataError(
        `data: expected examples of every label in the training part, got none of ${some} (${name})\n` +
          'Add examples, or take the label out of the other parts.',
      );
    }
    return [`the ${part} part has nothing of ${some}`];
  });
}

/** `count` examples of every label, or all where there are fewer, in the order given: for fine-tuning with few labels. */
export function fewOfEach<T>(examples: readonly SenseExample<T>[], count: number): SenseExample<T>[] {
  const taken = new Map<string, number>();
  return examples.filter(({ label }) => {
    const before = taken.get(label) ?? 0;
    taken.set(label, before + 1);
    return before < count;
  });
}
