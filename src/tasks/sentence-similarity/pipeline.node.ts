// `pipeline('sentence-similarity', model)`: the hub's task of that name (Transformers.js has none), inputs and results as its API has them.
import { DataError } from '../../data/index.ts';
import { givenTexts } from '../given-texts.ts';
import type { Pipeline, PipelineContext } from '../pipeline.node.ts';
import { cosines, openSentenceEncoder } from './sentence-encoder.node.ts';

/** What the hub's API takes. */
export interface SimilarityInput {
  readonly source_sentence: string;
  readonly sentences: readonly string[];
}

/** A comparer of sentences that is ready to be called. All numbers are cosines. */
export interface SentenceSimilarityPipeline extends Pipeline {
  /** How close each sentence is to the first argument. */
  (source: string, sentences: readonly string[]): Promise<number[]>;
  (input: SimilarityInput): Promise<number[]>;
  /** Every sentence with every other, one row each. */
  (sentences: readonly string[]): Promise<number[][]>;
}

/** Opens a comparer of sentences. @throws DataError for a model of another kind */
export async function sentenceSimilarityPipeline(
  model: string,
  context: PipelineContext,
): Promise<SentenceSimilarityPipeline> {
  const encoder = await openSentenceEncoder(model, context);
  const compare = async (source: unknown, sentences: unknown = []): Promise<number[]> => {
    const texts = givenTexts([source, ...(Array.isArray(sentences) ? sentences : [sentences])]);
    if (texts.length === 1) throw new DataError('sentence-similarity: expected sentences to compare with, got none');
    const [first, ...others] = await encoder.embed(texts);
    return cosines(first ? [first] : [], others)[0] as number[];
  };
  const call = async (
    input: string | SimilarityInput | readonly string[],
    sentences?: readonly string[],
  ): Promise<never> => {
    if (typeof input === 'string') return (await compare(input, sentences)) as never;
    const { source_sentence: source, sentences: others } = Object(input) as Partial<SimilarityInput>;
    if (source !== undefined) return (await compare(source, others)) as never;
    const all = await encoder.embed(givenTexts(input));
    return cosines(all, all) as never;
  };
  return Object.assign(call, { dispose: () => encoder.release() });
}
