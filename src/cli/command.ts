// What a command is, and what all of them share: flags, output, errors.
import { type ParseArgsConfig, parseArgs } from 'node:util';

/** A flag of `node:util`'s parseArgs; one with `list` takes all words that follow, up to the next flag. */
type Flag = NonNullable<ParseArgsConfig['options']>[string] & { readonly list?: true };

/** Flags by name. */
export type Flags = Readonly<Record<string, Flag>>;

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
  /** The most words beside flags; any number where it is left out. */
  readonly words?: number;
  /** Whether it knows `--jsonl`: an answer for each line of its input. */
  readonly jsonl?: true;
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
  encoding: { type: 'string' },
};

/** Negative numbers after the flag that takes them, made one word with it: `--x -1` is `--x=-1`; parseArgs alone refuses it. */
function withNegatives(words: readonly string[], flags: Flags): string[] {
  const joined: string[] = [];
  for (const word of words) {
    const before = joined.at(-1) ?? '';
    const takes = before.startsWith('--') && flags[before.slice(2)]?.type === 'string';
    if (takes && /^-(\d|\.\d|Infinity$)/.test(word)) joined[joined.length - 1] = `${before}=${word}`;
    else joined.push(word);
  }
  return joined;
}

/** Every word behind a flag that takes a list gets the flag: `--stop a b` is `--stop=a --stop=b`. */
function withLists(words: readonly string[], flags: Flags): string[] {
  let list: string | undefined;
  let isFirst = false;
  return words.map((word) => {
    if (word.startsWith('-') && word !== '-') {
      const name = word.replace(/^--/, '').replace(/=.*/s, '');
      list = flags[name]?.list ? name : undefined;
      isFirst = !word.includes('=');
      return word;
    }
    const isValue = list !== undefined && !isFirst;
    isFirst = false;
    return isValue ? `--${list}=${word}` : word;
  });
}

/** Whether a word switches a flag off: `--no-X` of a flag `X` that is on or off. */
function isOff(word: string, flags: Flags): boolean {
  return word.startsWith('--no-') && !flags[word.slice(2)] && flags[word.slice(5)]?.type === 'boolean';
}

/** A command's words. @throws TypeError for flags that it does not have, and for flags without their value */
export function parseFlags(words: readonly string[], flags: Flags): Args {
  const options = { ...globalFlags, ...flags };
  // behind -- everything is a word
  const end = words.includes('--') ? words.indexOf('--') : words.length;
  const own = words.slice(0, end);
  const off = own.filter((word) => isOff(word, options));
  const on = own.filter((word) => !off.includes(word));
  const args = [...withLists(withNegatives(on, options), options), ...words.slice(end)];
  const { positionals, values } = parseArgs({ args, options, allowPositionals: true, strict: true });
  return { positionals, values: { ...values, ...Object.fromEntries(off.map((word) => [word.slice(5), false])) } };
}

/** @throws UsageError for more words than the command has use for, and for `--jsonl` where it has no lines */
export function requireUsed({ words, jsonl }: Command, { positionals, values }: Args): void {
  if (words !== undefined && positionals.length > words) {
    const most = words === 0 ? 'no word' : words === 1 ? 'one word' : `${words} words`;
    throw new UsageError(
      `expected ${most} beside flags, got '${positionals[words]}' too; put a text of several words into quotes`,
    );
  }
  if (values.jsonl === true && !jsonl) throw new UsageError('--jsonl: this command has no lines to answer; use --json');
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

/** A whole-number flag. @throws UsageError when it is something else, or outside its bounds */
export function integer(
  args: Args,
  name: string,
  least = 0,
  most: number = Number.MAX_SAFE_INTEGER,
): number | undefined {
  const value = text(args, name);
  if (value === undefined) return undefined;
  const number = Number(value);
  if (value.trim() === '' || !Number.isSafeInteger(number) || number < least || number > most) {
    const range = most === Number.MAX_SAFE_INTEGER ? `>= ${least}` : `from ${least} to ${most}`;
    throw new UsageError(`--${name}: expected a whole number ${range}, got '${value}'`);
  }
  return number;
}

/** A flag's JSON. @throws UsageError */
export function jsonFlag(args: Args, name: string): unknown {
  const value = text(args, name);
  try {
    return value === undefined ? undefined : JSON.parse(value);
  } catch (error) {
    throw new UsageError(`--${name}: expected JSON, got ${(error as Error).message}`);
  }
}

/** A flag's JSON object; an empty one where the flag is not given. @throws UsageError */
export function objectFlag(args: Args, name: string): Readonly<Record<string, unknown>> {
  const value = text(args, name) === undefined ? {} : jsonFlag(args, name);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new UsageError(`--${name}: expected a JSON object such as '{"top_k": 3}', got '${text(args, name)}'`);
}

/** The positional at a place. @throws UsageError naming what is missing */
export function required(args: Args, place: number, what: string): string {
  const value = args.positionals[place];
  if (value === undefined) throw new UsageError(`expected ${what}, got nothing`);
  return value;
}
