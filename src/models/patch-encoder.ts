// The encoder that pictures, spectrograms and clips share: pre-norm blocks over patch tokens (Dosovitskiy et al. 2021), what its
// configurations call their numbers, and the two ways its files call their weights.
import type { Tensor } from '../graph/index.ts';
import {
  activationNamed,
  type BlockOptions,
  type LinearLayer,
  layerNormWith,
  linearWith,
  type Module,
  preNorm,
  preNormWith,
  type Residual,
  separateProjections,
  type TowerResult,
  tower,
  truncatedNormalInit,
} from '../nn/index.ts';
import { affine, type ConfigReader } from './architecture.ts';

/** A tower of blocks. */
export interface EncoderConfig {
  readonly dim: number;
  readonly layers: number;
  readonly heads: number;
  readonly ffnDim: number;
  readonly activation: string;
  readonly normEpsilon: number;
  readonly dropout: number;
  readonly attentionDropout: number;
  readonly initDeviation: number;
  /** Whether queries, keys and values have biases. */
  readonly qkvBias: boolean;
  /** Probability of leaving out a sub-layer of the last block while training; it grows from 0 in the first one, as in DeiT. */
  readonly dropPath: number;
  /** First value of a learned factor for every channel of every sub-layer's output; 0 for no factors. */
  readonly layerScale: number;
}

/** The fields that ViT's relatives share, as their `config.json` calls them. */
export function encoderConfigFrom(read: ConfigReader): EncoderConfig {
  const dim = read.size('hidden_size', 768);
  return {
    dim,
    layers: read.size('num_hidden_layers', 12),
    heads: read.size('num_attention_heads', 12),
    ffnDim: read.size('intermediate_size', 4 * dim),
    activation: read.string('hidden_act', 'gelu'),
    normEpsilon: read.number('layer_norm_eps', 1e-12),
    dropout: read.number('hidden_dropout_prob', 0),
    attentionDropout: read.number('attention_probs_dropout_prob', 0),
    initDeviation: read.number('initializer_range', 0.02),
    qkvBias: read.boolean('qkv_bias', true),
    dropPath: read.number('drop_path_rate', 0),
    layerScale: read.number('layerscale_value', 0),
  };
}

/** A linear layer that starts as ViT's do: normal cut at two deviations, bias zero. */
export function linearOf(config: Pick<EncoderConfig, 'initDeviation'>, bias = true): LinearLayer {
  return linearWith({ initialize: truncatedNormalInit(config.initDeviation), bias });
}

/** The block of such an encoder. */
export function encoderBlock(config: EncoderConfig, residual: Residual = preNorm): BlockOptions {
  const layer = linearOf(config);
  return {
    attention: {
      heads: config.heads,
      dropout: config.attentionDropout,
      projections: {
        input: separateProjections(linearOf(config, config.qkvBias)).input,
        output: separateProjections(layer).output,
      },
    },
    feedForward: { ffnDim: config.ffnDim, activation: activationNamed(config.activation), layer },
    norm: layerNormWith(config.normEpsilon),
    residual,
    dropout: config.dropout,
  };
}

/**
 * The block of a layer: with stochastic depth and layer scale when the configuration has them (`drop_path_rate`, `layerscale_value`, which
 * are not among ViT's own fields).
 */
function blockAt(config: EncoderConfig, layer: number): BlockOptions {
  const { dropPath, layerScale, layers } = config;
  if (dropPath === 0 && layerScale === 0) return encoderBlock(config);
  const rate = (dropPath * layer) / Math.max(1, layers - 1);
  return encoderBlock(config, preNormWith({ dropPath: rate, ...(layerScale === 0 ? {} : { scale: layerScale }) }));
}

/** What an encoder leaves behind. */
export interface Encoded extends TowerResult {
  /** The last stream after the final norm, `[B, T, D]`; `hiddenStates` hold it without. */
  readonly states: Tensor;
}

/** Blocks below `encoder.layers.{i}`, then the norm `norm`. */
export function encode(
  module: Module,
  x: Tensor,
  config: EncoderConfig,
  block: BlockOptions | ((layer: number) => BlockOptions) = (layer) => blockAt(config, layer),
): Encoded {
  const result = module.child('encoder', (m) => tower(m, x, config.layers, block));
  const states = module.child('norm', (m) => layerNormWith(config.normEpsilon)(m, result.x));
  return { ...result, states };
}

type Names = readonly (readonly [string, string])[];

/** How files call the layers of this encoder: `written` as Transformers writes them, `read` as Transformers 5 has them in memory. */
export function encoderNames(written: string, read: string, ours = 'encoder.layers'): { written: Names; read: Names } {
  const pairs = (theirs: string, names: Readonly<Record<string, string>>): Names =>
    Object.entries(names).flatMap(([mine, name]) => affine(`${theirs}.{i}.${name}`, `${ours}.{i}.${mine}`));
  const norms = { attention_norm: 'layernorm_before', feed_forward_norm: 'layernorm_after' };
  return {
    written: pairs(written, {
      ...norms,
      'attention.query': 'attention.attention.query',
      'attention.key': 'attention.attention.key',
      'attention.value': 'attention.attention.value',
      'attention.output': 'attention.output.dense',
      'feed_forward.up': 'intermediate.dense',
      'feed_forward.down': 'output.dense',
    }),
    read: pairs(read, {
      ...norms,
      'attention.query': 'attention.q_proj',
      'attention.key': 'attention.k_proj',
      'attention.value': 'attention.v_proj',
      'attention.output': 'attention.o_proj',
      'feed_forward.up': 'mlp.fc1',
      'feed_forward.down': 'mlp.fc2',
    }),
  };
}
