// A folder for every label, files inside; above them folders for the parts, where there are any. Files are listed, not opened: memory
// grows with their number alone, by a few hundred bytes each.
import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join, relative, sep } from 'node:path';
import { DataError, type SenseDataset, type SenseExample, type SplitName } from '../dataset.ts';
import { type BrokenOptions, classNotes, inOrder } from '../originals.ts';
import { splitBy, splitOf } from '../split.ts';
import { atPlace, type FileKind, pictureFiles } from './kinds.node.ts';

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

/** Shares of a set without parts; a file's part depends on its path below the folder alone. */
const SHARES = { validation: 0.1, test: 0.2 };

/** `frame2` before `frame10`, the same on every machine. */
const natural = new Intl.Collator('en', { numeric: true }).compare;

interface Listing {
  /** Paths of files and of folders that are one original. */
  readonly paths: string[];
  /** How many files were passed over, by ending. */
  readonly passed: Map<string, number>;
}

const endingOf = (path: string): string => extname(path).toLowerCase();

async function isClipFolder(path: string): Promise<boolean> {
  const inner = await readdir(path, { withFileTypes: true });
  return inner.length > 0 && inner.every((one) => one.isFile() && pictureFiles.endings.includes(endingOf(one.name)));
}

async function list(folder: string, kind: FileKind<unknown>, listing: Listing): Promise<Listing> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => natural(a.name, b.name))) {
    const path = join(folder, entry.name);
    // what file managers leave behind
    if (entry.name.startsWith('.') || entry.name === 'Thumbs.db' || entry.name === '__MACOSX') continue;
    if (entry.isDirectory() || (entry.isSymbolicLink() && (await stat(path)).isDirectory())) {
      if (kind.folders && (await isClipFolder(path))) listing.paths.push(path);
      else await list(path, kind, listing);
    } else if (kind.endings.includes(endingOf(path))) listing.paths.push(path);
    else listing.passed.set(endingOf(path), (listing.passed.get(endingOf(path)) ?? 0) + 1);
  }
  return listing;
}

/** How many files were passed over, for people. */
function passedNotes({ passed }: Pick<Listing, 'passed'>, { what }: FileKind<unknown>): string[] {
  const others = [...passed].sort().map(([ending, count]) => `${ending || 'no ending'} (${count})`);
  return others.length > 0 ? [`passed over files that are no ${what} by their ending: ${others.join(', ')}`] : [];
}

/**
 * Paths of all originals of a kind below a folder, in the order of their names, `frame2` before `frame10`; not opened. A folder of pictures
 * that is one clip, a file, and what does not exist are themselves. `notes` tell what was passed over.
 * @throws DataError for a folder without any
 */
export async function listOriginals(
  place: string,
  kind: FileKind<unknown>,
): Promise<{ readonly paths: readonly string[]; readonly isFolder: boolean; readonly notes: readonly string[] }> {
  const info = await stat(place).catch(() => undefined);
  if (!info?.isDirectory() || (kind.folders && (await isClipFolder(place))))
    return { paths: [place], isFolder: false, notes: [] };
  const listing = await list(place, kind, { paths: [], passed: new Map() });
  const notes = passedNotes(listing, kind);
  if (listing.paths.length > 0) return { paths: listing.paths, isFolder: true, notes };
  throw new DataError(
    `data: expected ${kind.what} in the folder, got none${notes.map((note) => `; ${note}`)} (${place})`,
  );
}

async function foldersOf(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw new DataError(`data: expected a folder with a folder for every label, got ${error.code} (${path})`, {
      cause: error,
    });
  });
  const names: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith('.') || entry.name === '__MACOSX') continue;
    if (entry.isDirectory() || (entry.isSymbolicLink() && (await stat(join(path, entry.name))).isDirectory()))
      names.push(entry.name);
  }
  return names.sort(natural);
}

/** Where labels lie: below the folder, or below folders of parts. */
async function partsOf(root: string): Promise<{ folder: string; part: SplitName | undefined }[]> {
  const names = await foldersOf(root);
  const parts = names.map((name) => ({ folder: join(root, name), part: partNames[name.toLowerCase()] }));
  const isCut = parts.some(({ part }) => part === 'train') && parts.some(({ part }) => part && part !== 'train');
  if (!isCut) return [{ folder: root, part: undefined }];
  const odd = parts.find(({ part }) => part === undefined);
  if (odd) {
    throw new DataError(
      `data: expected folders train, validation, test, got ${basename(odd.folder)} beside them (${root})`,
    );
  }
  return parts;
}

