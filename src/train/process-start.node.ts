// When a process began, as a text to compare: with the id it tells a process from a later one that got the same id.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Fields of `/proc/<pid>/stat` behind the name in brackets, which may hold blanks itself: the state is the first, the start the 20th. */
const [STATE, START] = [0, 19];

/** Linux: the boot, and clock ticks since then. A process that has ended and waits for its parent began `never`. */
function startInProc(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (/[ZX]/.test(fields[STATE] as string)) return 'never';
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fields[START]}`;
}

/** Other kinds of Unix: the date, to the second. */
function startInPs(pid: number): string {
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}

/** Where the start of a process is written, best first. */
export const startSources: readonly ((pid: number) => string)[] = [startInProc, startInPs];

/** When a process of this machine began; empty where nothing tells. */
export function processStart(pid: number): string {
  for (const source of startSources) {
    try {
      return source(pid);
    } catch {
      // no such process, or no such source on this platform
    }
  }
  return '';
}
