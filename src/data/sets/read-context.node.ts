// What readers of data sets get, and how they ask for files and options.
import type { DataAccess } from '../access.ts';
import { DataError } from '../dataset.ts';
import { DataFolder } from '../files.node.ts';
import { requireDataset } from '../find.node.ts';

/** What a reader gets. */
export interface ReadContext {
  readonly folders: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly access: DataAccess;
}

/** Opens a data set's folder, fetching it when need be. @throws DataError */
export async function openSet(id: string, { folders, access }: ReadContext): Promise<DataFolder> {
  return new DataFolder(await requireDataset(id, folders, access));
}

/** One of several words; the first is the default. @throws DataError listing them */
export function choice<T extends string>(id: string, { options }: ReadContext, name: string, words: readonly T[]): T {
  const value = options[name] ?? words[0];
  const found = words.find((word) => word === value);
  if (found === undefined)
    throw new DataError(`${id}: expected ${name} among ${words.join(', ')}, got ${JSON.stringify(value)}`);
  return found;
}

/** A list of words of a set. @throws DataError listing them */
export function choices<T extends string>(
  id: string,
  { options }: ReadContext,
  name: string,
  words: { readonly known: readonly T[]; readonly initial: readonly T[] },
): T[] {
  const value = options[name] ?? words.initial;
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.map((one) => {
    const found = words.known.find((word) => word === one);
    if (found === undefined)
      throw new DataError(`${id}: expected ${name} among ${words.known.join(', ')}, got ${JSON.stringify(one)}`);
    return found;
  });
}

/** A whole number of a set. @throws DataError with its range */
export function wholeNumber(
  id: string,
  { options }: ReadContext,
  name: string,
  range: { readonly initial: number; readonly low: number; readonly high: number },
): number {
  const value = options[name] ?? range.initial;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= range.low && value <= range.high)
    return value;
  throw new DataError(
    `${id}: expected ${name} as a whole number from ${range.low} to ${range.high}, got ${JSON.stringify(value)}`,
  );
}
