// `pipeline('prompt-classification', model)`: labels by the words that a language model finds likeliest after a prompt.
import { openModel } from '../forward.node.ts';
import { givenTexts } from '../given-texts.ts';
import { type Classification, ranked } from '../labels.ts';
import type { Pipeline, PipelineContext } from '../pipeline.node.ts';
import { tokenizerOf } from '../text-model.node.ts';
import { PromptClassifier, type PromptLabels } from './prompt-labels.ts';

/** Classifies by a prompt; results as `text-classification` gives them with `top_k: null`, the likeliest first. */
export interface PromptClassificationPipeline extends Pipeline {
  (text: string, options: PromptLabels): Promise<Classification[]>;
  (texts: readonly string[], options: PromptLabels): Promise<Classification[][]>;
}

/** Opens a language model for it. @throws DataError for a model of another kind, or a vocabulary that does not fit */
export async function promptClassificationPipeline(
  name: string,
  context: PipelineContext,
): Promise<PromptClassificationPipeline> {
  const open = await openModel(name, context.hub);
  const { model, parameters } = open;
  const classifier = await PromptClassifier.create(model, await tokenizerOf(open), context);
  const one = async (text: string, options: PromptLabels): Promise<Classification[]> => {
    const shares = await classifier.probabilities(parameters, text, options);
    return ranked(Object.keys(options.words), shares);
  };
  const call = async (input: string | readonly string[], options: PromptLabels): Promise<never> => {
    const results: Classification[][] = [];
    for (const text of givenTexts(input)) results.push(await one(text, options));
    return (typeof input === 'string' ? results[0] : results) as never;
  };
  return Object.assign(call, { dispose: () => classifier.release() });
}
