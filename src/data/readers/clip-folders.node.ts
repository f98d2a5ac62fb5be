// Which folders are one clip: those of still pictures, its frames. Animations are clips themselves.
import { open, readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { inOrder } from '../originals.ts';
import { pictureFiles } from './kinds.node.ts';

// a GIF is never a frame: whether it moves is known only after its last block
const frameEndings = pictureFiles.endings.filter((ending) => ending !== '.gif');

const endingOf = (name: string): string => extname(name).toLowerCase();

/** Where the flags of a WebP file's extended header lie; without that header it does not move. */
const FLAGS = 20;
const MOVES = 0x02;

/** Whether a WebP file is an animation, by its first 21 bytes. What cannot be read is no animation; loading tells. */
async function isAnimation(path: string): Promise<boolean> {
  const file = await open(path).catch(() => undefined);
  if (!file) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(FLAGS + 1), 0, FLAGS + 1, 0);
    if (bytesRead <= FLAGS || buffer.toString('latin1', 8, 16) !== 'WEBPVP8X') return false;
    return ((buffer[FLAGS] as number) & MOVES) !== 0;
  } catch {
    return false;
  } finally {
    await file.close();
  }
}

/**
 * Whether a folder is one clip: files only, all of them pictures, none a GIF or an animated WebP. Of WebP files the first bytes are read,
 * up to the first that moves; other files are not opened.
 */
export async function isClipFolder(path: string): Promise<boolean> {
  const inner = await readdir(path, { withFileTypes: true });
  if (inner.length === 0 || !inner.every((one) => one.isFile() && frameEndings.includes(endingOf(one.name))))
    return false;
  let moves = false;
  const mayMove = inner.filter(({ name }) => endingOf(name) === '.webp');
  await inOrder(mayMove, 16, async ({ name }) => {
    if (!moves && (await isAnimation(join(path, name)))) moves = true;
  });
  return !moves;
}
