// What a command is, and what all of them share: flags, output, errors.
import { type ParseArgsConfig, parseArgs } from 'node:util';

/** Flags of `node:util`'s parseArgs. */
export type Flags = NonNullable<ParseArgsConfig['options']>;

/** A parsed command line. */
export interface Args {
  readonly positionals: readonly string[];
  /** Flag values by name. */
  readonly values: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;
}

/** Where a command writes. */
export interface Io {
  /** The result, for machines and people: stdout. */
  readonly out: (text: string) => void;
  /** Everything else: stderr. */
  readonly note: (text: string) => void;
  /** Whether stderr is a terminal that lines can be rewritten on. */
  readonly isTerminal: boolean;
  readonly quiet: boolean;
  readonly json: boolean;
}

/** A command: parses nothing, calls the library, prints. The exit code is 0 unless it returns one. */
export interface Command {
  readonly flags: Flags;
  readonly run: (args: Args, io: Io) => Promise<number | undefined>;
}

/** The command line is wrong: exit 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Flags of every command. */
export const globalFlags: Flags = {
  json: { type: 'boolean' },
  jsonl: { type: 'boolean' },
  quiet: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  seed: { type: 'string' },
  threads: { type: 'string' },
  runtime: { type: 'string' },
  cache: { type: 'string' },
  offline: { type: 'boolean' },
};

/** Negative numbers after the flag that takes them, made one word with it: `--x -1` is `--x=-1`; parseArgs alone refuses it. */
function withNegatives(words: readonly string[], flags: Flags): string[] {
  const joined: string[] = [];
  const end = words.indexOf('--');
  for (const [i, word] of words.entries()) {
    const before = joined.at(-1) ?? '';
    const takes = before.startsWith('--') && flags[before.slice(2)]?.type === 'string';
    const isValue = takes && (end < 0 || i < end) && /^-(\d|\.\d|Infinity$)/.test(word);
    if (isValue) joined[joined.length - 1] = `${before}=${word}`;
    else joined.push(word);
  }
  return joined;
}

/** A command's words. @throws TypeError for flags that it does not have, and for flags without their value */
export function parseFlags(words: readonly string[], flags: Flags): Args {
  const options = { ...globalFlags, ...flags };
  return parseArgs({ args: withNegatives(words, options), options, allowPositionals: true, strict: true });
}

/** A text flag. */
export function text(args: Args, name: string): string | undefined {
  const value = args.values[name];
  return typeof value === 'string' ? value : undefined;
}

/** A flag that may be given several times. */
export function texts(args: Args, name: string): string[] {
  const value = args.values[name];
  return Array.isArray(value) ? value.map(String) : typeof value === 'string' ? [value] : [];
}

/** A whole-number flag. @throws UsageError when it is something else */
export function integer(args: Args, name: string): number | undefined {
  const value = text(args, name);
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 0)
    throw new UsageError(`--${name}: expected a whole number >= 0, got '${value}'`);
  return number;
}

/** The positional at a place. @throws UsageError naming what is missing */
export function required(args: Args, place: number, what: string): string {
  const value = args.positionals[place];
  if (value === undefined) throw new UsageError(`expected ${what}, got nothing`);
  return value;
}
