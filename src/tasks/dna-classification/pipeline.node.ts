// `pipeline('dna-classification', model)`: ours, with the shapes of text classification.

import type { Classification } from '../labels.ts';
import type { PipelineContext } from '../pipeline.node.ts';
import type { ClassifyOptions, TextClassificationPipeline } from '../text-classification/pipeline.node.ts';
import { classifyDna, openDna } from './task.node.ts';

/** Opens a classifier of sequences of bases. @throws DataError for a model of another kind */
export async function dnaClassificationPipeline(
  model: string,
  context: PipelineContext,
): Promise<TextClassificationPipeline> {
  const open = await openDna(model, context);
  const call = async (
    input: string | readonly string[],
    { top_k: asked = 1 }: ClassifyOptions = {},
  ): Promise<never> => {
    const count = asked ?? Number.POSITIVE_INFINITY;
    const results = (await classifyDna(open, typeof input === 'string' ? [input] : input)).map((labels) =>
      labels.slice(0, count),
    );
    if (typeof input === 'string') return results[0] as never;
    return (count === 1 ? results.map((labels): Classification => labels[0] as Classification) : results) as never;
  };
  return Object.assign(call, { dispose: () => open.classifier.release() });
}
