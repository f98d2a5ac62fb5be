// What a ModernBERT configuration says, in our words. Spellings follow its `config.json`.
import type { RopeFrequencies } from '../../nn/index.ts';
import { ConfigError, ConfigReader, type HubConfig } from '../architecture.ts';
import { ropeOf } from '../rope.ts';

/** What a `config.json` of `model_type` modernbert says. */
export interface ModernBertConfig {
  readonly vocabSize: number;
  readonly dim: number;
  readonly layers: number;
  readonly heads: number;
  readonly ffnDim: number;
  readonly activation: string;
  readonly classifierActivation: string;
  readonly normEpsilon: number;
  readonly bias: {
    readonly norm: boolean;
    readonly attention: boolean;
    readonly ffn: boolean;
    readonly classifier: boolean;
  };
  readonly hasDecoderBias: boolean;
  /** The head of words is the embedding table. */
  readonly isTied: boolean;
  readonly dropout: {
    readonly embedding: number;
    readonly attention: number;
    readonly ffn: number;
    readonly classifier: number;
  };
  readonly initDeviation: number;
  readonly padId: number;
  readonly pooling: 'cls' | 'mean';
  /** How far a local layer sees to each side. */
  readonly reach: number;
  readonly isLocal: (layer: number) => boolean;
  readonly rope: { readonly local: RopeFrequencies; readonly global: RopeFrequencies };
  readonly labels: readonly string[];
}

/** @throws ConfigError */
export function modernBertConfigFrom(hub: HubConfig): ModernBertConfig {
  const read = new ConfigReader(hub, 'model_type modernbert');
  const [dim, heads] = [read.size('hidden_size'), read.size('num_attention_heads')];
  if (dim % heads !== 0) {
    throw new ConfigError(
      `config.num_attention_heads: expected a divisor of ${dim}, got ${heads} (model_type modernbert)`,
    );
  }
  const pooling = read.string('classifier_pooling', 'cls');
  if (pooling !== 'cls' && pooling !== 'mean') {
    throw new ConfigError(`config.classifier_pooling: expected cls or mean, got '${pooling}' (model_type modernbert)`);
  }
  const types = hub.layer_types as readonly string[] | undefined;
  const every = read.size('global_attn_every_n_layers', 3);
  const rope = (layerType: string, theta: number): RopeFrequencies =>
    ropeOf(hub, read, { headDim: dim / heads, layerType, theta });
  return {
    vocabSize: read.size('vocab_size'),
    dim,
    layers: read.size('num_hidden_layers'),
    heads,
    ffnDim: read.size('intermediate_size'),
    activation: read.string('hidden_activation', 'gelu'),
    classifierActivation: read.string('classifier_activation', 'gelu'),
    normEpsilon: read.number('norm_eps', 1e-5),
    bias: {
      norm: read.boolean('norm_bias', false),
      attention: read.boolean('attention_bias', false),
      ffn: read.boolean('mlp_bias', false),
      classifier: read.boolean('classifier_bias', false),
    },
    hasDecoderBias: read.boolean('decoder_bias', true),
    isTied: read.boolean('tie_word_embeddings', true),
    dropout: {
      embedding: read.number('embedding_dropout', 0),
      attention: read.number('attention_dropout', 0),
      ffn: read.number('mlp_dropout', 0),
      classifier: read.number('classifier_dropout', 0),
    },
    initDeviation: read.number('initializer_range', 0.02),
    padId: read.number('pad_token_id', 50283),
    pooling,
    reach: Math.floor(read.size('local_attention', 128) / 2),
    isLocal: (layer) => (types ? types[layer] === 'sliding_attention' : layer % every !== 0),
    rope: {
      local: rope('sliding_attention', read.number('local_rope_theta', 10000)),
      global: rope('full_attention', read.number('global_rope_theta', 160000)),
    },
    labels: read.labels(),
  };
}
