// `tesserae tokenizer train`: a corpus to a tokenizer.json.
import { readFile } from 'node:fs/promises';
import { writeFileAtomic } from '../../checkpoints/index.node.ts';
import { type FileTrainingOptions, trainTokenizerFromFiles } from '../../tokens/index.node.ts';
import type { TokenizerAlgorithm, TokenizerJson, TrainingOptions } from '../../tokens/index.ts';
import { type Args, type Command, type Io, integer, text, UsageError } from '../command.ts';
import { trainingProgressLine } from '../training-progress.ts';

const ALGORITHMS: readonly TokenizerAlgorithm[] = [
  'word',
  'char',
  'grapheme',
  'bpe',
  'byte-bpe',
  'wordpiece',
  'unigram',
  'kmer',
  'dna-bpe',
];

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
};

/** Bytes of `512MB`, `1GB`, `2GiB`. @throws UsageError for anything else */
export function bytesOf(args: Args, name: string): number | undefined {
  const value = text(args, name);
  if (value === undefined) return undefined;
  const match = /^(\d+(?:\.\d+)?)\s*(|[kmg]i?)b?$/i.exec(value.trim());
  const bytes = match ? Number(match[1]) * (UNITS[(match[2] as string).toLowerCase()] as number) : 0;
  if (bytes <= 0) throw new UsageError(`--${name}: expected a size such as 500MB or 1GB, got '${value}'`);
  return bytes;
}

/** A component given as JSON, `null`, or a bare type name. */
function component(args: Args, name: string): TrainingOptions['normalizer'] {
  const value = text(args, name);
  if (value === undefined) return undefined;
  if (/^[A-Za-z]+$/.test(value)) return value === 'null' || value === 'none' ? null : { type: value };
  try {
    return JSON.parse(value);
  } catch (error) {
    throw new UsageError(`--${name}: expected JSON as in tokenizer.json, got ${(error as Error).message}`);
  }
}

/** Parts between commas; spaces at their ends go, unless they count. */
function list(args: Args, name: string, trims = true): string[] | undefined {
  return text(args, name)
    ?.split(',')
    .map((one) => (trims ? one.trim() : one))
    .filter(Boolean);
}

/** One of the algorithms. @throws UsageError for another */
export function algorithmOf(args: Args): TokenizerAlgorithm | undefined {
  const value = text(args, 'algorithm');
  if (value !== undefined && !ALGORITHMS.includes(value as TokenizerAlgorithm))
    throw new UsageError(`--algorithm: expected ${ALGORITHMS.join(', ')}, got '${value}'`);
  return value as TokenizerAlgorithm | undefined;
}

/** `frequency` or `likelihood`. @throws UsageError for another */
export function scoreOf(args: Args): 'frequency' | 'likelihood' | undefined {
  const value = text(args, 'score');
  if (value !== undefined && value !== 'frequency' && value !== 'likelihood')
    throw new UsageError(`--score: expected frequency or likelihood, got '${value}'`);
  return value;
}

/** Flags about what is learnt; also of `replay`. */
export const trainingFlags: Command['flags'] = {
  algorithm: { type: 'string' },
  'vocab-size': { type: 'string' },
  'min-frequency': { type: 'string' },
  'limit-alphabet': { type: 'string' },
  'initial-alphabet': { type: 'string' },
  'max-token-length': { type: 'string' },
  'special-tokens': { type: 'string' },
  'seed-tokens': { type: 'string' },
  segmenter: { type: 'string' },
  score: { type: 'string' },
  'continuing-prefix': { type: 'string' },
  'end-of-word-suffix': { type: 'string' },
  k: { type: 'string' },
  normalizer: { type: 'string' },
  'pre-tokenizer': { type: 'string' },
  decoder: { type: 'string' },
  'post-processor': { type: 'string' },
};

