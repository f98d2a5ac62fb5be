// `pipeline('feature-extraction', model)`: the last states of an encoder, or one vector a text, with the result shapes of Transformers.js.
import { DataError } from '../../data/index.ts';
import { openEncoder } from '../encoder.node.ts';
import { type Features, stackRows } from '../features.ts';
import { givenTexts } from '../given-texts.ts';
import type { Pipeline, PipelineContext } from '../pipeline.node.ts';
import { tokenizerOf } from '../text-model.node.ts';
import { TextRunner } from '../text-runner.ts';
import { type Pooling, pool } from './pooling.ts';

/** Options of one call. */
export interface FeatureOptions {
  /** Default none: the states of all tokens. */
  readonly pooling?: Pooling;
  /** Scale every vector to length 1. Default false. */
  readonly normalize?: boolean;
}

/** An encoder that is ready to be called. */
export interface FeatureExtractionPipeline extends Pipeline {
  /** States `[B, T, D]`, zeros behind the shorter texts; with `pooling` `[B, D]`. One text is a batch of one. */
  (texts: string | readonly string[], options?: FeatureOptions): Promise<Features>;
}

/** Opens an encoder of texts. @throws DataError for a model of another kind */
export async function featureExtractionPipeline(
  model: string,
  context: PipelineContext,
): Promise<FeatureExtractionPipeline> {
  const open = await openEncoder(model, 'input_ids', context.hub);
  const runner = await TextRunner.create({ ...context, ...open, tokenizer: await tokenizerOf(open) });
  const call = async (input: string | readonly string[], options: FeatureOptions = {}): Promise<Features> => {
    const texts = givenTexts(input);
    if (texts.length === 0) throw new DataError('feature-extraction: expected at least one text, got none');
    const rows = await runner.run(runner.encode(texts));
    const features = stackRows(rows.map((row) => pool(row, options.pooling ?? 'none')));
    return options.normalize ? features.normalize() : features;
  };
  return Object.assign(call, { dispose: () => runner.release() });
}
