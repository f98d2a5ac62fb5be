// `pipeline('text-classification', model)` with the result shapes of Transformers.js.

import type { Classification } from '../labels.ts';
import type { Pipeline, PipelineContext } from '../pipeline.node.ts';
import { classify, openClassifier } from './task.node.ts';

/** Options of one call. */
export interface ClassifyOptions {
  /** How many labels to give, the likeliest first; null for all. Default 1. */
  readonly top_k?: number | null;
}

/** A text classifier that is ready to be called. */
export interface TextClassificationPipeline extends Pipeline {
  /** One result for one text (`top_k` 1), a list for more labels; one entry per text for several texts. */
  (text: string, options?: ClassifyOptions): Promise<Classification[]>;
  (texts: readonly string[], options?: ClassifyOptions): Promise<Classification[] | Classification[][]>;
}

/** Opens a text classifier. @throws DataError for a model of another kind */
export async function textClassificationPipeline(
  model: string,
  context: PipelineContext,
): Promise<TextClassificationPipeline> {
  const open = await openClassifier(model, context);
  const call = async (input: string | readonly string[], options: ClassifyOptions = {}): Promise<never> => {
    const count = options.top_k === null ? Number.POSITIVE_INFINITY : (options.top_k ?? 1);
    const results = (await classify(open, typeof input === 'string' ? [input] : input)).map((labels) =>
      labels.slice(0, count),
    );
    if (typeof input === 'string') return results[0] as never;
    return (count === 1 ? results.map((labels) => labels[0]) : results) as never;
  };
  return Object.assign(call, { dispose: () => open.classifier.release() });
}
