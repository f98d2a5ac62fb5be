// From flags to the library's contexts.
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { HubOptions, HubProgress } from '../checkpoints/index.ts';
import { dataFolders } from '../data/index.node.ts';
import { DataError, parseJsonl } from '../data/index.ts';
import { runtimes } from '../graph/index.node.ts';
import type { Runtime } from '../graph/index.ts';
import type { JobContext } from '../tasks/index.ts';
import { type Args, type Io, integer, text, UsageError } from './command.ts';
import { filledLines, stdinText } from './lines.ts';

/** More than any machine has: a thread costs memory even where it never runs. */
const MOST_THREADS = 1024;

/** Runtime, threads and data folders of one command. @throws UsageError for a runtime that does not exist */
export async function contextOf(args: Args, io: Io): Promise<JobContext> {
  const name = text(args, 'runtime') ?? 'node';
  const make = Object.hasOwn(runtimes, name) ? runtimes[name as Runtime['name']] : undefined;
  if (!make) {
    throw new UsageError(`--runtime: expected one of ${Object.keys(runtimes).join(', ')}, got '${name}'`);
  }
  const threads = integer(args, 'threads', 1, MOST_THREADS);
  return {
    runtime: await make(threads === undefined ? {} : { threads }),
    session: threads === undefined ? {} : { threads },
    // one thread keeps up with what trains on one machine; where there is one core it would only take turns
    ahead: availableParallelism() > 1 ? 1 : 0,
    hub: hubOptions(io),
    data: { onProgress: downloadNotes(io) },
    folders: dataFolders(process.env).map((folder) => resolve(folder)),
    note: (message) => io.note(`  ${message}\n`),
  };
}

/** Tells of downloads: on a terminal one line that changes, else one line a file. */
export function downloadNotes(io: Io): (progress: HubProgress) => void {
  const told = new Set<string>();
  let last = 0;
  return ({ file, loaded, total }) => {
    const size = total === undefined ? '' : ` of ${(total / 1e6).toFixed(1)} MB`;
    if (!io.isTerminal) {
      if (!told.has(file)) io.note(`  fetching ${file}${size}\n`);
      told.add(file);
      return;
    }
    const done = loaded === total;
    if (!done && Date.now() - last < 100) return;
    last = Date.now();
    io.note(`\r\x1b[K  ${file}: ${(loaded / 1e6).toFixed(1)}${size}${done ? '\n' : ''}`);
  };
}

/** How a command fetches models by name; `--cache` and `--offline` are in the environment by then. */
export function hubOptions(io: Io): HubOptions {
  return { onProgress: downloadNotes(io), note: (message) => io.note(`  ${message}\n`) };
}

/** All of standard input as text, UTF-8 or what `--encoding` names, without a byte order mark. @throws TokenizerError with the place of the first byte that is none */
export async function readStdin(args?: Args): Promise<string> {
  return stdinText(args && text(args, 'encoding'));
}

/** One input of a command. */
export interface Given {
  readonly input: string;
  /** Whether it was given as `{"path": …}`. */
  readonly isPath: boolean;
}

/**
 * Inputs from the command line or, with `-` or nothing there, from standard input: lines, or with `--jsonl` JSON with a field `text` or
 * `path` (`question` and `context` stay JSON). @throws DataError with the line
 */
export async function readInputs(args: Args, given: readonly string[]): Promise<Given[]> {
  const plain = (input: string): Given => ({ input, isPath: false });
  if (!given.includes('-') && given.length > 0) return given.map(plain);
  const text = await readStdin(args);
  if (args.values.jsonl !== true) return filledLines(text).map(plain);
  return parseJsonl(text, 'standard input').map(({ line, value }) => {
    if (typeof value.question === 'string' && typeof value.context === 'string') return plain(JSON.stringify(value));
    if (typeof value.text === 'string') return plain(value.text);
    if (typeof value.path === 'string') return { input: value.path, isPath: true };
    const got = JSON.stringify(value).slice(0, 60);
    throw new DataError(
      `expected text or path (or question and context) with a text in it, got ${got} (standard input, line ${line})`,
    );
  });
}
