// The `config.json` of a new BERT-style encoder.
import type { HubConfig } from '../models/index.ts';
import type { Tokenizer } from '../tokens/index.ts';
import type { ModelRecipe } from './recipe.ts';

/** A `config.json` for a new encoder of the recipe's size. */
export function encoderConfig(
  model: ModelRecipe,
  tokenizer: Tokenizer,
  className: string,
  labels: readonly string[],
): HubConfig {
  return {
    architectures: [className],
    model_type: 'bert',
    vocab_size: tokenizer.vocabSize,
    hidden_size: model.dim,
    num_hidden_layers: model.layers,
    num_attention_heads: model.heads,
    intermediate_size: model.ffnDim,
    hidden_act: 'gelu',
    max_position_embeddings: model.maxLength,
    type_vocab_size: 1,
    layer_norm_eps: 1e-12,
    hidden_dropout_prob: model.dropout,
    attention_probs_dropout_prob: model.attentionDropout,
    initializer_range: 0.02,
    pad_token_id: tokenizer.tokenToId('[PAD]') ?? 0,
    id2label: Object.fromEntries(labels.map((label, id) => [id, label])),
    label2id: Object.fromEntries(labels.map((label, id) => [label, id])),
  };
}

/** The configuration of a checkpoint's encoder under the head, labels and dropout of a new task. */
export function underNewHead(start: HubConfig, fresh: HubConfig): HubConfig {
  const { architectures, id2label, label2id, hidden_dropout_prob, attention_probs_dropout_prob } = fresh;
  return { ...start, architectures, id2label, label2id, hidden_dropout_prob, attention_probs_dropout_prob };
}
