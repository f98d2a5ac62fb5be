// The command line as a process of its own: as it is built where the build is newer than every source, which starts in half the time (it is, after
// `npm ci`), else from the sources.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

/** When the youngest source was changed. */
function youngest(folder: string): number {
  const times = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => statSync(join(ROOT, folder, name)).mtimeMs);
  return Math.max(...times);
}

function isBuilt(): boolean {
  const built = join(ROOT, 'dist', 'src', 'cli', 'main.js');
  return existsSync(built) && statSync(built).mtimeMs > Math.max(youngest('src'), youngest('recipes'));
}

/** The words that start it, after `node`. */
export const cli: readonly string[] = isBuilt()
  ? [join(ROOT, 'bin', 'tesserae.js')]
  : ['--import', 'tsx', join(ROOT, 'test', 'cli-entry.ts')];
