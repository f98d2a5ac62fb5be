// Finding the files of a data set on this machine.
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { catalogue } from './catalogue.ts';
import { DataError } from './dataset.ts';

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
  const entry = catalogue[id];
  if (!entry) throw new DataError(`data: expected one of ${Object.keys(catalogue).join(', ')}, got '${id}'`);
  const found = await findDataset(id, folders);
  if (found) return found;
  const looked = folders.length > 0 ? folders.join(', ') : 'TESSERAE_DATA is not set';
  throw new DataError(
    `data: expected the data set '${id}', found it nowhere (${looked})\n` +
      `Get ${entry.files.map((file) => file.path).join(', ')} from ${entry.source}, put them into a folder ${id}, and set TESSERAE_DATA to the folder above it.`,
  );
}

/** A UTF-8 text file, unpacked when it ends in .gz, with the checksum of the stored bytes. @throws DataError with the place of a bad byte */
export async function readText(path: string): Promise<{ text: string; sha256: string }> {
  const stored = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new DataError(`readText: expected the file ${path}, got ${error.code}`, { cause: error });
  });
  const bytes = path.endsWith('.gz') ? gunzipSync(stored) : stored;
  const sha256 = createHash('sha256').update(stored).digest('hex');
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), sha256 };
  } catch {
    const lenient = new TextDecoder().decode(bytes);
    const at = new TextEncoder().encode(lenient.slice(0, Math.max(0, lenient.indexOf('\ufffd')))).length;
    throw new DataError(`readText: expected UTF-8, got another byte near offset ${at} (${path})`);
  }
}
