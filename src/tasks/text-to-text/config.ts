// The `config.json` and `generation_config.json` of a new encoder-decoder: Marian's, for its positions need no training and its towers,
// tied tables and scaled embeddings are those of Vaswani et al. 2017.
import type { HubConfig } from '../../models/index.ts';
import type { Tokenizer } from '../../tokens/index.ts';
import { initializerRange } from '../first-values.ts';
import type { ModelRecipe } from '../recipe.ts';
import { frames } from '../tokenizer.ts';

/** Beams unless someone says otherwise, as translation models have it. */
export const BEAMS = 4;

/** Ids of the frame's special tokens. */
export function specialIds(tokenizer: Tokenizer): Record<'pad_token_id' | 'bos_token_id' | 'eos_token_id', number> {
  const idOf = (name: 'pad_token' | 'bos_token' | 'eos_token'): number =>
    tokenizer.tokenToId(frames.sequence.names[name] as string) as number;
  return { pad_token_id: idOf('pad_token'), bos_token_id: idOf('bos_token'), eos_token_id: idOf('eos_token') };
}

/** A `config.json` for a new encoder-decoder of the recipe's size; first values have the deviation `dim^-0.5`. */
export function encoderDecoderConfig(model: ModelRecipe, tokenizer: Tokenizer): HubConfig {
  const ids = specialIds(tokenizer);
  const tower = (name: 'encoder' | 'decoder') => ({
    [`${name}_layers`]: model.layers,
    [`${name}_attention_heads`]: model.heads,
    [`${name}_ffn_dim`]: model.ffnDim,
    [`${name}_layerdrop`]: 0,
  });
  return {
    architectures: ['MarianMTModel'],
    model_type: 'marian',
    is_encoder_decoder: true,
    vocab_size: tokenizer.vocabSize,
    decoder_vocab_size: tokenizer.vocabSize,
    d_model: model.dim,
    ...tower('encoder'),
    ...tower('decoder'),
    activation_function: 'relu',
    max_position_embeddings: model.maxLength,
    scale_embedding: true,
    share_encoder_decoder_embeddings: true,
    tie_word_embeddings: true,
    dropout: model.dropout,
    attention_dropout: model.attentionDropout,
    activation_dropout: 0,
    init_std: initializerRange(model),
    ...ids,
    decoder_start_token_id: ids.bos_token_id,
    forced_eos_token_id: ids.eos_token_id,
  };
}

/** How it writes unless someone says otherwise: beams; never padding. */
export function generationConfig(model: ModelRecipe, tokenizer: Tokenizer): Record<string, unknown> {
  const ids = specialIds(tokenizer);
  return {
    ...ids,
    decoder_start_token_id: ids.bos_token_id,
    forced_eos_token_id: ids.eos_token_id,
    bad_words_ids: [[ids.pad_token_id], [ids.bos_token_id]],
    max_length: model.maxLength,
    num_beams: BEAMS,
  };
}
