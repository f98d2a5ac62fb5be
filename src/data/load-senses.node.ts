// Labelled pictures, sounds, clips and sequences: by catalogue id, or from files and folders of one's own.
import { readdir, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Clip, Picture, Sound } from '../tokens/index.ts';
import { type AnyDataset, DataError, type SenseDataset } from './dataset.ts';
import type { LoadOptions } from './load.node.ts';
import type { BrokenOptions } from './originals.ts';
import { clipFiles, type FileKind, pictureFiles, soundFiles } from './readers/kinds.node.ts';
import { readLabelFolders, readPlainFolder } from './readers/label-folders.node.ts';
import { readFastaFolder, readLabelledFasta, readSequenceTable } from './readers/labelled-fasta.node.ts';
import { readPathTable } from './readers/path-table.node.ts';
import { isParquet, type ParquetColumns, readPictureParquet } from './readers/picture-parquet.node.ts';
import { movingEmoji, omniglotStrokes } from './sets/clips.node.ts';
import { emojiPictures } from './sets/emoji-pictures.node.ts';
import { emojiStyles } from './sets/emoji-styles.node.ts';
import { cifar, fashionMnist, mnist, omniglot, quickDraw, readIdxFolder, smallDigits } from './sets/pictures.node.ts';
import type { ReadContext } from './sets/read-context.node.ts';
import { corePromoters, genomes, promoters, splice } from './sets/sequences.node.ts';
import { spokenDigits, surroundings } from './sets/sounds.node.ts';

/** The four kinds of things for the senses. */
export interface SenseKinds {
  'labelled-pictures': Picture;
  'labelled-sounds': Sound;
  'labelled-clips': Clip;
  'labelled-sequences': string;
}

type Reader<T> = (context: ReadContext) => Promise<SenseDataset<T>>;
type Sets = { readonly [K in keyof SenseKinds]: Readonly<Record<string, Reader<SenseKinds[K]>>> };

const sets: Sets = {
  'labelled-pictures': {
    'emoji-pictures': emojiPictures,
    'emoji-styles': emojiStyles,
    mnist,
    'fashion-mnist': fashionMnist,
    'cifar10-slice': cifar,
    digits8x8: smallDigits,
    quickdraw3: quickDraw,
    omniglot,
  },
  'labelled-sounds': { fsdd: spokenDigits, 'esc10-8k': surroundings },
  'labelled-clips': { 'moving-emoji-mp4': movingEmoji, 'omniglot-strokes': omniglotStrokes },
  'labelled-sequences': { splice, promoters, 'dnabert-dev': corePromoters, genomes },
};

/** How sets of one's own are read, by what their path is. */
interface OwnReaders<T> {
  /** Endings of files, for people. */
  readonly takes: string;
  readonly file: (path: string, options: OwnOptions) => Promise<SenseDataset<T>> | undefined;
  readonly folder: (path: string, options: OwnOptions) => Promise<SenseDataset<T>>;
}

/** Options of sets of one's own. */
interface OwnOptions extends BrokenOptions {
  readonly options: Readonly<Record<string, unknown>>;
}

