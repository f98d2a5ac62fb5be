// Masked-token prediction by a BERT-style encoder.
import { int64 } from '../../array/index.ts';
import { DataError, maskTokens } from '../../data/index.ts';
import type { HubConfig } from '../../models/index.ts';
import type { Tokenizer } from '../../tokens/index.ts';
import { type CorpusSetup, type CorpusText, matrix, prepareCorpusJob } from '../corpus-job.ts';
import { encoderConfig } from '../encoder-config.ts';
import type { Job, JobContext } from '../job.ts';
import { maskOf } from '../mask-token.ts';
import type { Start } from '../start.ts';
import { frames } from '../tokenizer.ts';
import type { MaskedLanguageModelRecipe } from './recipe.ts';

/** What a masked model needs of its tokenizer. @throws DataError where it has no mask, or puts nothing around a text */
function maskedVocabulary(tokenizer: Tokenizer): { first: number; last: number; maskId: number; special: Set<number> } {
  const [first, last, ...more] = tokenizer.encode('', { padding: false }).ids;
  const { maskId } = maskOf(tokenizer) ?? {};
  if (first === undefined || last === undefined || more.length > 0 || maskId === undefined)
    throw new DataError(
      'masked-language-model: expected a tokenizer with a mask, and with one special token on each side of a text, got another; BERT and RoBERTa have such',
    );
  const pad = tokenizer.tokenToId(tokenizer.config?.specialTokens.pad_token ?? '[PAD]');
  return { first, last, maskId, special: new Set([first, last, ...(pad === undefined ? [] : [pad])]) };
}

/** BERT's corruption of windows that get `[CLS]` in front and `[SEP]` behind, as classifiers see them. */
const maskedBatchOf =
  (seed: number): CorpusSetup['batchOf'] =>
  (rows, tokenizer, step) => {
    const { first, last, maskId, special } = maskedVocabulary(tokenizer);
    const framed = rows.map((row) => [first, ...row.slice(0, -2), last]);
    const masked = maskTokens(framed, { maskId, vocabSize: tokenizer.vocabSize, special }, { seed, step });
    const labels = matrix(masked.labels);
    const places = [...labels.data.keys()].filter((place) => labels.data[place] !== -100n);
    return { input_ids: matrix(masked.rows), labels, label_places: int64([places.length], places) };
  };

/** The corruption that measures use, whatever the run's seed. */
export const maskedBatch: CorpusSetup['batchOf'] = maskedBatchOf(0);

/** Prepares masked-token prediction. @throws DataError as `prepareCorpusJob`; for a tokenizer without a mask */
export async function prepareMaskedLanguageModel(
  recipe: MaskedLanguageModelRecipe,
  corpus: CorpusText,
  context: JobContext,
  start?: Start,
): Promise<Job> {
  if (start) maskedVocabulary(start.tokenizer);
  const configOf = (tokenizer: Tokenizer): HubConfig =>
    encoderConfig(recipe.model, tokenizer, 'ForMaskedLM', ['LABEL_0', 'LABEL_1']);
  const batchOf = maskedBatchOf(recipe.seed);
  const learnsFrom = ['input_ids', 'labels', 'label_places'];
  return prepareCorpusJob({ recipe, start, corpus, context, frame: frames.encoder, configOf, batchOf, learnsFrom });
}
