// Data sets from the network into the cache.
import { mkdir, rename, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { authorizedFetch, downloadFile } from '../checkpoints/index.node.ts';
import { CheckpointError } from '../checkpoints/index.ts';
import type { DataAccess } from './access.ts';
import { type CatalogueEntry, RAW_GITHUB } from './catalogue/entry.ts';
import { DataError } from './dataset.ts';

/**
 * Fetches all files of a set into a folder that does not exist yet: aside, then moved into place, so that the folder is whole.
 * Interrupted downloads go on, checksums are verified.
 * @throws DataError
 */
export async function fetchDataset(
  dir: string,
  entry: Pick<CatalogueEntry, 'files'>,
  access: DataAccess,
): Promise<string> {
  const id = basename(dir);
  const aside = `${dir}.partial`;
  const { signal, retryDelay, onProgress } = access;
  const mirror = access.mirror ?? process.env.TESSERAE_GITHUB_MIRROR;
  const common = { ...(signal ? { signal } : {}), ...(retryDelay === undefined ? {} : { retryDelay }) };
  const fetch = authorizedFetch({ origin: '', ...common });
  try {
    for (const { path, bytes, sha256, url = '' } of entry.files) {
      await downloadFile({
        url: mirror ? url.replace(RAW_GITHUB, mirror.replace(/\/+$/, '')) : url,
        path: join(aside, path),
        fetch,
        size: bytes,
        checksum: { algorithm: 'sha256', hex: sha256 },
        ...common,
        ...(onProgress ? { onProgress: (loaded, total) => onProgress({ file: `${id}/${path}`, loaded, total }) } : {}),
      });
    }
    await mkdir(dirname(dir), { recursive: true });
    await rename(aside, dir);
  } catch (error) {
    // another process was faster
    if ((await stat(dir).catch(() => undefined))?.isDirectory()) return dir;
    if (error instanceof CheckpointError) throw new DataError(`data '${id}': ${error.message}`, { cause: error });
    throw error;
  }
  return dir;
}
