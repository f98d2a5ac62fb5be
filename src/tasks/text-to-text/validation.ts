// What training measures now and then: the loss of given targets, and the scores of what the model writes by itself, greedily.
import type { NamedArrays } from '../../array/index.ts';
import { batchesByLength, type PairExample } from '../../data/index.ts';
import type { Model } from '../../models/index.ts';
import type { Tokenizer } from '../../tokens/index.ts';
import type { Metrics } from '../../train/index.ts';
import { type GenerationSettings, Generator } from '../generation/index.ts';
import { ModelRunner } from '../runner.ts';
import type { SessionTarget } from '../session.ts';
import { type EncodedPair, PAIR_INPUTS, pairBatch } from './batch.ts';
import { bySource, type Measure } from './measures.ts';
import { twice, writeAll } from './writer.ts';

/** What is measured, and how. */
export interface ValidationSetup {
  readonly model: Model;
  readonly tokenizer: Tokenizer;
  /** How the model writes. */
  readonly settings: GenerationSettings;
  readonly measure: Measure;
  readonly pairs: readonly PairExample[];
  readonly encode: (pair: PairExample) => EncodedPair;
}

/** A measurement of weights. */
export interface Validation {
  /** `loss` in nats per token that is written, and the measure's scores. */
  readonly evaluate: (parameters: NamedArrays) => Promise<Metrics>;
  readonly release: () => Promise<void>;
}

/** Pairs of a batch that only measures the loss. */
const ROWS = 64;

/** Gets a measurement ready. */
export async function validationOf(
  { model, tokenizer, settings, measure, pairs, encode }: ValidationSetup,
  context: SessionTarget,
): Promise<Validation> {
  const runner = await ModelRunner.create(model, { ...context, inputs: PAIR_INPUTS, want: ['loss'] });
  const padId = Number(model.config.pad_token_id ?? 0);
  const encoded = pairs.map(encode);
  const records = bySource(pairs);
  const sourceOf = new Map(pairs.map(({ source }, i) => [source, encoded[i]?.source]));
  const sources = records.map(({ source }) => sourceOf.get(source) as readonly number[]);
  const lengths = encoded.map(({ target }) => target.length);
  const loss = async (parameters: NamedArrays): Promise<number> => {
    let [nats, tokens] = [0, 0];
    for (const chosen of batchesByLength(lengths, ROWS)) {
      const some = chosen.map((i) => encoded[i] as EncodedPair);
      const count = some.reduce((sum, { target }) => sum + target.length, 0);
      const { loss: mean } = await runner.run(parameters, pairBatch(some, padId));
      nats += (mean?.data[0] as number) * count;
      tokens += count;
    }
    return nats / tokens;
  };
  const scores = async (parameters: NamedArrays): Promise<Metrics> => {
    const generator = new Generator(model, parameters, { ...context, settings, tokenizer });
    try {
      const written = await writeAll(generator, sources, { settings: { num_beams: 1 }, room: twice });
      return measure.score(
        written.map(({ text }) => text),
        records.map(({ references }) => references),
      );
    } finally {
      await generator.release();
    }
  };
  return {
    evaluate: async (parameters) => ({ loss: await loss(parameters), ...(await scores(parameters)) }),
    release: () => runner.release(),
  };
}
