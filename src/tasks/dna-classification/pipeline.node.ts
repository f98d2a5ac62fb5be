// `pipeline('dna-classification', model)`: ours, with the shapes of text classification.
import type { Classification } from '../labels.ts';
import type { Pipeline, PipelineContext } from '../pipeline.node.ts';
import { type ClassifyOptions, classifierPipeline } from '../text-classification/pipeline.node.ts';
import { basesOf, type SequenceInput, sequencesBehind } from './inputs.node.ts';
import { classifyDna, openDna } from './task.node.ts';

/** A classifier of sequences of bases that is ready to be called. */
export interface DnaClassificationPipeline extends Pipeline {
  /** As `TextClassificationPipeline`, of bases, or of files with one sequence by their path, address or bytes. */
  (input: SequenceInput, options?: ClassifyOptions): Promise<Classification[]>;
  (inputs: readonly SequenceInput[], options?: ClassifyOptions): Promise<Classification[] | Classification[][]>;
}

/** Opens a classifier of sequences of bases. @throws DataError for a model of another kind */
export async function dnaClassificationPipeline(
  model: string,
  context: PipelineContext,
): Promise<DnaClassificationPipeline> {
  const open = await openDna(model, context);
  const classify = classifierPipeline(
    (sequences) => classifyDna(open, sequences),
    () => open.classifier.release(),
  );
  const call = async (input: SequenceInput | readonly SequenceInput[], options?: ClassifyOptions): Promise<never> => {
    const bases = Array.isArray(input) ? Promise.all(input.map(basesOf)) : basesOf(input as SequenceInput);
    return (await classify((await bases) as string, options)) as never;
  };
  return Object.assign(call, { inputsIn: sequencesBehind, dispose: classify.dispose });
}
