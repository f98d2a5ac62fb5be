// GPT-2 (Radford et al. 2019): learned positions, pre-norm blocks under a causal mask, a head tied to the embedding table.
// File names and the [in, out] layout of its "Conv1D" weights follow the published checkpoints.
import { add, concat, crossEntropy, type Dim, full, slice, type Tensor, tap } from '../../graph/index.ts';
import {
  activationNamed,
  causalBias,
  embedding,
  firstRows,
  fusedProjections,
  layerNormWith,
  linearWith,
  type Module,
  normalInit,
  paddingBias,
  preNorm,
  project,
  type TowerResult,
  tower,
} from '../../nn/index.ts';
import {
  type Architecture,
  affine,
  ConfigReader,
  type HubConfig,
  type Inputs,
  type Model,
  type WeightNames,
} from '../architecture.ts';

/** What a GPT-2 `config.json` says. */
export interface GptConfig {
  readonly vocabSize: number;
  readonly dim: number;
  readonly layers: number;
  readonly heads: number;
  readonly ffnDim: number;
  readonly activation: string;
  readonly maxLength: number;
  readonly normEpsilon: number;
  readonly dropout: number;
  readonly attentionDropout: number;
  readonly embeddingDropout: number;
  readonly initDeviation: number;
}

/** From a `config.json` of `model_type` gpt2. */
export function gptConfigFrom(hub: HubConfig): GptConfig {
  const read = new ConfigReader(hub, 'model_type gpt2');
  const dim = read.size('n_embd');
  return {
    vocabSize: read.size('vocab_size'),
    dim,
    layers: read.size('n_layer'),
    heads: read.size('n_head'),
    ffnDim: read.size('n_inner', 4 * dim),
    activation: read.string('activation_function', 'gelu_new'),
    maxLength: read.size('n_positions'),
    normEpsilon: read.number('layer_norm_epsilon', 1e-5),
    dropout: read.number('resid_pdrop', 0.1),
    attentionDropout: read.number('attn_pdrop', 0.1),
    embeddingDropout: read.number('embd_pdrop', 0.1),
    initDeviation: read.number('initializer_range', 0.02),
  };
}

const weights: WeightNames = {
  prefix: 'transformer.',
  renames: [
    ['transformer.wte.weight', 'wte.weight'],
    ['transformer.wpe.weight', 'wpe.weight'],
    ...affine('transformer.ln_f', 'norm'),
    ...affine('transformer.h.{i}.ln_1', 'layers.{i}.attention_norm'),
    ...affine('transformer.h.{i}.attn.c_attn', 'layers.{i}.attention.qkv'),
    ...affine('transformer.h.{i}.attn.c_proj', 'layers.{i}.attention.output'),
    ...affine('transformer.h.{i}.ln_2', 'layers.{i}.feed_forward_norm'),
    ...affine('transformer.h.{i}.mlp.c_fc', 'layers.{i}.feed_forward.up'),
    ...affine('transformer.h.{i}.mlp.c_proj', 'layers.{i}.feed_forward.down'),
  ],
  ignored: [/\.attn\.(masked_)?bias$/, /^lm_head\.weight$/],
};

function wordTable(module: Module, config: GptConfig): Tensor {
  return module.child('wte', (m) =>
    m.parameter('weight', [config.vocabSize, config.dim], normalInit(config.initDeviation)),
  );
}

function decode(module: Module, inputs: Inputs, config: GptConfig): TowerResult {
  const ids = inputs.input_ids as Tensor;
  const initialize = normalInit(config.initDeviation);
  const layer = linearWith({ initialize, layout: 'in,out' });
  // residual projections start smaller, so that the stream's variance does not grow with depth (GPT-2 paper, 2.3)
  const outputLayer = linearWith({
    initialize: normalInit(config.initDeviation / Math.sqrt(2 * config.layers)),
    layout: 'in,out',
  });
  const tokens = ids.shape[1] as Dim;
  const words = module.child('wte', (m) => embedding(m, ids, { count: config.vocabSize, dim: config.dim }, initialize));
  const places = module.child('wpe', (m) =>
    firstRows(m.parameter('weight', [config.maxLength, config.dim], initialize), tokens),
  );
  const x = tap('embeddings', module.dropout(add(words, places), config.embeddingDropout, 'embedding_dropout'));
  const causal = causalBias(tokens);
  const result = tower(module, x, config.layers, {
    attention: {
      heads: config.heads,
      bias: inputs.attention_mask ? add(causal, paddingBias(inputs.attention_mask)) : causal,
      dropout: config.attentionDropout,
      projections: fusedProjections(layer, outputLayer),
    },
    feedForward: { ffnDim: config.ffnDim, activation: activationNamed(config.activation), layer, outputLayer },
    norm: layerNormWith(config.normEpsilon),
    residual: preNorm,
    dropout: config.dropout,
  });
  const normal = module.child('norm', (m) => layerNormWith(config.normEpsilon)(m, result.x));
  return { ...result, x: normal, hiddenStates: [...result.hiddenStates.slice(0, -1), normal] };
}

/** Labels moved one place to the left, −100 at the end: the loss at place t scores token t + 1, once. */
export function shiftLabels(labels: Tensor): Tensor {
  const [batch, tokens] = labels.shape as [Dim, Dim];
  return concat([slice(labels, 1, 1, tokens), full([batch, 1], -100, 'int64')], 1);
}

const heads: Readonly<
  Record<string, (module: Module, x: Tensor, config: GptConfig, inputs: Inputs) => Record<string, Tensor>>
> = {
  GPT2Model: (_module, x) => ({ last_hidden_state: x }),
  GPT2LMHeadModel: (module, x, config) => ({ logits: project(x, wordTable(module, config)) }),
};

function create(className: string, hub: HubConfig): Model {
  const config = gptConfigFrom(hub);
  const head = heads[className] as (typeof heads)[string];
  const places = { dtype: 'int64', shape: ['batch', 'tokens'] } as const;
  const optional = { ...places, optional: true };
  return {
    className,
    modelType: 'gpt2',
    config: hub,
    inputs: {
      input_ids: places,
      attention_mask: optional,
      ...(className === 'GPT2LMHeadModel' ? { labels: optional } : {}),
    },
    weights,
    maxLength: config.maxLength,
    forward: (module, inputs, loss = {}) => {
      const { x, hiddenStates, attentions } = decode(module, inputs, config);
      const values = head(module, x, config, inputs);
      const { logits } = values;
      const states = Object.fromEntries([
        ...hiddenStates.map((state, i) => [`hidden_states.${i}`, state] as const),
        ...attentions.map((pattern, i) => [`attentions.${i}`, pattern] as const),
      ]);
      const withLoss =
        logits && inputs.labels ? { loss: crossEntropy(logits, shiftLabels(inputs.labels), loss), ...values } : values;
      return { values: withLoss, states };
    },
  };
}

/** GPT-2: bare and with its language-model head. */
export const gpt2: Architecture = { modelType: 'gpt2', classes: Object.keys(heads), create };