interface Item<T> extends SenseExample<T> {
  readonly part: SplitName | undefined;
  readonly path: string;
}

/** One line a file: path and size. Cheap for 100,000 files, and it changes when one is added, renamed or rewritten at another size. */
function listingChecksum(items: readonly Item<unknown>[], sizes: readonly number[]): string {
  const hash = createHash('sha256');
  for (const [i, { id }] of items.entries()) hash.update(`${id}\t${sizes[i]}\n`);
  return hash.digest('hex');
}

/**
 * Originals in a folder for every label (`cats/…`, `dogs/…`, any depth), cut by path; or the same below `train`, `validation`, `test`. Hidden
 * files are passed over, other endings counted in the notes. Empty files and empty label folders are broken: fatal, or told to `onBroken`.
 * `checksums` holds one of the list of paths and sizes, not of the contents.
 * @throws DataError for no labels, an empty label, a label that training lacks
 */
export function readLabelFolders<T>(
  root: string,
  kind: FileKind<T>,
  options: BrokenOptions = {},
): Promise<SenseDataset<T>> {
  return readFolders(root, kind, options, async (folder) => {
    const labels = await foldersOf(folder);
    if (labels.length === 0) throw new DataError(`data: expected a folder for every label, got none (${folder})`);
    return labels.map((label) => ({ label, path: join(folder, label) }));
  });
}

/** The same without labels, at any depth: every original has the label ''. @throws DataError for a folder without any */
export function readPlainFolder<T>(
  root: string,
  kind: FileKind<T>,
  options: BrokenOptions = {},
): Promise<SenseDataset<T>> {
  return readFolders(root, kind, options, async (folder) => [{ label: '', path: folder }]);
}

/** Folders of one part that hold originals, with what these are labelled. */
type Labelling = (folder: string) => Promise<readonly { readonly label: string; readonly path: string }[]>;

async function readFolders<T>(
  root: string,
  kind: FileKind<T>,
  { onBroken }: BrokenOptions,
  labelled: Labelling,
): Promise<SenseDataset<T>> {
  const broken = (path: string, message: string): void => {
    const error = new DataError(`data: ${message} (${path})`);
    if (!onBroken) throw error;
    onBroken({ id: path, error });
  };
  const items: Item<T>[] = [];
  const passed = new Map<string, number>();
  for (const { folder, part } of await partsOf(root)) {
    for (const { label, path: own } of await labelled(folder)) {
      const { paths } = await list(own, kind, { paths: [], passed });
      if (paths.length === 0) broken(own, `expected ${kind.what} in every label folder, got none`);
      for (const path of paths) {
        const id = relative(root, path).split(sep).join('/');
        items.push({ id, label, part, path, load: atPlace(path, () => kind.load(path)) });
      }
    }
  }
  const sizes = await inOrder(items, 32, async ({ path }) => (await stat(path)).size);
  const whole = items.filter(({ path }, i) => {
    if (sizes[i] !== 0) return true;
    broken(path, 'expected a file with something in it, got 0 bytes');
    return false;
  });
  const notes = passedNotes({ passed }, kind);
  const labels = [...new Set(whole.map(({ label }) => label))].sort(natural);
  const splits = splitBy(
    whole.map(({ id, label, part, load }) => ({ part, example: { id, label, load } })),
    ({ part, example }) => part ?? splitOf(example.id, SHARES),
  );
  return finished(basename(root), labels, splits, { 'list of paths and sizes': listingChecksum(items, sizes) }, notes);
}

/** A dataset of what was read; a part `validation` that is missing is cut from training. */
export function finished<T>(
  name: string,
  labels: readonly string[],
  cut: Readonly<Record<SplitName, readonly { readonly example: SenseExample<T> }[]>>,
  checksums: Readonly<Record<string, string>>,
  notes: readonly string[] = [],
): SenseDataset<T> {
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
