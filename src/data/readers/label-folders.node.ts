// A folder for every label, files inside; above them folders for the parts, where there are any. Files are listed, not opened (of WebP
// files that may be frames of a clip, the first bytes are): memory grows with their number alone, by a few hundred bytes each.
import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, sep } from 'node:path';
import { DataError, type SenseDataset, type SenseExample, type SplitName } from '../dataset.ts';
import { type BrokenOptions, classNotes, inOrder } from '../originals.ts';
import { type CutItem, cutByKey, splitOf } from '../split.ts';
import { isClipFolder } from './clip-folders.node.ts';
import { atPlace, type FileKind } from './kinds.node.ts';

/** Names that folders of parts go by. */
const partNames: Readonly<Record<string, SplitName>> = {
  train: 'train',
  training: 'train',
  validation: 'validation',
  valid: 'validation',
  val: 'validation',
  dev: 'validation',
  test: 'test',
  testing: 'test',
};

/** Shares of a set without parts. */
const SHARES = { validation: 0.1, test: 0.2 };

/** `frame2` before `frame10`, the same on every machine. */
const natural = new Intl.Collator('en', { numeric: true }).compare;

interface Listing {
  /** Paths of files and of folders that are one original. */
  readonly paths: string[];
  /** How many files were passed over, by ending. */
  readonly passed: Map<string, number>;
  /** Links that lead back to a folder above them. */
  readonly loops: string[];
  /** Originals that lie where folders of labels are expected. */
  readonly beside: string[];
  /** What else people should know. */
  readonly more: string[];
}

const emptyListing = (): Listing => ({ paths: [], passed: new Map(), loops: [], beside: [], more: [] });

/** A path below a folder, the same on every machine. */
const below = (folder: string, path: string): string => relative(folder, path).split(sep).join('/');

const endingOf = (path: string): string => extname(path).toLowerCase();

/** What file managers leave behind, and what is hidden. */
const isHidden = (name: string): boolean => name.startsWith('.') || name === 'Thumbs.db' || name === '__MACOSX';

/** A folder, or a link to one. A link that leads nowhere is a file that cannot be read. */
async function isFolder(entry: Dirent, path: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return stat(path).then(
    (target) => target.isDirectory(),
    () => false,
  );
}

/** Where a path really leads. */
const placeOf = (path: string): Promise<string> => realpath(path).catch(() => path);

function passOver(path: string, { passed }: Listing): void {
  passed.set(endingOf(path), (passed.get(endingOf(path)) ?? 0) + 1);
}

/** @param above where the folders above really lie, this one included */
async function list(
  folder: string,
  kind: FileKind<unknown>,
  listing: Listing,
  above: readonly string[],
): Promise<Listing> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => natural(a.name, b.name))) {
    const path = join(folder, entry.name);
    if (isHidden(entry.name)) continue;
    if (await isFolder(entry, path)) {
      const place = entry.isSymbolicLink() ? await placeOf(path) : join(above.at(-1) as string, entry.name);
      if (above.includes(place)) listing.loops.push(path);
      else if (kind.folders && (await isClipFolder(path))) listing.paths.push(path);
      else await list(path, kind, listing, [...above, place]);
    } else if (kind.endings.includes(endingOf(path))) listing.paths.push(path);
    else passOver(path, listing);
  }
  return listing;
}

/** What was passed over and what else there is to know, for people. */
function notesOf({ passed, loops, beside, more }: Listing, { what }: FileKind<unknown>): string[] {
  const others = [...passed].sort().map(([ending, count]) => `${ending || 'no ending'} (${count})`);
  const shown = (paths: readonly string[]): string =>
    paths.length > 1 ? `${paths[0]}, … (${paths.length})` : `${paths[0]}`;
  return [
    ...more,
    ...(others.length > 0 ? [`passed over files that are no ${what} by their ending: ${others.join(', ')}`] : []),
    ...(beside.length > 0 ? [`passed over ${what} outside of the folders of labels: ${shown(beside)}`] : []),
    ...(loops.length > 0 ? [`passed over links that lead back to a folder above them: ${shown(loops)}`] : []),
  ];
}

/**
 * Paths of all originals of a kind below a folder, in the order of their names, `frame2` before `frame10`; not opened. A folder of still
 * pictures that is one clip, a file, and what does not exist are themselves. `notes` tell what was passed over.
 * @throws DataError for a folder without any
 */
