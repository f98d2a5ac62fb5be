// What BERT, RoBERTa (both kinds), DistilBERT, ELECTRA and ALBERT configurations say, in our words. Spellings follow their `config.json` files.
import { ConfigError, ConfigReader, type HubConfig } from '../architecture.ts';

/** The encoder all share. */
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
  /** Width of the embedding tables, and whether a linear layer widens it to `dim` (ELECTRA, ALBERT). */
  readonly embeddingDim: number;
  readonly widensEmbeddings: boolean;
  /** Blocks norm their input, and a last norm follows them (RoBERTa-PreLayerNorm); else they norm their output. */
  readonly normsFirst: boolean;
  /** Where block `i` has its parameters, where blocks share them (ALBERT). */
  readonly blockPath: ((block: number) => string) | undefined;
  /** Tokens see those before them only (`is_decoder`). */
  readonly isCausal: boolean;
  /** The head of words is the embedding table. */
  readonly isTied: boolean;
}

/** From a `config.json` of `model_type` bert or roberta. @throws ConfigError for a decoder that looks at an encoder */
export function bertConfigFrom(hub: HubConfig): BertConfig {
  const where = `model_type ${hub.model_type}`;
  const read = new ConfigReader(hub, where);
  if (read.boolean('add_cross_attention', false)) {
    throw new ConfigError(
      `config.add_cross_attention: expected false, since cross-attention is not implemented here, got true (${where})`,
    );
  }
  const dropout = read.number('hidden_dropout_prob', 0.1);
  const dim = read.size('hidden_size');
  return {
    vocabSize: read.size('vocab_size'),
    dim,
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
    embeddingDim: dim,
    widensEmbeddings: false,
    normsFirst: false,
    blockPath: undefined,
    isCausal: read.boolean('is_decoder', false),
    isTied: read.boolean('tie_word_embeddings', true),
  };
}

/** From a `config.json` of `model_type` roberta-prelayernorm. */
export function preNormConfigFrom(hub: HubConfig): BertConfig {
  return { ...bertConfigFrom(hub), normsFirst: true };
}

/** From a `config.json` of `model_type` electra: tables may be narrower than the encoder. */
export function electraConfigFrom(hub: HubConfig): BertConfig {
  const config = bertConfigFrom(hub);
  const embeddingDim = new ConfigReader(hub, 'model_type electra').size('embedding_size', 128);
  return { ...config, embeddingDim, widensEmbeddings: embeddingDim !== config.dim };
}

/** From a `config.json` of `model_type` albert: narrow tables, and groups of layers that are run again and again. */
export function albertConfigFrom(hub: HubConfig): BertConfig {
  const read = new ConfigReader(hub, 'model_type albert');
  // no decoder: the reference reads neither field
  const fields = { hidden_dropout_prob: read.number('hidden_dropout_prob', 0), is_decoder: false };
  const config = bertConfigFrom({ ...hub, ...fields, add_cross_attention: false });
  const [groups, inner] = [read.size('num_hidden_groups', 1), read.size('inner_group_num', 1)];
  const groupOf = (layer: number): number => Math.floor(layer / (config.layers / groups));
  return {
    ...config,
    layers: config.layers * inner,
    activation: read.string('hidden_act', 'gelu_new'),
    attentionDropout: read.number('attention_probs_dropout_prob', 0),
    classifierDropout: read.number('classifier_dropout_prob', 0.1),
    embeddingDim: read.size('embedding_size', 128),
    widensEmbeddings: true,
    blockPath: (block) => `groups.${groupOf(Math.floor(block / inner))}.layers.${block % inner}`,
  };
}

/** From a `config.json` of `model_type` distilbert, which is no decoder either. */
export function distilBertConfigFrom(hub: HubConfig): BertConfig {
  const read = new ConfigReader(hub, 'model_type distilbert');
  const dim = read.size('dim');
  return {
    vocabSize: read.size('vocab_size'),
    dim,
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
    embeddingDim: dim,
    widensEmbeddings: false,
    normsFirst: false,
    blockPath: undefined,
    isCausal: false,
    isTied: read.boolean('tie_word_embeddings', true),
  };
}
