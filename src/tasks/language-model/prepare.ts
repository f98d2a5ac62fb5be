// Next-token prediction by a GPT-2-style decoder, or by one that a run goes on from.
import type { HubConfig } from '../../models/index.ts';
import type { Tokenizer } from '../../tokens/index.ts';
import { type CorpusSetup, type CorpusText, matrix, prepareCorpusJob } from '../corpus-job.ts';
import { decoderConfig, generationFile } from '../decoder-config.ts';
import type { Job, JobContext } from '../job.ts';
import type { Start } from '../start.ts';
import { frames } from '../tokenizer.ts';
import type { LanguageModelRecipe } from './recipe.ts';

/** Windows that are their own labels: models shift them. */
export const nextTokenBatch: CorpusSetup['batchOf'] = (rows) => {
  const ids = matrix(rows);
  return { input_ids: ids, labels: ids };
};

/** How a run writes unless it is told otherwise: the likeliest token again and again goes round in circles. */
const WRITING = { do_sample: true, temperature: 0.8, max_new_tokens: 100 };

/** Prepares next-token prediction. @throws DataError for a text that is shorter than a row */
export async function prepareLanguageModel(
  recipe: LanguageModelRecipe,
  corpus: CorpusText,
  context: JobContext,
  start?: Start,
): Promise<Job> {
  const configOf = (tokenizer: Tokenizer): HubConfig => decoderConfig(recipe.model, tokenizer, 'GPT2LMHeadModel');
  const frame = frames.decoder;
  const job = await prepareCorpusJob({ recipe, start, corpus, context, frame, configOf, batchOf: nextTokenBatch });
  // files of a start go first: it writes as it always did
  return { ...job, files: { ...generationFile(job.model.config, WRITING), ...job.files } };
}
