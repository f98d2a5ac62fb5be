// `pipeline('token-classification', model)`, also called `ner`, with the result shapes of Transformers.
import { givenTexts } from '../given-texts.ts';
import type { Pipeline, PipelineContext } from '../pipeline.node.ts';
import type { AggregationStrategy, EntityGroup, TaggedToken } from './entities.ts';
import { openTagger, tagTexts } from './task.node.ts';

/** Options of one call, by their names in Transformers. */
export interface TokenClassificationOptions {
  /** How tokens are joined. Default: what the model's folder asks for, else `none`. */
  readonly aggregation_strategy?: AggregationStrategy;
  /** Labels to leave out. Default `['O']`. */
  readonly ignore_labels?: readonly string[];
}

/** A token classifier that is ready to be called. */
export interface TokenClassificationPipeline extends Pipeline {
  /** Tokens (`none`) or entities of one text. Texts longer than the model are read in windows. */
  (text: string, options?: TokenClassificationOptions): Promise<(TaggedToken | EntityGroup)[]>;
  (texts: readonly string[], options?: TokenClassificationOptions): Promise<(TaggedToken | EntityGroup)[][]>;
}

/** Opens a token classifier. @throws DataError for a model of another kind */
export async function tokenClassificationPipeline(
  model: string,
  context: PipelineContext,
): Promise<TokenClassificationPipeline> {
  const open = await openTagger(model, context);
  const call = async (
    input: string | readonly string[],
    { aggregation_strategy: strategy, ignore_labels: ignored }: TokenClassificationOptions = {},
  ): Promise<never> => {
    const options = { ...(strategy === undefined ? {} : { strategy }), ...(ignored ? { ignored } : {}) };
    const found = await tagTexts(open, givenTexts(input), options);
    return (typeof input === 'string' ? found[0] : found) as never;
  };
  return Object.assign(call, { dispose: () => open.tagger.release() });
}
