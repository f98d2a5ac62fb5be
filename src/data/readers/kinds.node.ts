// Files for the senses: which endings they have, and what reads them.
import { loadClip, loadPicture, loadSound } from '../../tokens/index.node.ts';
import type { Clip, Picture, Sound } from '../../tokens/index.ts';
import { DataError } from '../dataset.ts';

/** One kind of file. */
export interface FileKind<T> {
  /** Plural, for people. */
  readonly what: string;
  /** Lower case, with the dot. */
  readonly endings: readonly string[];
  readonly load: (path: string) => Promise<T>;
  /** Whether a folder of still pictures is one of them too. */
  readonly folders: boolean;
  /** Whether Parquet files hold them too. */
  readonly parquet?: true;
}

const pictureEndings = ['.png', '.jpg', '.jpeg', '.webp', '.gif', '.avif', '.tif', '.tiff', '.svg'];

/** Pictures: the first frame of animations, upright, 8-bit sRGB; CMYK and 16 bit are converted. */
export const pictureFiles: FileKind<Picture> = {
  what: 'pictures',
  endings: pictureEndings,
  load: (path) => loadPicture(path),
  folders: false,
  parquet: true,
};

/** Sounds as one channel: stereo is mixed. At the rate of the file, or resampled to `rate`. */
export function soundFiles(rate?: number): FileKind<Sound> {
  return {
    what: 'sounds',
    endings: ['.wav', '.flac', '.mp3', '.ogg', '.opus', '.m4a', '.aac'],
    load: async (path) => {
      const sound = await loadSound(path, rate === undefined ? {} : { rate });
      if ((sound.channels[0]?.length ?? 0) > 0) return sound;
      throw new DataError(`data: expected samples, got a sound of none (${path})`);
    },
    folders: false,
  };
}

/** Clips: videos, animations, folders of still pictures. */
export const clipFiles: FileKind<Clip> = {
  what: 'clips',
  endings: ['.mp4', '.webm', '.mov', '.mkv', '.gif', '.webp', '.png', '.apng'],
  load: (path) => loadClip(path),
  folders: true,
};

/** The error with the place in its first line. */
export function placed(error: Error, where: string): DataError {
  if (error instanceof DataError && error.message.includes(where)) return error;
  const [first = '', ...advice] = error.message.split('\n');
  const message = [first.includes(where) ? first : `${first} (${where})`, ...advice].join('\n');
  return new DataError(message, { cause: error });
}

/** Puts the place into an error that does not say it. */
export function atPlace<T>(where: string, load: () => Promise<T>): () => Promise<T> {
  return () =>
    load().catch((error: Error) => {
      throw placed(error, where);
    });
}
