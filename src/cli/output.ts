// Where a command's files go: `-` is standard output.
import { readFile } from 'node:fs/promises';
import { writeFileAtomic } from '../checkpoints/index.node.ts';
import { CheckpointError } from '../checkpoints/index.ts';
import type { Io } from './command.ts';

/** Whether a path means standard input or output. */
export const isStream = (path: string): boolean => path === '-';

/** Writes a file whole or not at all, folders above it made; `-` is standard output. */
export async function writeOutput(path: string, content: Uint8Array | string): Promise<void> {
  if (isStream(path)) await new Promise<void>((resolve) => process.stdout.write(content, () => resolve()));
  else await writeFileAtomic(path, content);
}

/** Writes a page or a drawing beside the answer, and tells of it. */
export async function writePage(path: string, content: Uint8Array | string, io: Io): Promise<void> {
  await writeOutput(path, content);
  if (!isStream(path)) io.note(`wrote ${path}\n`);
}

/** The bytes of a file; `-` is standard input. @throws CheckpointError for one that cannot be read */
export async function readInput(path: string): Promise<Uint8Array> {
  if (!isStream(path))
    return readFile(path).catch((error: NodeJS.ErrnoException) => {
      const got = { ENOENT: 'nothing there', EISDIR: 'a folder' }[error.code ?? ''] ?? error.message;
      throw new CheckpointError(`expected a file, got ${got} (${path})`, { cause: error });
    });
  const parts: Uint8Array[] = [];
  for await (const part of process.stdin) parts.push(part as Uint8Array);
  return Buffer.concat(parts);
}
