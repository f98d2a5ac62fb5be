// One process trains into a folder: a lock file that names its owner. A lock whose owner is dead is taken over at once, by one taker alone.
import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { processStart } from './process-start.node.ts';

/** Another process works in the folder, or this one does already. */
export class RunLockedError extends Error {
  override readonly name = 'RunLockedError';
}

const TRIES = 3;

/** Takes the lock of a folder; the result gives it back. @throws RunLockedError naming the process that has it */
export function lockRun(dir: string): Promise<() => Promise<void>> {
  return take(join(dir, '.lock'));
}

async function take(path: string): Promise<() => Promise<void>> {
  const aside = `${path}.${randomUUID()}`;
  // a line each: process, machine, when the process began, and which lock of that process it is
  const text = `${[process.pid, hostname(), processStart(process.pid), aside].join('\n')}\n`;
  await writeFile(aside, text);
  try {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      if ((await isLinked(aside, path)) || (await isTakenOver(aside, path))) return () => giveBack(path, text);
    }
    throw new RunLockedError(
      `lockRun: expected to get the lock in ${TRIES} tries (${path}); another process keeps taking it`,
    );
  } finally {
    await rm(aside, { force: true });
  }
}

/** A hard link appears whole or not at all, and fails if the name is taken. */
async function isLinked(aside: string, path: string): Promise<boolean> {
  try {
    await link(aside, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/**
 * Puts `aside` in the place of a dead owner's lock. Who may do that holds a lock of its own: between its look and its renaming nobody
 * else can have taken over, and a dead owner gives nothing back.
 */
async function isTakenOver(aside: string, path: string): Promise<boolean> {
  const found = await contentOf(path);
  if (found === undefined) return false;
  refuseUnlessDead(found, path);
  const done = await take(`${path}.takeover`);
  try {
    if ((await contentOf(path)) !== found) return false;
    await rename(aside, path);
    return true;
  } finally {
    await done();
  }
}

async function giveBack(path: string, text: string): Promise<void> {
  if ((await contentOf(path)) === text) await rm(path, { force: true });
}

/** Undefined where no lock is. */
async function contentOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** @throws RunLockedError unless the owner that a lock names is dead for certain */
function refuseUnlessDead(text: string, path: string): void {
  const [first = '', host, began] = text.split('\n');
  const pid = Number(first);
  if (!(pid > 0)) return;
  const refuse = (what: string, advice: string): never => {
    throw new RunLockedError(
      `lockRun: expected a run that nobody trains, got one that ${what} (${dirname(path)})\n${advice}`,
    );
  };
  const remove = `remove ${path}`;
  if (host && host !== hostname())
    refuse(`process ${pid} of the machine ${host} trains`, `Wait for it; if it does not train any more, ${remove}`);
  if (!isAlive(pid)) return;
  const now = processStart(pid);
  if (began && now) {
    if (began !== now) return;
    if (pid === process.pid)
      refuse('this process trains', `Wait for it, or stop it by its signal; if its thread died, ${remove}`);
    refuse(`process ${pid} trains`, `Wait for it, or stop it with: kill -INT ${pid}`);
  }
  // a lock of an older version names the process alone, and was never this one's
  if (!host && pid === process.pid) return;
  refuse(`process ${pid} may train`, `Wait for it; if that process is another program, ${remove}`);
}
