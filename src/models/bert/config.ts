// What BERT, RoBERTa and DistilBERT configurations say, in our words. Spellings follow their `config.json` files.
import { ConfigReader, type HubConfig } from '../architecture.ts';

/** The encoder all three share. */
export interface BertConfig {
  readonly vocabSize: number;
  readonly dim: number;
  readonly layers: number;
  readonly heads: number;
  readonly ffnDim: number;
  readonly activation: string;
  readonly maxLength: number;
  /** 0: no token types. */
  readonly tokenTypes: number;
  readonly normEpsilon: number;
  readonly dropout: number;
  readonly attentionDropout: number;
  readonly classifierDropout: number;
  readonly initDeviation: number;
  readonly padId: number;
  readonly labels: readonly string[];
}

/** From a `config.json` of `model_type` bert or roberta. */
export function bertConfigFrom(hub: HubConfig): BertConfig {
  const read = new ConfigReader(hub, `model_type ${hub.model_type}`);
  const dropout = read.number('hidden_dropout_prob', 0.1);
  return {
    vocabSize: read.size('vocab_size'),
    dim: read.size('hidden_size'),
    layers: read.size('num_hidden_layers'),
    heads: read.size('num_attention_heads'),
    ffnDim: read.size('intermediate_size'),
    activation: read.string('hidden_act', 'gelu'),
    maxLength: read.size('max_position_embeddings'),
    tokenTypes: read.number('type_vocab_size', 2),
    normEpsilon: read.number('layer_norm_eps', 1e-12),
    dropout,
    attentionDropout: read.number('attention_probs_dropout_prob', 0.1),
    classifierDropout: read.number('classifier_dropout', dropout),
    initDeviation: read.number('initializer_range', 0.02),
    padId: read.number('pad_token_id', 0),
    labels: read.labels(),
  };
}

/** From a `config.json` of `model_type` distilbert. */
export function distilBertConfigFrom(hub: HubConfig): BertConfig {
  const read = new ConfigReader(hub, 'model_type distilbert');
  return {
    vocabSize: read.size('vocab_size'),
    dim: read.size('dim'),
    layers: read.size('n_layers'),
    heads: read.size('n_heads'),
    ffnDim: read.size('hidden_dim'),
    activation: read.string('activation', 'gelu'),
    maxLength: read.size('max_position_embeddings'),
    tokenTypes: 0,
    normEpsilon: 1e-12,
    dropout: read.number('dropout', 0.1),
    attentionDropout: read.number('attention_dropout', 0.1),
    classifierDropout: read.number('seq_classif_dropout', 0.2),
    initDeviation: read.number('initializer_range', 0.02),
    padId: read.number('pad_token_id', 0),
    labels: read.labels(),
  };
}
