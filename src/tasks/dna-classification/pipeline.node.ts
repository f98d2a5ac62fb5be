// `pipeline('dna-classification', model)`: ours, with the shapes of text classification.
import type { PipelineContext } from '../pipeline.node.ts';
import { classifierPipeline, type TextClassificationPipeline } from '../text-classification/pipeline.node.ts';
import { sequencesBehind } from './inputs.node.ts';
import { classifyDna, openDna } from './task.node.ts';

/** Opens a classifier of sequences of bases. @throws DataError for a model of another kind */
export async function dnaClassificationPipeline(
  model: string,
  context: PipelineContext,
): Promise<TextClassificationPipeline> {
  const open = await openDna(model, context);
  const call = classifierPipeline(
    (sequences) => classifyDna(open, sequences),
    () => open.classifier.release(),
  );
  return Object.assign(call, { inputsIn: sequencesBehind });
}
