// Finding the files of a data set on this machine.
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { catalogue } from './catalogue.ts';
import { DataError } from './dataset.ts';
import { firstInvalidByte } from './formats/utf8.ts';

/** Folders of `TESSERAE_DATA`. */
export function dataFolders(environment: Readonly<Record<string, string | undefined>>): string[] {
  return (environment.TESSERAE_DATA ?? '').split(delimiter).filter(Boolean);
}

/** The folder of a data set in any of `folders`, directly or one level down; undefined when it is nowhere. */
export async function findDataset(id: string, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const inner = await readdir(folder).catch((): string[] => []);
    for (const candidate of [join(folder, id), ...inner.map((name) => join(folder, name, id))]) {
      const info = await stat(candidate).catch(() => undefined);
      if (info?.isDirectory()) return candidate;
    }
  }
  return undefined;
}

/** A data set's folder. @throws DataError saying where to get it and where to put it */
export async function requireDataset(id: string, folders: readonly string[]): Promise<string> {
  const entry = Object.hasOwn(catalogue, id) ? catalogue[id] : undefined;
  if (!entry) throw new DataError(`data: expected one of ${Object.keys(catalogue).join(', ')}, got '${id}'`);
  const found = await findDataset(id, folders);
  if (found) return found;
  const looked = folders.length > 0 ? folders.join(', ') : 'TESSERAE_DATA is not set';
  throw new DataError(
    `data: expected the data set '${id}', found it nowhere (${looked})\n` +
      `Get ${entry.files.map((file) => file.path).join(', ')} from ${entry.source}, put them into a folder ${id}, and set TESSERAE_DATA to the folder above it.`,
  );
}

/** Longest text that is read whole, in bytes. */
const MAX_TEXT_BYTES = 2 ** 30;

/**
 * A UTF-8 text file without its byte-order mark, unpacked when it ends in .gz, with the checksum of the stored bytes.
 * @throws DataError for a missing file, a broken or huge archive, and with the place of the first bad byte
 */
export async function readText(path: string): Promise<{ text: string; sha256: string }> {
  const stored = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new DataError(`readText: expected the file ${path}, got ${error.code}`, { cause: error });
  });
  const bytes = path.endsWith('.gz') ? unpacked(stored, path) : stored;
  const sha256 = createHash('sha256').update(stored).digest('hex');
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), sha256 };
  } catch (error) {
    const at = firstInvalidByte(bytes);
    if (at < 0) throw error;
    const hex = (bytes[at] as number).toString(16).padStart(2, '0');
    throw new DataError(`readText: expected UTF-8, got the byte 0x${hex} at offset ${at} (${path})`, { cause: error });
  }
}

function unpacked(stored: Uint8Array, path: string): Uint8Array {
  try {
    return gunzipSync(stored, { maxOutputLength: MAX_TEXT_BYTES });
  } catch (error) {
    const { message } = error as Error;
    throw new DataError(`readText: expected a gzip file of at most ${MAX_TEXT_BYTES} bytes, got ${message} (${path})`, {
      cause: error,
    });
  }
}
