// One process trains into a folder: a lock file with the owner's process id. A lock whose owner is dead is taken over at once.
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Another process works in the folder. */
export class RunLockedError extends Error {
  override readonly name = 'RunLockedError';
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Takes the lock of a folder; the result gives it back. @throws RunLockedError naming the other process */
export async function lockRun(dir: string): Promise<() => Promise<void>> {
  const path = join(dir, '.lock');
  const own = `${path}.${process.pid}`;
  await writeFile(own, `${process.pid}\n`);
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        // a hard link appears whole or not at all, and fails if the name is taken
        await link(own, path);
        return () => rm(path, { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const owner = Number(await readFile(path, 'utf8').catch(() => ''));
      if (owner > 0 && owner !== process.pid && isAlive(owner)) {
        throw new RunLockedError(
          `lockRun: expected a run that nobody trains, got one that process ${owner} trains (${dir})\nWait for it, or stop it with: kill -INT ${owner}`,
        );
      }
      await rm(path, { force: true });
    }
    throw new RunLockedError(
      `lockRun: expected to get the lock in three tries (${dir}); another process keeps taking it`,
    );
  } finally {
    await rm(own, { force: true });
  }
}