/** Training options from flags. */
export function trainingOptionsOf(args: Args, algorithm: TokenizerAlgorithm): TrainingOptions {
  const alphabet = text(args, 'initial-alphabet');
  return {
    algorithm,
    vocabSize: integer(args, 'vocab-size', 1),
    minFrequency: integer(args, 'min-frequency'),
    limitAlphabet: integer(args, 'limit-alphabet'),
    initialAlphabet: alphabet === undefined ? undefined : Array.from(alphabet),
    maxTokenLength: integer(args, 'max-token-length'),
    specialTokens: list(args, 'special-tokens'),
    seedTokens: list(args, 'seed-tokens', false),
    segmenter: text(args, 'segmenter'),
    score: scoreOf(args),
    continuingPrefix: text(args, 'continuing-prefix'),
    endOfWordSuffix: text(args, 'end-of-word-suffix'),
    k: integer(args, 'k'),
    normalizer: component(args, 'normalizer'),
    preTokenizer: component(args, 'pre-tokenizer'),
    decoder: component(args, 'decoder'),
    postProcessor: component(args, 'post-processor'),
  };
}

const MADE_BY: Readonly<Record<string, TokenizerAlgorithm>> = {
  WordLevel: 'word',
  BPE: 'bpe',
  WordPiece: 'wordpiece',
  Unigram: 'unigram',
};

async function continued(args: Args): Promise<TokenizerJson | undefined> {
  const path = text(args, 'continue');
  if (path === undefined) return undefined;
  try {
    return JSON.parse(await readFile(path, 'utf8')) as TokenizerJson;
  } catch (error) {
    throw new UsageError(`--continue: expected a tokenizer.json, got ${(error as Error).message} (${path})`);
  }
}

function summary(json: TokenizerJson, seconds: number): Record<string, unknown> {
  const model = json.model as { type: string; vocab: object; merges?: unknown[] };
  return {
    model: model.type,
    vocab_size: Array.isArray(model.vocab) ? model.vocab.length : Object.keys(model.vocab).length,
    ...(model.merges ? { merges: model.merges.length } : {}),
    seconds: Number(seconds.toFixed(3)),
    peak_memory: process.resourceUsage().maxRSS * 1024,
  };
}

async function interruptible<T>(io: Io, work: (signal: AbortSignal) => Promise<T>): Promise<T | 130> {
  const controller = new AbortController();
  const stop = (): void => controller.abort(new Error('interrupted'));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    return await work(controller.signal);
  } catch (error) {
    if (!controller.signal.aborted) throw error;
    io.note('\ninterrupted: nothing was written\n');
    return 130;
  } finally {
    process.removeListener('SIGINT', stop);
    process.removeListener('SIGTERM', stop);
  }
}

export const command: Command = {
  flags: {
    ...trainingFlags,
    memory: { type: 'string' },
    'text-field': { type: 'string' },
    encoding: { type: 'string' },
    continue: { type: 'string' },
    out: { type: 'string' },
  },
  run: async (args, io) => {
    const out = text(args, 'out');
    if (out === undefined) throw new UsageError('expected --out F.json, got nothing');
    if (args.positionals.length === 0) throw new UsageError('expected files of a corpus, or -, got nothing');
    const continueFrom = await continued(args);
    const algorithm = algorithmOf(args) ?? MADE_BY[(continueFrom?.model as { type?: string } | undefined)?.type ?? ''];
    if (algorithm === undefined) throw new UsageError(`expected --algorithm ${ALGORITHMS.join('|')}, got nothing`);
    const options: FileTrainingOptions = {
      ...trainingOptionsOf(args, algorithm),
      continueFrom,
      memory: bytesOf(args, 'memory'),
      textField: text(args, 'text-field'),
      encoding: text(args, 'encoding'),
    };
    const start = performance.now();
    const line = trainingProgressLine(io);
    const json = await interruptible(io, (signal) =>
      trainTokenizerFromFiles(args.positionals, { ...options, signal, watch: line.show }),
    );
    line.end();
    if (json === 130) return 130;
    const content = `${JSON.stringify(json)}\n`;
    if (out === '-') io.out(content);
    else await writeFileAtomic(out, content);
    const result = summary(json, (performance.now() - start) / 1000);
    if (io.json && out !== '-') io.out(JSON.stringify({ out, ...result }));
    else if (out !== '-') io.out(`${out}: ${result.model}, ${result.vocab_size} tokens, ${result.seconds} s`);
    return undefined;
  },
};
