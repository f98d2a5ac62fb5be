// Masked-token prediction by a BERT-style encoder.
import { int64 } from '../../array/index.ts';
import { maskTokens } from '../../data/index.ts';
import type { HubConfig } from '../../models/index.ts';
import type { Tokenizer } from '../../tokens/index.ts';
import { type CorpusSetup, type CorpusText, matrix, prepareCorpusJob } from '../corpus-job.ts';
import { encoderConfig } from '../encoder-config.ts';
import type { Job, JobContext } from '../job.ts';
import { frames } from '../tokenizer.ts';
import type { MaskedLanguageModelRecipe } from './recipe.ts';

/** BERT's corruption of windows that get `[CLS]` in front and `[SEP]` behind, as classifiers see them. */
const maskedBatchOf =
  (seed: number): CorpusSetup['batchOf'] =>
  (rows, tokenizer, step) => {
    const id = (token: string): number => tokenizer.tokenToId(token) as number;
    const special = new Set(['[PAD]', '[CLS]', '[SEP]'].map(id));
    const framed = rows.map((row) => [id('[CLS]'), ...row.slice(0, -2), id('[SEP]')]);
    const vocabulary = { maskId: id('[MASK]'), vocabSize: tokenizer.vocabSize, special };
    const masked = maskTokens(framed, vocabulary, { seed, step });
    const labels = matrix(masked.labels);
    const places = [...labels.data.keys()].filter((place) => labels.data[place] !== -100n);
    return { input_ids: matrix(masked.rows), labels, label_places: int64([places.length], places) };
  };

/** The corruption that measures use, whatever the run's seed. */
export const maskedBatch: CorpusSetup['batchOf'] = maskedBatchOf(0);

/** Prepares masked-token prediction. */
export function prepareMaskedLanguageModel(
  recipe: MaskedLanguageModelRecipe,
  corpus: CorpusText,
  context: JobContext,
): Promise<Job> {
  const configOf = (tokenizer: Tokenizer): HubConfig =>
    encoderConfig(recipe.model, tokenizer, 'ForMaskedLM', ['LABEL_0', 'LABEL_1']);
  const batchOf = maskedBatchOf(recipe.seed);
  const learnsFrom = ['input_ids', 'labels', 'label_places'];
  return prepareCorpusJob({ recipe, corpus, context, frame: frames.encoder, configOf, batchOf, learnsFrom });
}
