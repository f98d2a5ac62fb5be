// GPT-2 (Radford et al. 2019): learned positions, pre-norm blocks under a causal mask, a head tied to the embedding table.
// The [in, out] layout of its "Conv1D" weights follows the published checkpoints.
import { add, type Dim, gather, type Tensor, tap } from '../../graph/index.ts';
import {
  activationNamed,
  type BlockOptions,
  causalBias,
  embedding,
  fusedProjections,
  layerNormWith,
  linearWith,
  type Module,
  normalInit,
  paddingBias,
  preNorm,
  project,
  type TowerResult,
  tableRows,
  tower,
} from '../../nn/index.ts';
import type { Architecture, HubConfig, InputSpec, Inputs, Model, Stored } from '../architecture.ts';
import { cacheSpecs, cachesIn, maskSpec, namedCaches, pastOf } from '../cache.ts';
import { bareDecoder, type DecoderHead, everyToken, lastToken, nextToken } from '../decoder-heads.ts';
import { textLabels, tokenLabels } from '../losses.ts';
import { namedStates } from '../states.ts';
import { type GptConfig, gptConfigFrom } from './config.ts';
import { gptWeights } from './weights.ts';

function table(module: Module, name: 'wte' | 'vocabulary', config: GptConfig): Tensor {
  return module.child(name, (m) =>
    m.parameter('weight', [config.vocabSize, config.dim], normalInit(config.initDeviation)),
  );
}

/** Word and position vectors, `[B, T, D]`. */
function embed(module: Module, inputs: Inputs, config: GptConfig, past: Dim): Tensor {
  const ids = inputs.input_ids as Tensor;
  const initialize = normalInit(config.initDeviation);
  const words = module.child('wte', (m) => embedding(m, ids, { count: config.vocabSize, dim: config.dim }, initialize));
  const places = module.child('wpe', (m) => {
    const table = m.parameter('weight', [config.maxLength, config.dim], initialize);
    return inputs.position_ids ? gather(table, inputs.position_ids) : tableRows(table, past, ids.shape[1] as Dim);
  });
  return tap('embeddings', module.dropout(add(words, places), config.embeddingDropout, 'embedding_dropout'));
}

function decode(module: Module, inputs: Inputs, config: GptConfig): TowerResult {
  const caches = cachesIn(inputs, config.layers);
  const past = pastOf(caches);
  const x = embed(module, inputs, config, past);
  const layer = linearWith({ initialize: normalInit(config.initDeviation), layout: 'in,out' });
  // residual projections start smaller, so that the stream's variance does not grow with depth (GPT-2 paper, 2.3)
  const outputLayer = linearWith({
    initialize: normalInit(config.initDeviation / Math.sqrt(2 * config.layers)),
    layout: 'in,out',
  });
  const causal = causalBias(x.shape[1] as Dim, past);
  const attention = {
    heads: config.heads,
    bias: inputs.attention_mask ? add(causal, paddingBias(inputs.attention_mask)) : causal,
    dropout: config.attentionDropout,
    projections: fusedProjections(layer, outputLayer),
  };
  const width = config.scaleByWidth ? (config.dim / config.heads) ** -0.5 : 1;
  const options = (index: number): BlockOptions => ({
    attention: { ...attention, scale: config.scaleByLayer ? width / (index + 1) : width },
    feedForward: { ffnDim: config.ffnDim, activation: activationNamed(config.activation), layer, outputLayer },
    norm: layerNormWith(config.normEpsilon),
    residual: preNorm,
    dropout: config.dropout,
  });
  const result = tower(module, x, config.layers, options, caches);
  const normal = module.child('norm', (m) => layerNormWith(config.normEpsilon)(m, result.x));
  return { ...result, x: normal, hiddenStates: [...result.hiddenStates.slice(0, -1), normal] };
}

interface Class {
  readonly head: DecoderHead;
  readonly labels?: (hub: HubConfig, config: GptConfig) => InputSpec;
  /** What its files call the classifier. */
  readonly classifier?: string;
}

const classes: Readonly<Record<string, Class>> = {
  GPT2Model: { head: bareDecoder },
  GPT2LMHeadModel: { head: nextToken, labels: () => tokenLabels },
  GPT2ForSequenceClassification: { head: lastToken, labels: (hub, config) => textLabels(hub, config.labels.length) },
  GPT2ForTokenClassification: { head: everyToken, labels: () => tokenLabels, classifier: 'classifier' },
};

function create(className: string, hub: HubConfig, stored?: Stored): Model {
  const config = gptConfigFrom(hub);
  const isTied = config.isTied && !stored?.ownHead;
  const { head, labels, classifier } = classes[className] as Class;
  const places = { dtype: 'int64', shape: ['batch', 'tokens'] } as const;
  return {
    className,
    modelType: 'gpt2',
    config: hub,
    inputs: {
      input_ids: places,
      attention_mask: maskSpec('tokens'),
      position_ids: { ...places, optional: true },
      ...(labels ? { labels: labels(hub, config) } : {}),
    },
    precomputed: cacheSpecs({ layers: config.layers, heads: config.heads, headDim: config.dim / config.heads }),
    weights: gptWeights(isTied, classifier),
    maxLength: config.maxLength,
    forward: (module, inputs, loss = {}, request = {}) => {
      const decoded = decode(module, inputs, config);
      const values = head(module, decoded.x, {
        config: hub,
        inputs,
        loss,
        request,
        labels: config.labels.length,
        padId: config.padId,
        classifierDropout: config.classifierDropout,
        initDeviation: config.initDeviation,
        vocabulary: (m, states) => project(states, table(m, isTied ? 'wte' : 'vocabulary', config)),
      });
      return { values, states: namedStates(decoded), cache: namedCaches(decoded.caches) };
    },
  };
}

const tied = { head: 'lm_head.weight', tables: ['transformer.wte.weight', 'wte.weight'] };

/** GPT-2: bare, with its language-model head, and with classifiers. */
export const gpt2: Architecture = { modelType: 'gpt2', classes: Object.keys(classes), create, tied };
