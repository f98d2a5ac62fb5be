// DNABERT-2 (Zhou et al. 2024), a MosaicBERT: no learned positions but ALiBi, one projection for queries, keys and values, gated
// feed-forward, post-norm. Its own code computes on unpadded sequences; on the tokens that are there, the padded values are the same.
// (DNABERT, of 2021, is a BERT over k-mers and needs nothing of its own.)
import {
  add,
  type CrossEntropyOptions,
  crossEntropy,
  type Dim,
  gather,
  slice,
  type Tensor,
  tanh,
  tap,
} from '../../graph/index.ts';
import {
  activationNamed,
  alibiBias,
  embedding,
  fusedProjections,
  layerNormWith,
  linearWith,
  type Module,
  normalInit,
  paddingBias,
  postNorm,
  project,
  type TowerResult,
  tower,
  zerosInit,
} from '../../nn/index.ts';
import {
  type Architecture,
  affine,
  ConfigReader,
  type HubConfig,
  type InputSpec,
  type Inputs,
  type Model,
  type WeightNames,
} from '../architecture.ts';
import { classify, stateOf } from '../class-head.ts';
import { textLabels } from '../losses.ts';
import { namedStates } from '../states.ts';

/** What a DNABERT-2 configuration says. */
export interface Dnabert2Config {
  readonly vocabSize: number;
  readonly dim: number;
  readonly layers: number;
  readonly heads: number;
  readonly ffnDim: number;
  readonly activation: string;
  readonly tokenTypes: number;
  readonly normEpsilon: number;
  readonly dropout: number;
  readonly attentionDropout: number;
  readonly classifierDropout: number;
  readonly initDeviation: number;
  readonly padId: number;
  readonly labels: readonly string[];
}

/** From a `config.json` of `model_type` bert that has `alibi_starting_size`. */
export function dnabert2ConfigFrom(hub: HubConfig): Dnabert2Config {
  const read = new ConfigReader(hub, 'DNABERT-2');
  const dropout = read.number('hidden_dropout_prob', 0.1);
  return {
    vocabSize: read.size('vocab_size', 4096),
    dim: read.size('hidden_size', 768),
    layers: read.size('num_hidden_layers', 12),
    heads: read.size('num_attention_heads', 12),
    ffnDim: read.size('intermediate_size', 3072),
    activation: read.string('hidden_act', 'gelu'),
    tokenTypes: read.size('type_vocab_size', 2),
    normEpsilon: read.number('layer_norm_eps', 1e-12),
    dropout,
    attentionDropout: read.number('attention_probs_dropout_prob', 0),
    classifierDropout: read.number('classifier_dropout', dropout),
    initDeviation: read.number('initializer_range', 0.02),
    padId: read.number('pad_token_id', 0),
    labels: read.labels(),
  };
}

const layer = 'bert.encoder.layer.{i}';

const weights: WeightNames = {
  prefix: 'bert.',
  renames: [
    ['bert.embeddings.word_embeddings.weight', 'embeddings.word.weight'],
    ['bert.embeddings.token_type_embeddings.weight', 'embeddings.token_type.weight'],
    ...affine('bert.embeddings.LayerNorm', 'embeddings.norm'),
    ...affine(`${layer}.attention.self.Wqkv`, 'encoder.layers.{i}.attention.qkv'),
    ...affine(`${layer}.attention.output.dense`, 'encoder.layers.{i}.attention.output'),
    ...affine(`${layer}.attention.output.LayerNorm`, 'encoder.layers.{i}.attention_norm'),
    [`${layer}.mlp.gated_layers.weight`, 'encoder.layers.{i}.feed_forward.gate_up.weight'],
    ...affine(`${layer}.mlp.wo`, 'encoder.layers.{i}.feed_forward.down'),
    ...affine(`${layer}.mlp.layernorm`, 'encoder.layers.{i}.feed_forward_norm'),
    ...affine('bert.pooler.dense', 'pooler'),
    ...affine('classifier', 'classifier'),
    ...affine('cls.predictions.transform.dense', 'language_model.dense'),
    ...affine('cls.predictions.transform.LayerNorm', 'language_model.norm'),
    ['cls.predictions.decoder.bias', 'language_model.bias'],
    ['cls.predictions.bias', 'language_model.bias'],
  ],
  // the decoder's weight is the table of words; pre-training files carry the heads of other classes
  ignored: [/embeddings\.(position_ids|token_type_ids)$/, /^cls\.predictions\.decoder\.weight$/],
};

/** Classes without the language model load from its files, and the other way round. */
function weightsOf(className: string): WeightNames {
  const others = className === 'BertForMaskedLM' ? [/^(bert\.)?pooler\./] : [/^cls\./];
  return { ...weights, ignored: [...weights.ignored, ...others] };
}

function wordTable(module: Module, { vocabSize, dim, initDeviation }: Dnabert2Config): Tensor {
  return module.child('word', (m) => m.parameter('weight', [vocabSize, dim], normalInit(initDeviation)));
}

