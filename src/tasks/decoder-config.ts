// The `config.json` of a new GPT-2-style decoder.
import { jsonText } from '../checkpoints/index.ts';
import type { HubConfig } from '../models/index.ts';
import type { Tokenizer } from '../tokens/index.ts';
import { initializerRange } from './first-values.ts';
import { labelTables } from './labels.ts';
import type { ModelRecipe } from './recipe.ts';

/** A `config.json` for a new decoder of the recipe's size; `labels` for classifiers. The tokenizer has a decoder's frame. */
export function decoderConfig(
  model: ModelRecipe,
  tokenizer: Tokenizer,
  className: string,
  labels: readonly string[] = [],
): HubConfig {
  return {
    architectures: [className],
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
    initializer_range: initializerRange(model),
    pad_token_id: tokenizer.tokenToId('<pad>'),
    bos_token_id: tokenizer.tokenToId('<bos>'),
    eos_token_id: tokenizer.tokenToId('<eos>'),
    ...(labels.length === 0 ? {} : labelTables(labels)),
  };
}

/** `generation_config.json` of a decoder: what `generate` does unless it is told otherwise. */
export function generationFile(config: HubConfig, settings: Readonly<Record<string, unknown>>): Record<string, string> {
  const { pad_token_id, bos_token_id, eos_token_id } = config;
  const all = { pad_token_id, bos_token_id, eos_token_id, ...settings };
  return { 'generation_config.json': jsonText(all) };
}