export async function listOriginals(
  place: string,
  kind: FileKind<unknown>,
): Promise<{ readonly paths: readonly string[]; readonly isFolder: boolean; readonly notes: readonly string[] }> {
  const info = await stat(place).catch(() => undefined);
  if (!info?.isDirectory() || (kind.folders && (await isClipFolder(place))))
    return { paths: [place], isFolder: false, notes: [] };
  const listing = await list(place, kind, emptyListing(), [await placeOf(place)]);
  const notes = notesOf(listing, kind);
  if (listing.paths.length > 0) return { paths: listing.paths, isFolder: true, notes };
  throw new DataError(
    `data: expected ${kind.what} in the folder, got none${notes.map((note) => `; ${note}`)} (${place})`,
  );
}

/** Names of the folders in one, and paths of the files beside them. */
async function foldersOf(path: string): Promise<{ readonly names: string[]; readonly files: string[] }> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw new DataError(`data: expected a folder with a folder for every label, got ${error.code} (${path})`, {
      cause: error,
    });
  });
  const [names, files]: [string[], string[]] = [[], []];
  for (const entry of entries) {
    if (isHidden(entry.name)) continue;
    if (await isFolder(entry, join(path, entry.name))) names.push(entry.name);
    else files.push(join(path, entry.name));
  }
  return { names: names.sort(natural), files: files.sort(natural) };
}

/** Notes files where folders are expected. */
function noteBeside(files: readonly string[], kind: FileKind<unknown>, listing: Listing): void {
  for (const path of files) {
    if (kind.endings.includes(endingOf(path))) listing.beside.push(path);
    else passOver(path, listing);
  }
}

/** A folder with what is to be cut by us, or with one part. */
interface PartFolder {
  readonly folder: string;
  readonly part: SplitName | undefined;
}

/** Where originals lie: below the folder, or below folders of parts. */
async function partsOf(root: string, kind: FileKind<unknown>, listing: Listing): Promise<PartFolder[]> {
  const { names, files } = await foldersOf(root);
  const parts = names.map((name) => ({ folder: join(root, name), part: partNames[name.toLowerCase()] }));
  const isCut = parts.some(({ part }) => part === 'train') && parts.some(({ part }) => part && part !== 'train');
  if (!isCut) return [{ folder: root, part: undefined }];
  noteBeside(files, kind, listing);
  const odd = parts.find(({ part }) => part === undefined);
  if (odd) {
    throw new DataError(
      `data: expected folders train, validation, test, got ${basename(odd.folder)} beside them (${root})`,
    );
  }
  return parts;
}

/** The same for labels, which a lone folder `train` is none of: what is in it is cut as if it had been given itself. */
async function labelledPartsOf(root: string, kind: FileKind<unknown>, listing: Listing): Promise<PartFolder[]> {
  const { names, files } = await foldersOf(root);
  const [name = '', ...others] = names;
  const folder = join(root, name);
  const isAlone = partNames[name.toLowerCase()] === 'train' && others.length === 0;
  if (!isAlone || !(await holdsLabels(folder, kind))) return partsOf(root, kind, listing);
  noteBeside(files, kind, listing);
  listing.more.push(`no other part beside the folder ${name}: validation and test are cut from it`);
  return [{ folder, part: undefined }];
}

/** Whether there are folders in one that are no originals themselves. */
async function holdsLabels(folder: string, kind: FileKind<unknown>): Promise<boolean> {
  for (const name of (await foldersOf(folder)).names)
    if (!kind.folders || !(await isClipFolder(join(folder, name)))) return true;
  return false;
}

/** Data sets of the hub lie in folders of Parquet files, not of labels: what to say of a folder that holds such files. */
async function parquetError(folder: string, kind: FileKind<unknown>): Promise<DataError | undefined> {
  const parquet = { ...kind, endings: ['.parquet'], folders: false };
  const { paths } = await list(folder, parquet, emptyListing(), [await placeOf(folder)]);
  const [first] = paths;
  if (first === undefined) return undefined;
  const names = paths.slice(0, 3).map((path) => below(folder, path));
  const shown = [...names, ...(paths.length > names.length ? [`… (${paths.length})`] : [])].join(', ');
  const advice = kind.parquet
    ? `Give one of them, or their folder ${dirname(first)}: its parts are the files that begin train-, validation-, test-.`
    : `Parquet files are read as pictures only; give folders or a table of ${kind.what}.`;
  return new DataError(`data: expected ${kind.what} in every label folder, got ${shown} (${folder})\n${advice}`);
}

/** An original with where it stands in a set of one's own. */
export interface Row<T> extends CutItem {
  readonly example: SenseExample<T>;
}

interface Item<T> extends Row<T> {
  readonly path: string;
}

/** One line a file: path and size. Cheap for 100,000 files, and it changes when one is added, renamed or rewritten at another size. */
function listingChecksum(items: readonly Item<unknown>[], sizes: readonly (number | string)[]): string {
  const hash = createHash('sha256');
  for (const [i, { example }] of items.entries()) hash.update(`${example.id}\t${sizes[i]}\n`);
  return hash.digest('hex');
}

