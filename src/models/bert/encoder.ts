// The BERT encoder (Devlin et al. 2019): summed embeddings, then post-norm blocks, or pre-norm ones and a last norm.
import {
  add,
  castTo,
  cumulativeSum,
  type Dim,
  equal,
  gather,
  multiply,
  not,
  slice,
  type Tensor,
  tap,
} from '../../graph/index.ts';
import {
  activationNamed,
  causalBias,
  embedding,
  firstRows,
  layerNormWith,
  linearWith,
  type Module,
  normalInit,
  paddingBias,
  postNorm,
  preNorm,
  separateProjections,
  type TowerResult,
  tower,
} from '../../nn/index.ts';
import type { Inputs } from '../architecture.ts';
import type { BertConfig } from './config.ts';

/** How positions are counted: from 0, or as RoBERTa does, after the padding id and over real tokens only. */
export type PositionCount = 'from-zero' | 'after-padding-id';

/** Linear layer and embedding tables start from the configured deviation. */
export function layersOf(config: BertConfig): {
  linear: ReturnType<typeof linearWith>;
  initialize: ReturnType<typeof normalInit>;
} {
  const initialize = normalInit(config.initDeviation);
  return { linear: linearWith({ initialize }), initialize };
}

function positions(module: Module, ids: Tensor, config: BertConfig, count: PositionCount): Tensor {
  const { initialize } = layersOf(config);
  return module.child('position', (m) => {
    if (count === 'from-zero')
      return firstRows(m.parameter('weight', [config.maxLength, config.embeddingDim], initialize), ids.shape[1] as Dim);
    const real = castTo(not(equal(ids, config.padId)), 'int64');
    const places = add(multiply(cumulativeSum(real, 1), real), config.padId);
    const size = { count: config.maxLength, dim: config.embeddingDim, paddingId: config.padId };
    return embedding(m, places, size, initialize);
  });
}

/** Token, position and type vectors, summed and normalised: ids `[B, T] → [B, T, D]`. */
function embeddings(module: Module, inputs: Inputs, config: BertConfig, count: PositionCount): Tensor {
  const ids = inputs.input_ids as Tensor;
  const { initialize } = layersOf(config);
  const size = { count: config.vocabSize, dim: config.embeddingDim, paddingId: config.padId };
  let sum = module.child('word', (m) => embedding(m, ids, size, initialize));
  if (config.tokenTypes > 0) {
    const types = module.child('token_type', (m) =>
      m.parameter('weight', [config.tokenTypes, config.embeddingDim], initialize),
    );
    sum = add(sum, inputs.token_type_ids ? gather(types, inputs.token_type_ids) : slice(types, 0, 0, 1));
  }
  sum = add(sum, positions(module, ids, config, count));
  const normal = module.child('norm', (m) => layerNormWith(config.normEpsilon)(m, sum));
  return tap('output', module.dropout(normal, config.dropout));
}

/** What hides padding and, in a decoder, what comes later; undefined where all is seen. */
function biasOf(inputs: Inputs, config: BertConfig): Tensor | undefined {
  const padding = inputs.attention_mask && paddingBias(inputs.attention_mask);
  if (!config.isCausal) return padding;
  const causal = causalBias((inputs.input_ids as Tensor).shape[1] as Dim);
  return padding ? add(causal, padding) : causal;
}

/** The bare encoder: below `embeddings` and `encoder.layers.{i}`. */
export function encode(module: Module, inputs: Inputs, config: BertConfig, count: PositionCount): TowerResult {
  const { linear } = layersOf(config);
  const narrow = module.child('embeddings', (m) => embeddings(m, inputs, config, count));
  const x = config.widensEmbeddings
    ? module.child('embedding_projection', (m) => linear(m, narrow, config.dim))
    : narrow;
  const bias = biasOf(inputs, config);
  const result = module.child('encoder', (m) =>
    tower(m, x, config.layers, (block) => ({
      attention: {
        heads: config.heads,
        bias,
        dropout: config.attentionDropout,
        projections: separateProjections(linear),
      },
      feedForward: { ffnDim: config.ffnDim, activation: activationNamed(config.activation), layer: linear },
      norm: layerNormWith(config.normEpsilon),
      residual: config.normsFirst ? preNorm : postNorm,
      dropout: config.dropout,
      ...(config.blockPath ? { path: config.blockPath(block) } : {}),
    })),
  );
  if (!config.normsFirst) return result;
  const normed = module.child('norm', (m) => layerNormWith(config.normEpsilon)(m, result.x));
  // as the reference tells them: the last one behind the norm
  return { ...result, x: normed, hiddenStates: [...result.hiddenStates.slice(0, -1), normed] };
}