function embed(module: Module, inputs: Inputs, config: Dnabert2Config): Tensor {
  const ids = inputs.input_ids as Tensor;
  const initialize = normalInit(config.initDeviation);
  const size = { count: config.vocabSize, dim: config.dim, paddingId: config.padId };
  const words = module.child('word', (m) => embedding(m, ids, size, initialize));
  const types = module.child('token_type', (m) => m.parameter('weight', [config.tokenTypes, config.dim], initialize));
  const sum = add(words, inputs.token_type_ids ? gather(types, inputs.token_type_ids) : slice(types, 0, 0, 1));
  const normal = module.child('norm', (m) => layerNormWith(config.normEpsilon)(m, sum));
  return tap('output', module.dropout(normal, config.dropout));
}

function encode(module: Module, inputs: Inputs, config: Dnabert2Config): TowerResult {
  const linear = linearWith({ initialize: normalInit(config.initDeviation) });
  const x = module.child('embeddings', (m) => embed(m, inputs, config));
  const distance = alibiBias(config.heads, x.shape[1] as Dim);
  return module.child('encoder', (m) =>
    tower(m, x, config.layers, {
      attention: {
        heads: config.heads,
        bias: inputs.attention_mask ? add(distance, paddingBias(inputs.attention_mask)) : distance,
        dropout: config.attentionDropout,
        projections: fusedProjections(linear),
      },
      feedForward: {
        ffnDim: config.ffnDim,
        activation: activationNamed(config.activation),
        gated: 'fused',
        layer: linearWith({ initialize: normalInit(config.initDeviation), bias: false }),
        outputLayer: linear,
      },
      norm: layerNormWith(config.normEpsilon),
      residual: postNorm,
      dropout: config.dropout,
    }),
  );
}

interface Context {
  readonly hub: HubConfig;
  readonly config: Dnabert2Config;
  readonly inputs: Inputs;
  readonly loss: CrossEntropyOptions;
}

type Head = (module: Module, states: Tensor, context: Context) => Record<string, Tensor>;

const pool = (module: Module, states: Tensor, config: Dnabert2Config): Tensor =>
  module.child('pooler', (m) =>
    tanh(linearWith({ initialize: normalInit(config.initDeviation) })(m, stateOf(states), config.dim)),
  );

const heads: Readonly<Record<string, Head>> = {
  BertModel: (module, states, { config }) => ({
    last_hidden_state: states,
    pooler_output: pool(module, states, config),
  }),
  BertForSequenceClassification: (module, states, { hub, config, inputs, loss }) =>
    classify(module, module.dropout(pool(module, states, config), config.classifierDropout, 'classifier_dropout'), {
      hub,
      count: config.labels.length,
      layer: linearWith({ initialize: normalInit(config.initDeviation) }),
      labels: inputs.labels,
      loss,
    }),
  BertForMaskedLM: (module, states, { config, inputs, loss }) => {
    const table = module.child('embeddings', (m) => wordTable(m, config));
    const logits = module.child('language_model', (m) => {
      const linear = linearWith({ initialize: normalInit(config.initDeviation) });
      const hidden = activationNamed(config.activation)(m.child('dense', (n) => linear(n, states, config.dim)));
      const normal = m.child('norm', (n) => layerNormWith(config.normEpsilon)(n, hidden));
      return project(normal, table, m.parameter('bias', [config.vocabSize], zerosInit));
    });
    return inputs.labels ? { loss: crossEntropy(logits, inputs.labels, loss), logits } : { logits };
  },
};

function labelsOf(className: string, hub: HubConfig, config: Dnabert2Config): Readonly<Record<string, InputSpec>> {
  if (className === 'BertModel') return {};
  if (className === 'BertForMaskedLM')
    return { labels: { dtype: 'int64', shape: ['batch', 'tokens'], optional: true } };
  return { labels: textLabels(hub, config.labels.length) };
}

function create(className: string, hub: HubConfig): Model {
  const config = dnabert2ConfigFrom(hub);
  const places = { dtype: 'int64', shape: ['batch', 'tokens'] } as const;
  return {
    className,
    modelType: String(hub.model_type),
    config: hub,
    inputs: {
      input_ids: places,
      attention_mask: { ...places, optional: true },
      token_type_ids: { ...places, optional: true },
      ...labelsOf(className, hub, config),
    },
    weights: weightsOf(className),
    forward: (module, inputs, loss = {}) => {
      const encoded = encode(module, inputs, config);
      const values = (heads[className] as Head)(module, encoded.x, { hub, config, inputs, loss });
      return { values, states: namedStates(encoded) };
    },
  };
}

/** DNABERT-2, and any MosaicBERT. Its files say `model_type` bert; `alibi_starting_size` gives it away. */
export const dnabert2: Architecture = { modelType: 'dnabert-2', classes: Object.keys(heads), create };
