// Sentences to unit vectors, as sentence-transformers does it: the folder's own length, pooling and further modules, then length 1.
import { join } from 'node:path';
import { readJsonIfThere } from '../../checkpoints/index.node.ts';
import type { HubOptions } from '../../checkpoints/index.ts';
import { openEncoder } from '../encoder.node.ts';
import { pool } from '../feature-extraction/pooling.ts';
import { type Features, stackRows } from '../features.ts';
import type { RunnerOptions } from '../runner.ts';
import { tokenizerOf } from '../text-model.node.ts';
import { TextRunner } from '../text-runner.ts';
import { sentenceModulesIn } from './modules.node.ts';

/** An encoder of sentences. */
export interface SentenceEncoder {
  /** Vectors `[N, D]` of length 1: their products are cosines. */
  embed(sentences: readonly string[]): Promise<Features>;
  release(): Promise<void>;
}

/** Where it runs, and how its files are fetched. */
export type SentenceEncoderOptions = Pick<RunnerOptions, 'runtime' | 'session'> & {
  /** Its `note` is told of sentences that are cut and of what the vocabulary lacks. */
  readonly hub?: HubOptions | undefined;
};

/**
 * Opens a model that embeds sentences: any encoder's folder, with or without the files of sentence-transformers.
 * @throws CheckpointError, TokenizerError, DataError for modules of theirs that are not known
 */
export async function openSentenceEncoder(model: string, context: SentenceEncoderOptions): Promise<SentenceEncoder> {
  const open = await openEncoder(model, 'input_ids', context.hub);
  const { pooling, steps } = await sentenceModulesIn(open.dir);
  const { max_seq_length: length } = (await readJsonIfThere(join(open.dir, 'sentence_bert_config.json'))) ?? {};
  const maxLength = typeof length === 'number' ? length : undefined;
  const runner = await TextRunner.create({ ...context, ...open, tokenizer: await tokenizerOf(open), maxLength });
  return {
    embed: async (sentences) => {
      const rows = await runner.run(runner.encode(sentences));
      const pooled = stackRows(rows.map((row) => pool(row, pooling)));
      return steps.reduce((vectors, step) => step(vectors), pooled).normalize();
    },
    release: () => runner.release(),
  };
}

/** Products of every vector of `a` with every vector of `b`: cosines, `[A][B]`, in [−1, 1] up to rounding. */
export function cosines(a: Iterable<Features>, b: Iterable<Features>): number[][] {
  const columns = [...b];
  return Array.from(a, ({ data }) =>
    columns.map((column) => data.reduce((sum, value, i) => sum + value * (column.data[i] as number), 0)),
  );
}