/**
 * Originals in a folder for every label (`cats/…`, `dogs/…`, any depth), cut by path; or the same below `train`, `validation`, `test`. What
 * lies below `train` alone is cut too. Hidden files are passed over, other endings counted in the notes. Empty files and empty label folders
 * are broken: fatal, or told to `onBroken`. `checksums` holds one of the list of paths and sizes, not of the contents.
 * @throws DataError for no labels, an empty label, a label that training lacks
 */
export function readLabelFolders<T>(
  root: string,
  kind: FileKind<T>,
  options: BrokenOptions = {},
): Promise<SenseDataset<T>> {
  return readFolders(root, kind, options, labelledPartsOf, async (folder, listing) => {
    const { names, files } = await foldersOf(folder);
    if (names.length === 0) {
      const none = new DataError(`data: expected a folder for every label, got none (${folder})`);
      throw (await parquetError(folder, kind)) ?? none;
    }
    noteBeside(files, kind, listing);
    return names.map((label) => ({ label, path: join(folder, label) }));
  });
}

/** The same without labels, at any depth: every original has the label ''. @throws DataError for a folder without any */
export function readPlainFolder<T>(
  root: string,
  kind: FileKind<T>,
  options: BrokenOptions = {},
): Promise<SenseDataset<T>> {
  return readFolders(root, kind, options, partsOf, async (folder) => [{ label: '', path: folder }]);
}

/** Folders of one part that hold originals, with what these are labelled; files beside them are noted. */
type Labelling = (
  folder: string,
  listing: Listing,
) => Promise<readonly { readonly label: string; readonly path: string }[]>;

async function readFolders<T>(
  root: string,
  kind: FileKind<T>,
  { onBroken }: BrokenOptions,
  parts: typeof partsOf,
  labelled: Labelling,
): Promise<SenseDataset<T>> {
  const broken = (path: string, error: DataError): void => {
    if (!onBroken) throw error;
    onBroken({ id: path, error });
  };
  const items: Item<T>[] = [];
  const all = emptyListing();
  for (const { folder, part } of await parts(root, kind, all)) {
    for (const { label, path: own } of await labelled(folder, all)) {
      const above = [await placeOf(folder), await placeOf(own)];
      const { paths } = await list(own, kind, { ...all, paths: [] }, above);
      if (paths.length === 0) {
        const none = new DataError(`data: expected ${kind.what} in every label folder, got none (${own})`);
        broken(own, (await parquetError(own, kind)) ?? none);
      }
      for (const path of paths) {
        const load = atPlace(path, () => kind.load(path));
        const id = below(root, path);
        const key = folder === root ? id : below(folder, path);
        items.push({ part, key, path, example: { id, label, load } });
      }
    }
  }
  const sizes = await inOrder(items, 32, async ({ path }) =>
    stat(path).then(
      ({ size }) => size,
      (error: NodeJS.ErrnoException) => error.code ?? error.message,
    ),
  );
  const whole = items.filter(({ path }, i) => {
    if (typeof sizes[i] === 'number' && sizes[i] > 0) return true;
    const got = sizes[i] === 0 ? '0 bytes' : sizes[i];
    broken(path, new DataError(`data: expected a file with something in it, got ${got} (${path})`));
    return false;
  });
  const notes = notesOf(all, kind);
  const labels = [...new Set(whole.map(({ example }) => example.label))].sort(natural);
  return finished(basename(root), labels, whole, { 'list of paths and sizes': listingChecksum(items, sizes) }, notes);
}

/** A dataset of what was read, cut where it is not; a part `validation` that is missing is cut from training. */
export function finished<T>(
  name: string,
  labels: readonly string[],
  rows: readonly Row<T>[],
  checksums: Readonly<Record<string, string>>,
  notes: readonly string[] = [],
): SenseDataset<T> {
  const cut = cutByKey(rows, SHARES);
  const examplesOf = (part: SplitName): SenseExample<T>[] => cut[part].map(({ example }) => example);
  const train = examplesOf('train');
  const given = examplesOf('validation');
  const own = given.length === 0;
  const taught = new Set<string>();
  const held = new Set(
    train.filter(({ id, label }) => {
      // the first of every label stays
      if (taught.size === taught.add(label).size) return splitOf(id, { ...SHARES, test: 0 }) === 'validation';
      return false;
    }),
  );
  const splits = {
    train: own ? train.filter((example) => !held.has(example)) : train,
    validation: own ? [...held] : given,
    test: examplesOf('test'),
  };
  const dataset = { name, labels, splits, checksums };
  return { ...dataset, notes: [...notes, ...classNotes(dataset)] };
}
