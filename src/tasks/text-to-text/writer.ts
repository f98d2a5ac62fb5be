// Many texts to what a generator makes of them: rows of similar length go together.
import { batchesByLength, DataError } from '../../data/index.ts';
import { ownLength } from '../encode-texts.ts';
import type { GenerationSettings, Generator } from '../generation/index.ts';

/** What was written for one source. */
export interface Written {
  /** Without special tokens. */
  readonly text: string;
  /** The tokens that were written, the end included. */
  readonly ids: readonly number[];
  /** Log-probability over length to the power of the length penalty, in nats. */
  readonly score: number;
}

/** How texts are written. */
export interface WriteOptions {
  readonly settings?: GenerationSettings;
  /** Most new tokens for a source of so many tokens; the model's own limit when absent. */
  readonly room?: (tokens: number) => number;
  /** Most rows at a time, a row for each beam or each that is returned. Default 256. */
  readonly rows?: number;
  /** Seed of sampling. Default 0. */
  readonly seed?: number;
  /** Aborting ends the writing: the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Room of a measurement: a model that has learnt nothing does not end by itself. */
export const twice = (tokens: number): number => 2 * tokens + 10;

/** One text's ids. @throws DataError for an empty text, and for one longer than the model's positions, with the input's number */
export function sourceIds(generator: Generator, text: string, number: number): number[] {
  if (text.trim() === '') throw new DataError(`expected a text, got an empty one (input ${number})`);
  const ids = generator.tokenizer?.encode(text, { special: 'text', ...ownLength }).ids ?? [];
  const { maxLength } = generator.model;
  if (maxLength !== undefined && ids.length > maxLength)
    throw new DataError(
      `expected at most ${maxLength} tokens, as the model has positions, got ${ids.length} (input ${number}, '${text.slice(0, 40)}…'); split the text, or take a model with more positions`,
    );
  return ids;
}

/** Writes for every source, in their order: `num_return_sequences` rows of each, the best first where beams found them. */
export async function writeRows(
  generator: Generator,
  sources: readonly (readonly number[])[],
  { settings = {}, room, rows = 256, seed = 0, signal }: WriteOptions = {},
): Promise<Written[][]> {
  const { num_beams = 1, num_return_sequences = 1 } = { ...generator.settings, ...settings };
  const size = Math.max(1, Math.floor(rows / Math.max(num_beams, num_return_sequences)));
  const written: Written[][] = [];
  const lengths = sources.map((source) => source.length);
  for (const chosen of batchesByLength(lengths, size)) {
    const longest = lengths[chosen.at(-1) as number] as number;
    const limit = Math.min(room?.(longest) ?? Number.POSITIVE_INFINITY, (generator.model.maxLength ?? 512) - 1);
    const result = await generator.generate({
      prompts: chosen.map((i) => sources[i] as number[]),
      settings: { ...settings, ...(room ? { max_new_tokens: limit } : {}) },
      ...{ scores: true, seed },
      ...(signal ? { signal } : {}),
    });
    const found = result.written.map((ids, r): Written => {
      const text = generator.tokenizer?.decode([...ids], { skipSpecialTokens: true }) ?? ids.join(' ');
      return { text, ids, score: result.scores?.[r] as number };
    });
    // rows of one source follow each other
    const each = found.length / chosen.length;
    chosen.forEach((i, r) => {
      written[i] = found.slice(r * each, (r + 1) * each);
    });
  }
  return written;
}

/** Writes one row for every source, in their order, however many the model's own settings ask for. */
export async function writeAll(
  generator: Generator,
  sources: readonly (readonly number[])[],
  options: WriteOptions = {},
): Promise<Written[]> {
  const settings = { ...options.settings, num_return_sequences: 1 };
  return (await writeRows(generator, sources, { ...options, settings })).map(([best]) => best as Written);
}
