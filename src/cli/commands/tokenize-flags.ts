// What the modalities of `tesserae tokenize` share: their flags, and what each hands back.
import { resolveModel } from '../../checkpoints/index.node.ts';
import { loadTokenizer } from '../../tokens/index.node.ts';
import type { Tokenizer, Units } from '../../tokens/index.ts';
import { type Args, type Flags, type Io, integer, text, UsageError } from '../command.ts';

/** One tokenized original, ready to be printed. */
export interface Tokenized {
  readonly source: string;
  readonly units: Units;
  /** What the JSON says besides the units. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** One line for people. */
  readonly summary: string;
  readonly draw: () => Promise<{ readonly original: string; readonly strip?: string }>;
}

/** Reads and cuts what the command line names. Undefined: it printed its own result. */
export type ModalityReader = (args: Args, io: Io) => Promise<readonly Tokenized[] | undefined>;

const string = { type: 'string' } as const;
const boolean = { type: 'boolean' } as const;

/** Flags of all modalities. */
export const modalityFlags: Flags = {
  modality: string,
  html: string,
  svg: string,
  png: string,
  vectors: boolean,
  'patch-size': string,
  stride: string,
  size: string,
  processor: string,
  grey: boolean,
  pad: boolean,
  frames: string,
  every: string,
  rate: string,
  tubes: string,
  mels: string,
  features: string,
  k: string,
  'no-overlap': boolean,
  'special-tokens': boolean,
  stability: boolean,
  edits: string,
  length: string,
  pieces: string,
  'vocab-size': string,
  language: string,
  hash: string,
  nearest: string,
  combine: string,
};

/** The tokenizer that `--tokenizer` names. @throws UsageError for none */
export async function tokenizerOf(args: Args): Promise<Tokenizer> {
  const path = text(args, 'tokenizer');
  if (path === undefined) throw new UsageError('expected --tokenizer T, got nothing');
  return loadTokenizer(await resolveModel(path, { wanted: 'tokenizer' }));
}

/** A size flag, `16` or `16x8`, as `[height, width]`. @throws UsageError for anything else */
export function pairFlag(args: Args, name: string): [number, number] | undefined {
  const value = text(args, name);
  if (value === undefined) return undefined;
  const [, first = '', second = first] = /^(\d+)(?:[x×](\d+))?$/.exec(value) ?? [];
  const pair: [number, number] = [Number(first), Number(second)];
  if (first !== '' && pair.every((n) => n > 0)) return pair;
  throw new UsageError(`--${name}: expected a size such as 16 or 16x8, got '${value}'`);
}

/** A flag that is one of some words. @throws UsageError for another */
export function choice<T extends string>(args: Args, name: string, words: readonly T[]): T | undefined {
  const value = text(args, name);
  if (value === undefined || (words as readonly string[]).includes(value)) return value as T | undefined;
  throw new UsageError(`--${name}: expected ${words.join(' or ')}, got '${value}'`);
}

/** A whole number above 0. @throws UsageError for another value */
export function positive(args: Args, name: string): number | undefined {
  const value = integer(args, name);
  if (value !== undefined && value < 1) throw new UsageError(`--${name}: expected a number above 0, got ${value}`);
  return value;
}

/** The files of the command line. @throws UsageError for none */
export function filesOf(args: Args, what: string): readonly string[] {
  if (args.positionals.length === 0) throw new UsageError(`expected ${what}, got nothing`);
  return args.positionals;
}
