// Next-token prediction by a GPT-2-style decoder.
import type { HubConfig } from '../../models/index.ts';
import type { Tokenizer } from '../../tokens/index.ts';
import { type CorpusSetup, type CorpusText, matrix, prepareCorpusJob } from '../corpus-job.ts';
import type { Job, JobContext } from '../job.ts';
import { frames } from '../tokenizer.ts';
import type { LanguageModelRecipe } from './recipe.ts';

function decoderConfig(recipe: LanguageModelRecipe, tokenizer: Tokenizer): HubConfig {
  const { model } = recipe;
  return {
    architectures: ['GPT2LMHeadModel'],
    model_type: 'gpt2',
    vocab_size: tokenizer.vocabSize,
    n_embd: model.dim,
    n_layer: model.layers,
    n_head: model.heads,
    n_inner: model.ffnDim,
    n_positions: model.maxLength,
    activation_function: 'gelu_new',
    layer_norm_epsilon: 1e-5,
    resid_pdrop: model.dropout,
    embd_pdrop: model.dropout,
    attn_pdrop: model.attentionDropout,
    initializer_range: 0.02,
  };
}

/** Windows that are their own labels: models shift them. */
export const nextTokenBatch: CorpusSetup['batchOf'] = (rows) => {
  const ids = matrix(rows);
  return { input_ids: ids, labels: ids };
};

/** Prepares next-token prediction. */
export function prepareLanguageModel(
  recipe: LanguageModelRecipe,
  corpus: CorpusText,
  context: JobContext,
): Promise<Job> {
  const configOf = (tokenizer: Tokenizer): HubConfig => decoderConfig(recipe, tokenizer);
  return prepareCorpusJob({ recipe, corpus, context, frame: frames.encoder, configOf, batchOf: nextTokenBatch });
}
