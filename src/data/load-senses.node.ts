// Labelled pictures, sounds, clips and sequences: by catalogue id, or from files and folders of one's own.
import type { Clip, Picture, Sound } from '../tokens/index.ts';
import { type AnyDataset, DataError, type SenseDataset } from './dataset.ts';
import type { LoadOptions } from './load.node.ts';
import { movingEmoji, omniglotStrokes } from './sets/clips.node.ts';
import { cifar, fashionMnist, mnist, omniglot, quickDraw, smallDigits } from './sets/pictures.node.ts';
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

type Loader<T> = (id: string, folders: readonly string[], options?: LoadOptions) => Promise<SenseDataset<T>>;

function loaderOf<K extends keyof SenseKinds>(kind: K): Loader<SenseKinds[K]> {
  const known = sets[kind] as Readonly<Record<string, Reader<SenseKinds[K]>>>;
  return async (id, folders, { options = {}, access = {} } = {}) => {
    const read = Object.hasOwn(known, id) ? known[id] : undefined;
    if (read) return read({ folders, options, access });
    throw new DataError(`data: expected one of ${Object.keys(known).join(', ')}, got '${id}'`);
  };
}

/** Labelled pictures. @throws DataError */
export const loadPictureDataset: Loader<Picture> = loaderOf('labelled-pictures');
/** Labelled sounds. @throws DataError */
export const loadSoundDataset: Loader<Sound> = loaderOf('labelled-sounds');
/** Labelled clips. @throws DataError */
export const loadClipDataset: Loader<Clip> = loaderOf('labelled-clips');
/** Labelled sequences of bases. @throws DataError */
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