const isTable = (path: string): boolean => /\.(csv|tsv)(\.gz)?$/i.test(path);
const textOption = (options: Readonly<Record<string, unknown>>, name: string): string | undefined => {
  const value = options[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new DataError(`data: expected ${name} as a text, got ${JSON.stringify(value)}`);
};
const rateOf = ({ options: { rate } }: OwnOptions): number | undefined => {
  if (rate === undefined || (typeof rate === 'number' && rate > 0)) return rate as number | undefined;
  throw new DataError(`data: expected rate as a number above 0, got ${JSON.stringify(rate)}`);
};

function columnsOf({ options }: OwnOptions): ParquetColumns {
  const [image, label] = [textOption(options, 'image'), textOption(options, 'label')];
  return { ...(image === undefined ? {} : { image }), ...(label === undefined ? {} : { label }) };
}

/** Files of a kind: a table of paths, or a folder for every label. */
function filesOf<T>(kindOf: (options: OwnOptions) => FileKind<T>): OwnReaders<T> {
  return {
    takes: 'a folder with a folder for every label, or a .csv or .tsv with path and label',
    file: (path, given) => (isTable(path) ? readPathTable(path, kindOf(given), given) : undefined),
    folder: (path, given) => readLabelFolders(path, kindOf(given), given),
  };
}

const pictureReaders: OwnReaders<Picture> = filesOf(() => pictureFiles);
const own: { readonly [K in keyof SenseKinds]: OwnReaders<SenseKinds[K]> } = {
  'labelled-pictures': {
    takes: `${pictureReaders.takes}, a .parquet file or a folder of them, a folder with MNIST's four idx files`,
    file: (path, options) =>
      isParquet(path) ? readPictureParquet(path, columnsOf(options)) : pictureReaders.file(path, options),
    folder: async (path, options) => {
      const names = await readdir(path);
      if (names.some(isParquet)) return readPictureParquet(path, columnsOf(options));
      if (names.some((name) => /-idx3-ubyte(\.gz)?$/.test(name))) return readIdxFolder(path);
      return pictureReaders.folder(path, options);
    },
  },
  'labelled-sounds': filesOf((options) => soundFiles(rateOf(options))),
  'labelled-clips': filesOf(() => clipFiles),
  'labelled-sequences': {
    takes:
      'a folder with a FASTA file for every label, a FASTA file (option labels: a table of name and label), or a .csv or .tsv with sequence and label',
    file: (path, options) => {
      if (isTable(path)) return readSequenceTable(path, options);
      const table = textOption(options.options, 'labels');
      return table === undefined ? undefined : readLabelledFasta(path, table);
    },
    folder: readFastaFolder,
  },
};

type Loader<T> = (id: string, folders: readonly string[], options?: SenseLoadOptions) => Promise<SenseDataset<T>>;

/** What loaders take besides the id. Options are the set's; of one's own sounds: `rate`; of Parquet: `image`, `label`. */
export interface SenseLoadOptions extends LoadOptions, BrokenOptions {}

function loaderOf<K extends keyof SenseKinds>(kind: K): Loader<SenseKinds[K]> {
  const known = sets[kind] as Readonly<Record<string, Reader<SenseKinds[K]>>>;
  return async (id, folders, { options = {}, access = {}, ...broken } = {}) => {
    const read = Object.hasOwn(known, id) ? known[id] : undefined;
    if (read) return read({ folders, options, access });
    const info = await stat(id).catch(() => undefined);
    const { takes, file, folder } = own[kind] as OwnReaders<SenseKinds[K]>;
    const dataset = info && (info.isDirectory() ? folder : file)(id, { options, ...broken });
    if (dataset) return dataset;
    throw new DataError(`data: expected one of ${Object.keys(known).join(', ')}, or ${takes}, got '${id}'`);
  };
}

/** Labelled pictures, by catalogue id or path. @throws DataError */
export const loadPictureDataset: Loader<Picture> = loaderOf('labelled-pictures');
/** Pictures whose labels are not read: as `loadPictureDataset`, or a folder with pictures right in it. @throws DataError */
export const loadPictures: Loader<Picture> = async (id, folders, options = {}) => {
  const entries = Object.hasOwn(sets['labelled-pictures'], id)
    ? []
    : await readdir(id, { withFileTypes: true }).catch(() => []);
  const isPlain = entries.some(
    (entry) => !entry.isDirectory() && pictureFiles.endings.includes(extname(entry.name).toLowerCase()),
  );
  return isPlain ? readPlainFolder(id, pictureFiles, options) : loadPictureDataset(id, folders, options);
};
/** Labelled sounds, by catalogue id or path. @throws DataError */
export const loadSoundDataset: Loader<Sound> = loaderOf('labelled-sounds');
/** Labelled clips, by catalogue id or path. @throws DataError */
export const loadClipDataset: Loader<Clip> = loaderOf('labelled-clips');
/** Labelled sequences of bases, by catalogue id or path. @throws DataError */
export const loadSequenceDataset: Loader<string> = loaderOf('labelled-sequences');

/** A catalogue set for the senses with its kind; undefined when it is none. @throws DataError */
export async function loadSenseDataset(
  id: string,
  folders: readonly string[],
  { options = {}, access = {} }: LoadOptions = {},
): Promise<AnyDataset | undefined> {
  const context = { folders, options, access };
  for (const [kind, known] of Object.entries(sets)) {
    const read = Object.hasOwn(known, id) ? (known as Record<string, Reader<unknown>>)[id] : undefined;
    if (read) return { kind, dataset: await read(context) } as AnyDataset;
  }
  return undefined;
}
