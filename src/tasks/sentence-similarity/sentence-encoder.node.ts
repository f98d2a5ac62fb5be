// Sentences to unit vectors, as sentence-transformers does it: the folder's own length, pooling, then length 1.
import { join } from 'node:path';
import { readJsonIfThere } from '../../checkpoints/index.node.ts';
import type { HubOptions } from '../../checkpoints/index.ts';
import { DataError } from '../../data/index.ts';
import { openEncoder } from '../encoder.node.ts';
import { type Pooling, pool } from '../feature-extraction/pooling.ts';
import { type Features, stackRows } from '../features.ts';
import type { RunnerOptions } from '../runner.ts';
import { tokenizerOf } from '../text-model.node.ts';
import { TextRunner } from '../text-runner.ts';

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

/** What the files of sentence-transformers call a pooling. */
const modes: Readonly<Record<string, Pooling>> = {
  pooling_mode_mean_tokens: 'mean',
  pooling_mode_cls_token: 'cls',
  pooling_mode_lasttoken: 'last_token',
};

/** The pooling of `1_Pooling/config.json`; the mean where there is no such file. @throws DataError for one that is not known */
async function poolingIn(dir: string): Promise<Pooling> {
  const path = join(dir, '1_Pooling', 'config.json');
  const config = await readJsonIfThere(path);
  if (!config) return 'mean';
  const asked = Object.keys(config).filter((key) => key.startsWith('pooling_mode_') && config[key] === true);
  const [pooling] = asked.map((key) => modes[key]);
  if (asked.length === 1 && pooling) return pooling;
  throw new DataError(`expected one pooling among ${Object.keys(modes).join(', ')}, got ${asked.join(', ')} (${path})`);
}

/** Opens a model that embeds sentences: any encoder's folder, with or without the files of sentence-transformers. @throws DataError */
export async function openSentenceEncoder(model: string, context: SentenceEncoderOptions): Promise<SentenceEncoder> {
  const open = await openEncoder(model, 'input_ids', context.hub);
  const pooling = await poolingIn(open.dir);
  const { max_seq_length: length } = (await readJsonIfThere(join(open.dir, 'sentence_bert_config.json'))) ?? {};
  const maxLength = typeof length === 'number' ? length : undefined;
  const runner = await TextRunner.create({ ...context, ...open, tokenizer: await tokenizerOf(open), maxLength });
  return {
    embed: async (sentences) => {
      const rows = await runner.run(runner.encode(sentences));
      return stackRows(rows.map((row) => pool(row, pooling))).normalize();
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
