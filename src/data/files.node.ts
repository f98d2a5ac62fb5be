// Files of data sets: text, strictly UTF-8, packed or not, with the checksum of the content.
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { firstInvalidByte } from '../tokens/index.ts';
import { DataError } from './dataset.ts';

/** Longest file that is read whole, in bytes. */
const MAX_BYTES = 2 ** 30;

/** A text with the SHA-256 of its bytes, unpacked. */
export interface TextFile {
  readonly text: string;
  readonly sha256: string;
}

/** A file's bytes, unpacked when its name ends in .gz. @throws DataError for a missing file, a broken or huge archive */
export async function readBytes(path: string): Promise<Uint8Array> {
  const stored = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new DataError(`data: expected the file ${path}, got ${error.code}`, { cause: error });
  });
  if (!/\.gz$/i.test(path)) return stored;
  try {
    return gunzipSync(stored, { maxOutputLength: MAX_BYTES });
  } catch (error) {
    const { message } = error as Error;
    throw new DataError(`data: expected a gzip file of at most ${MAX_BYTES} bytes, got ${message} (${path})`, {
      cause: error,
    });
  }
}

/**
 * A UTF-8 text file without its byte-order mark, unpacked when it ends in .gz, with the checksum of the unpacked bytes.
 * @throws DataError for a missing file, a broken or huge archive, and with the place of the first bad byte
 */
export async function readText(path: string): Promise<TextFile> {
  const bytes = await readBytes(path);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), sha256 };
  } catch (error) {
    const at = firstInvalidByte(bytes);
    if (at < 0) throw error;
    const hex = (bytes[at] as number).toString(16).padStart(2, '0');
    throw new DataError(`readText: expected UTF-8, got the byte 0x${hex} at offset ${at} (${path})`, { cause: error });
  }
}

/** Where a catalogue file lies in a folder: as `PATH` or gzipped as `PATH.gz`; undefined when it is not there. */
export async function locateFile(dir: string, path: string): Promise<string | undefined> {
  for (const candidate of [join(dir, path), join(dir, `${path}.gz`)]) {
    const info = await stat(candidate).catch(() => undefined);
    if (info?.isFile()) return candidate;
  }
  return undefined;
}

/** Reads files of one data set and remembers their checksums. */
export class DataFolder {
  readonly dir: string;
  /** SHA-256 by file, of the content. */
  readonly checksums: Record<string, string> = {};

  constructor(dir: string) {
    this.dir = dir;
  }

  /** The content of a file of the set, unpacked when it is gzip. @throws DataError when the file is missing */
  async bytes(path: string): Promise<Uint8Array> {
    const bytes = await readBytes((await locateFile(this.dir, path)) ?? join(this.dir, path));
    this.checksums[path] = createHash('sha256').update(bytes).digest('hex');
    return bytes;
  }

  /** Whether the set holds a file. */
  async has(path: string): Promise<boolean> {
    return (await locateFile(this.dir, path)) !== undefined;
  }

  /** A text of the set. @throws DataError when the file is missing or no UTF-8 */
  async text(path: string): Promise<string> {
    const { text, sha256 } = await readText((await locateFile(this.dir, path)) ?? join(this.dir, path));
    this.checksums[path] = sha256;
    return text;
  }
}
