// BART (Lewis et al. 2020) and Marian's translation models (Junczys-Dowmunt et al. 2018; opus-mt): the 2017 Transformer with norms
// after sub-layers. BART learns positions and normalises embeddings; Marian's positions are fixed sinusoids.
import type { NdArray } from '../../array/index.ts';
import { add, addDims, constant, type Dim, multiply, reshape, type Tensor, tap } from '../../graph/index.ts';
import {
  activationNamed,
  type BlockOptions,
  embedding,
  layerNormWith,
  linearWith,
  type Module,
  normalInit,
  postNorm,
  project,
  separateProjections,
  sinusoidTable,
  type TowerResult,
  tableRows,
  tower,
  zerosInit,
} from '../../nn/index.ts';
import { type Architecture, ConfigError, type HubConfig, type Model, type Stored } from '../architecture.ts';
import { type DecoderInput, type EncoderDecoder, encoderDecoderModel } from '../encoder-decoder.ts';
import { type BartConfig, bartConfigFrom, type Kind } from './config.ts';
import { bartWeights } from './weights.ts';

interface Setup {
  readonly config: BartConfig;
  readonly kind: Kind;
}

type Side = 'encoder' | 'decoder';

const norm = layerNormWith(1e-5);

/** Where a tower's word table lies, and how many words it has. */
function wordsOf(root: Module, side: Side, config: BartConfig): { parent: Module; name: string; count: number } {
  if (config.sharesTables) return { parent: root, name: 'shared', count: config.vocabSize };
  const parent = root.child(side, (module) => module);
  return { parent, name: 'word', count: side === 'encoder' ? config.vocabSize : config.decoderVocabSize };
}

function positions(module: Module, past: Dim, tokens: Dim, { config, kind }: Setup): Tensor {
  const { maxLength, dim } = config;
  const rows = maxLength + kind.positionOffset;
  const sinusoids = (): NdArray<'float32'> => sinusoidTable(rows, dim, 'half-split');
  const table = module.child('position', (m) => {
    if (kind.positions === 'learned') return m.parameter('weight', [rows, dim], normalInit(config.initDeviation));
    return config.storesPositions ? m.buffer('weight', [rows, dim], sinusoids) : constant(sinusoids());
  });
  return tableRows(table, addDims(past, kind.positionOffset), tokens);
}

/** Word and position vectors of one tower, `[B, T, D]`. */
function embedded(
  root: Module,
  module: Module,
  { side, ids, past }: { readonly side: Side; readonly ids: Tensor; readonly past: Dim },
  setup: Setup,
): Tensor {
  const { config, kind } = setup;
  const { parent, name, count } = wordsOf(root, side, config);
  const size = { count, dim: config.dim, ...(config.padId === undefined ? {} : { paddingId: config.padId }) };
  const words = parent.child(name, (m) => embedding(m, ids, size, normalInit(config.initDeviation)));
  const scaled = config.embeddingScale === 1 ? words : multiply(words, config.embeddingScale);
  const sum = add(scaled, positions(module, past, ids.shape[1] as Dim, setup));
  const x = kind.normalizesEmbeddings ? module.child('embedding_norm', (m) => norm(m, sum)) : sum;
  return tap('embeddings', module.dropout(x, config.dropout, 'embedding_dropout'));
}

function blockOf(config: BartConfig, side: Side, bias: Tensor | undefined): BlockOptions {
  const layer = linearWith({ initialize: normalInit(config.initDeviation) });
  const { heads, ffnDim } = config[side];
  return {
    attention: { heads, bias, dropout: config.attentionDropout, projections: separateProjections(layer) },
    feedForward: {
      ffnDim,
      activation: activationNamed(config.activation),
      layer,
      dropout: config.activationDropout,
    },
    norm,
    residual: postNorm,
    dropout: config.dropout,
  };
}

function encode(root: Module, ids: Tensor, bias: Tensor | undefined, setup: Setup): TowerResult {
  const { config } = setup;
  return root.child('encoder', (module) => {
    const x = embedded(root, module, { side: 'encoder', ids, past: 0 }, setup);
    return tower(module, x, config.encoder.layers, blockOf(config, 'encoder', bias));
  });
}

function decode(root: Module, input: DecoderInput, setup: Setup): TowerResult {
  const { config } = setup;
  return root.child('decoder', (module) => {
    const x = embedded(root, module, { side: 'decoder', ids: input.ids, past: input.past }, setup);
    const block = blockOf(config, 'decoder', input.bias);
    const options = (layer: number): BlockOptions => ({
      ...block,
      crossAttention: { ...block.attention, bias: input.memoryBias, memory: input.memoryOf(layer) },
    });
    return tower(module, x, config.decoder.layers, options, input.caches);
  });
}

/** Scores by the decoder's table or a head of its own, plus a bias that is stored but not trained. */
function vocabulary(root: Module, states: Tensor, config: BartConfig): Tensor {
  const { parent, name, count } = config.isTied
    ? wordsOf(root, 'decoder', config)
    : { parent: root, name: 'vocabulary', count: config.decoderVocabSize };
  const table = parent.child(name, (m) => m.parameter('weight', [count, config.dim], normalInit(config.initDeviation)));
  return project(states, table, reshape(root.buffer('logits_bias', [1, count], zerosInit), [count]));
}

function create(kind: Kind, className: string, hub: HubConfig, stored?: Stored): Model {
  const config = bartConfigFrom(hub, stored);
  const { dim, decoder, startId, padId, maxLength, sharesTables, isTied, storesPositions } = config;
  if (dim % decoder.heads !== 0 || dim % config.encoder.heads !== 0) {
    throw new ConfigError(
      `config.decoder_attention_heads: expected heads that divide d_model ${dim}, got ${config.encoder.heads} and ${decoder.heads} (${className})`,
    );
  }
  const setup = { config, kind };
  const spec: EncoderDecoder = {
    className,
    modelType: kind.modelType,
    config: hub,
    weights: bartWeights({
      sharesTables,
      isTied,
      computesPositions: kind.positions === 'sinusoidal' && !storesPositions,
    }),
    ...{ maxLength, dim, decoderLayers: decoder.layers, heads: decoder.heads, headDim: dim / decoder.heads },
    ...{ startId, padId, decodesInput: kind.modelType === 'bart' },
    encode: (root, ids, bias) => encode(root, ids, bias, setup),
    decode: (root, input) => decode(root, input, setup),
  };
  if (className.endsWith('Model') && className !== 'MarianMTModel') return encoderDecoderModel(spec);
  return encoderDecoderModel({ ...spec, vocabulary: (root, states) => vocabulary(root, states, config) });
}

const tables = ['model.shared.weight', 'model.decoder.embed_tokens.weight'];

function architecture(kind: Kind, classes: readonly string[]): Architecture {
  return {
    modelType: kind.modelType,
    classes,
    create: (className, config, stored) => create(kind, className, config, stored),
    tied: { head: 'lm_head.weight', tables },
  };
}

/** BART and Marian. */
export const bartFamily: readonly Architecture[] = [
  architecture({ modelType: 'bart', positions: 'learned', positionOffset: 2, normalizesEmbeddings: true }, [
    'BartModel',
    'BartForConditionalGeneration',
  ]),
  architecture({ modelType: 'marian', positions: 'sinusoidal', positionOffset: 0, normalizesEmbeddings: false }, [
    'MarianModel',
    'MarianMTModel',
  ]),
];
