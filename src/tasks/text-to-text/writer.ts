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
  /** Most rows at a time, a row for each beam. Default 256. */
  readonly rows?: number;
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

/** Writes for every source, in their order. */
export async function writeAll(
  generator: Generator,
  sources: readonly (readonly number[])[],
  { settings = {}, room, rows = 256 }: WriteOptions = {},
): Promise<Written[]> {
  const size = Math.max(1, Math.floor(rows / (settings.num_beams ?? generator.settings.num_beams ?? 1)));
  const written: Written[] = [];
  const lengths = sources.map((source) => source.length);
  for (const chosen of batchesByLength(lengths, size)) {
    const longest = lengths[chosen.at(-1) as number] as number;
    const limit = Math.min(room?.(longest) ?? Number.POSITIVE_INFINITY, (generator.model.maxLength ?? 512) - 1);
    const result = await generator.generate({
      prompts: chosen.map((i) => sources[i] as number[]),
      settings: { ...settings, ...(room ? { max_new_tokens: limit } : {}) },
      scores: true,
    });
    chosen.forEach((i, r) => {
      const ids = result.written[r] as readonly number[];
      const text = generator.tokenizer?.decode([...ids], { skipSpecialTokens: true }) ?? ids.join(' ');
      written[i] = { text, ids, score: result.scores?.[r] as number };
    });
  }
  return written;
}
