// `pipeline('text-classification', model)` with the result shapes of Transformers.js.
import { givenTexts, givenTop } from '../given-texts.ts';
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

/** The pipeline over something that classifies texts. */
export function classifierPipeline(
  classifyAll: (texts: readonly string[]) => Promise<Classification[][]>,
  dispose: () => Promise<void>,
): TextClassificationPipeline {
  const call = async (
    input: string | readonly string[],
    { top_k: asked = 1 }: ClassifyOptions = {},
  ): Promise<never> => {
    const count = givenTop(asked);
    const all = await classifyAll(givenTexts(input));
    const results = all.map((labels) => labels.slice(0, count));
    if (typeof input === 'string') return results[0] as never;
    return (count === 1 ? results.map((labels) => labels[0]) : results) as never;
  };
  return Object.assign(call, { dispose });
}

/** Opens a text classifier. @throws DataError for a model of another kind */
export async function textClassificationPipeline(
  model: string,
  context: PipelineContext,
): Promise<TextClassificationPipeline> {
  const open = await openClassifier(model, context);
  return classifierPipeline(
    (texts) => classify(open, texts),
    () => open.classifier.release(),
  );
}
