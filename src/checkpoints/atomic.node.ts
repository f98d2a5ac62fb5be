// Files that are there whole or not at all: written aside, flushed to disk, renamed.
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { CheckpointError } from './checkpoint-error.ts';

/** What `writeFileAtomic` needs of a file system; tests pass one that fails. */
export interface Writer {
  readonly open: (path: string, flags: string) => Promise<Pick<FileHandle, 'writeFile' | 'sync' | 'close'>>;
}

/** Whether an error says that nothing more fits: a full disk, or a quota that is used up. */
export function isFullDisk(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/** A full disk as one error that says so; another error as it is. */
export function diskFull(error: unknown, path: string, whole: string): unknown {
  if (!isFullDisk(error)) return error;
  const message = `expected room to write, got a full disk or quota (${path})\nFree space and do it again: ${whole}.`;
  return new CheckpointError(message, { cause: error });
}

const UNCHANGED = 'what was there before is as it was';

let asides = 0;

/** A name beside `path` that no other call and no other process uses. */
function asideOf(path: string): string {
  return `${path}.${process.pid}-${threadId}-${asides++}.tmp`;
}

/** Writes a file so that at every moment the path holds the old content or the new one. A failure leaves the old one and no rest. @throws CheckpointError for a full disk */
export async function writeFileAtomic(
  path: string,
  content: Uint8Array | string,
  writer: Writer = { open },
): Promise<void> {
  const aside = asideOf(path);
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await writer.open(aside, 'w');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true });
    throw diskFull(error, path, UNCHANGED);
  }
  await syncFolder(dirname(path));
}

/** Flushes a folder's list of names, where the platform can. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

/** Fills a folder aside, then moves it to `path`, which must not exist. `fill` gets the folder to write into. */
export async function createFolderAtomic(path: string, fill: (aside: string) => Promise<void>): Promise<void> {
  const aside = asideOf(path);
  try {
    await rm(aside, { recursive: true, force: true });
    await mkdir(aside, { recursive: true });
    await fill(aside);
    await syncFolder(aside);
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    throw diskFull(error, path, UNCHANGED);
  }
  await syncFolder(join(path, '..'));
}
