// Finding the files of a data set: in the folders of TESSERAE_DATA, in the cache, on the network.
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { hubSettings } from '../checkpoints/index.node.ts';
import type { DataAccess } from './access.ts';
import { catalogue } from './catalogue/catalogue.ts';
import type { CatalogueEntry, CatalogueFile } from './catalogue/entry.ts';
import { DataError } from './dataset.ts';
import { fetchDataset } from './fetch.node.ts';
import { locateFile, readBytes } from './files.node.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Folders of `TESSERAE_DATA`. */
export function dataFolders(environment: Environment): string[] {
  return (environment.TESSERAE_DATA ?? '').split(delimiter).filter(Boolean);
}

/** The folder of fetched data sets. */
export function dataCache(environment: Environment): string {
  const home = environment.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(environment.TESSERAE_CACHE || join(home, 'tesserae'), 'data');
}

const cacheOf = (access: DataAccess): string =>
  access.cacheDir === undefined ? dataCache(process.env) : join(access.cacheDir, 'data');

const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() ?? false;

/** The folder of a data set in any of `folders`, directly or one level down, else in the cache; undefined when it is nowhere. */
export async function findDataset(
  id: string,
  folders: readonly string[],
  access: DataAccess = {},
): Promise<string | undefined> {
  for (const folder of folders) {
    const inner = await readdir(folder).catch((): string[] => []);
    for (const candidate of [join(folder, id), ...inner.map((name) => join(folder, name, id))])
      if (await isFolder(candidate)) return candidate;
  }
  const cached = join(cacheOf(access), id);
  return (await isFolder(cached)) ? cached : undefined;
}

/** A data set's catalogue entry. @throws DataError listing the ids there are */
export function catalogueEntry(id: string): CatalogueEntry {
  const entry = Object.hasOwn(catalogue, id) ? catalogue[id] : undefined;
  if (!entry) throw new DataError(`data: expected one of ${Object.keys(catalogue).join(', ')}, got '${id}'`);
  return entry;
}

/**
 * A data set's folder: found, or fetched into the cache with checksums verified.
 * @throws DataError saying where to get it and where to put it
 */
export async function requireDataset(id: string, folders: readonly string[], access: DataAccess = {}): Promise<string> {
  const entry = catalogueEntry(id);
  if (entry.files.length === 0)
    throw new DataError(`data: expected a data set with files, got '${id}', which comes with ${entry.source}`);
  const found = await findDataset(id, folders, access);
  if (found) return found;
  const offline = access.offline ?? hubSettings(process.env).offline;
  const canFetch = entry.files.every((file) => file.url !== undefined);
  if (canFetch && !offline) return fetchDataset(join(cacheOf(access), id), entry, access);
  const looked = folders.length > 0 ? folders.join(', ') : 'TESSERAE_DATA is not set';
  const advice = canFetch
    ? `Run once without --offline: tesserae data fetch ${id}`
    : `Get ${entry.files.map((file) => file.path).join(', ')} from ${entry.source}. ${entry.how ?? ''}\nPut them into a folder ${id}, and set TESSERAE_DATA to the folder above it.`;
  throw new DataError(
    `data: expected the data set '${id}', found it nowhere (${looked}; ${cacheOf(access)})\n${advice}`,
  );
}

/** One file of a data set as it lies on this machine. */
export interface VerifiedFile extends CatalogueFile {
  /** Where it lies; undefined when it is missing. */
  readonly location: string | undefined;
  /** Whether its content is the catalogue's. */
  readonly matches: boolean;
}

/** Compares a data set's files with the catalogue. */
export async function verifyDataset(id: string, dir: string): Promise<VerifiedFile[]> {
  return Promise.all(
    catalogueEntry(id).files.map(async (file): Promise<VerifiedFile> => {
      const location = await locateFile(dir, file.path);
      if (location === undefined) return { ...file, location, matches: false };
      // what is an archive at its source is compared as it is stored
      const bytes = location === join(dir, file.path) ? await readFile(location) : await readBytes(location);
      return { ...file, location, matches: createHash('sha256').update(bytes).digest('hex') === file.sha256 };
    }),
  );
}
