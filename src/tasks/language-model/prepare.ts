// Next-token prediction by a GPT-2-style decoder.
import type { HubConfig } from '../../models/index.ts';
import type { Tokenizer } from '../../tokens/index.ts';
import { type CorpusSetup, type CorpusText, matrix, prepareCorpusJob } from '../corpus-job.ts';
import { decoderConfig, generationFile } from '../decoder-config.ts';
import type { Job, JobContext } from '../job.ts';
import { frames } from '../tokenizer.ts';
import type { LanguageModelRecipe } from './recipe.ts';

/** Windows that are their own labels: models shift them. */
export const nextTokenBatch: CorpusSetup['batchOf'] = (rows) => {
  const ids = matrix(rows);
  return { input_ids: ids, labels: ids };
};

/** How a run writes unless it is told otherwise: the likeliest token again and again goes round in circles. */
const WRITING = { do_sample: true, temperature: 0.8, max_new_tokens: 100 };

/** Prepares next-token prediction. */
export async function prepareLanguageModel(
  recipe: LanguageModelRecipe,
  corpus: CorpusText,
  context: JobContext,
): Promise<Job> {
  const configOf = (tokenizer: Tokenizer): HubConfig => decoderConfig(recipe.model, tokenizer, 'GPT2LMHeadModel');
  const frame = frames.decoder;
  const job = await prepareCorpusJob({ recipe, corpus, context, frame, configOf, batchOf: nextTokenBatch });
  return { ...job, files: { ...job.files, ...generationFile(job.model.config, WRITING) } };
}
