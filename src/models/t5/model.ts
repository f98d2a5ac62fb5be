// T5 (Raffel et al. 2020) in its two kinds (v1.0: relu and a tied head; v1.1: gated GELU and a head of its own) and mT5 (Xue et al.
// 2021): bucketed relative positions shared by all layers, RMS norms before sub-layers, unscaled scores, no biases.
import { add, addDims, type Dim, gather, multiply, type Tensor, tap } from '../../graph/index.ts';
import {
  type AttentionOptions,
  activationNamed,
  type BlockOptions,
  type LinearLayer,
  linearWith,
  type Module,
  normalInit,
  type Projections,
  preNorm,
  project,
  relativeBias,
  rmsNormWith,
  separateProjections,
  type TowerResult,
  tower,
} from '../../nn/index.ts';
import type { Architecture, HubConfig, Model, Stored } from '../architecture.ts';
import { type DecoderInput, type EncoderDecoder, encoderDecoderModel, encoderModel } from '../encoder-decoder.ts';
import { type T5Config, t5ConfigFrom } from './config.ts';
import { t5Weights } from './weights.ts';

const layerFrom = (config: T5Config, variance: number): LinearLayer =>
  linearWith({ bias: false, initialize: normalInit(config.initFactor * variance ** -0.5) });

/** First values keep the unscaled scores at unit size. */
function projectionsOf(config: T5Config): Projections {
  return separateProjections(layerFrom(config, config.dim), {
    query: layerFrom(config, config.dim * config.headDim),
    output: layerFrom(config, config.heads * config.headDim),
  });
}

/**
 * A table `[V, D]` beside the towers: `shared` by both and, where it is tied, by the head. Words begin at unit size; a head of its own
 * begins so that its scores do.
 */
function wordTable(root: Module, name: 'shared' | 'vocabulary', config: T5Config): Tensor {
  const deviation = config.initFactor * (name === 'shared' ? 1 : config.dim ** -0.5);
  return root.child(name, (m) => m.parameter('weight', [config.vocabSize, config.dim], normalInit(deviation)));
}

/** What every layer of both towers has; `bias` is added to its own scores. */
function blockOf(config: T5Config, bias: Tensor): BlockOptions & { attention: AttentionOptions } {
  const { ffnDim, isGated, dropout } = config;
  return {
    attention: {
      heads: config.heads,
      headDim: config.headDim,
      scale: 1,
      bias,
      dropout,
      projections: projectionsOf(config),
    },
    feedForward: {
      ffnDim,
      activation: activationNamed(config.activation),
      gated: isGated,
      layer: layerFrom(config, config.dim),
      outputLayer: layerFrom(config, ffnDim),
      dropout,
    },
    norm: rmsNormWith(config.normEpsilon),
    residual: preNorm,
    dropout,
  };
}

function embedded(root: Module, ids: Tensor, config: T5Config): Tensor {
  const words = gather(wordTable(root, 'shared', config), ids);
  return tap('embeddings', root.dropout(words, config.dropout, 'embedding_dropout'));
}

/** The positions' bias of all layers, `[1, H, T, S]`. */
function positionBias(
  module: Module,
  sizes: { readonly tokens: Dim; readonly keys: Dim; readonly past?: Dim },
  config: T5Config,
  bidirectional: boolean,
): Tensor {
  const { heads, buckets, maxDistance } = config;
  const initialize = normalInit(config.initFactor * config.dim ** -0.5);
  return module.child('relative', (m) =>
    relativeBias(m, sizes, { heads, buckets, maxDistance, bidirectional, initialize }),
  );
}

/** The norm that ends a tower; its states are the last hidden ones. */
function ended(module: Module, result: TowerResult, config: T5Config): TowerResult {
  const normal = module.child('norm', (m) => rmsNormWith(config.normEpsilon)(m, result.x));
  const x = module.dropout(normal, config.dropout, 'final_dropout');
  return { ...result, x, hiddenStates: [...result.hiddenStates.slice(0, -1), x] };
}

function encode(root: Module, ids: Tensor, padding: Tensor | undefined, config: T5Config): TowerResult {
  return root.child('encoder', (module) => {
    const tokens = ids.shape[1] as Dim;
    const x = embedded(root, ids, config);
    const places = positionBias(module, { tokens, keys: tokens }, config, true);
    const bias = padding ? add(places, padding) : places;
    return ended(module, tower(module, x, config.encoderLayers, blockOf(config, bias)), config);
  });
}

function decode(root: Module, input: DecoderInput, config: T5Config): TowerResult {
  return root.child('decoder', (module) => {
    const { tokens, past, caches } = input;
    const x = embedded(root, input.ids, config);
    const places = positionBias(module, { tokens, keys: addDims(tokens, past), past }, config, false);
    const block = blockOf(config, add(places, input.bias));
    const options = (layer: number): BlockOptions => ({
      ...block,
      crossAttention: { ...block.attention, bias: input.memoryBias, memory: input.memoryOf(layer) },
    });
    return ended(module, tower(module, x, config.decoderLayers, options, caches), config);
  });
}

function create(modelType: string, className: string, hub: HubConfig, stored?: Stored): Model {
  const config = t5ConfigFrom(hub, stored);
  const { isTied, isGated, dim, decoderLayers, heads, headDim, startId, padId } = config;
  const isEncoder = className.endsWith('EncoderModel');
  const spec: EncoderDecoder = {
    className,
    modelType,
    config: hub,
    weights: t5Weights({ isGated, isTied, ...(isEncoder ? { part: 'encoder' } : {}) }),
    ...{ dim, decoderLayers, heads, headDim, startId, padId },
    encode: (root, ids, bias) => encode(root, ids, bias, config),
    decode: (root, input) => decode(root, input, config),
  };
  if (isEncoder) return encoderModel(spec);
  if (!className.endsWith('ForConditionalGeneration')) return encoderDecoderModel(spec);
  return encoderDecoderModel({
    ...spec,
    vocabulary: (root, states) => {
      const table = wordTable(root, isTied ? 'shared' : 'vocabulary', config);
      return project(config.scalesOutput ? multiply(states, dim ** -0.5) : states, table);
    },
  });
}

/** T5 and mT5. */
export const t5Family: readonly Architecture[] = (
  [
    ['t5', 'T5'],
    ['mt5', 'MT5'],
  ] as const
).map(([modelType, prefix]) => ({
  modelType,
  classes: ['Model', 'ForConditionalGeneration', 'EncoderModel'].map((name) => prefix + name),
  create: (className, config, stored) => create(modelType, className, config, stored),
  tied: { head: 'lm_head.weight', tables: ['shared.weight'] },
}));
