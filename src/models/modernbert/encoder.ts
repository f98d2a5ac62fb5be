// The ModernBERT encoder (Warner et al. 2024): rotary positions, local layers between global ones, gated feed-forward layers, norms
// before sub-layers and no biases.
import { add, type Dim, type Tensor, tap } from '../../graph/index.ts';
import {
  activationNamed,
  type BlockOptions,
  embedding,
  fusedProjections,
  type LinearLayer,
  layerNormWith,
  linearWith,
  type Module,
  type NormLayer,
  nearbyBias,
  paddingBias,
  positionsFrom,
  preNorm,
  type Residual,
  type TowerResult,
  tower,
  truncatedNormalInit,
  turn,
  turnsAt,
} from '../../nn/index.ts';
import type { Inputs } from '../architecture.ts';
import type { ModernBertConfig as Config } from './config.ts';

/** A linear layer of this model. */
export function layerOf(config: Config, bias: boolean, deviation: number = config.initDeviation): LinearLayer {
  return linearWith({ bias, initialize: truncatedNormalInit(deviation) });
}

/** The norm of this model. */
export function normOf(config: Config): NormLayer {
  return layerNormWith(config.normEpsilon, { bias: config.bias.norm });
}

/** Maps back to the stream start smaller, so that its variance does not grow with depth. */
export function outDeviation(config: Config): number {
  return config.initDeviation / Math.sqrt(2 * config.layers);
}

/** The embeddings are normalised already: the first layer's attention takes them as they are. */
const firstResidual: Residual = (module, x, norm, sublayer) =>
  norm.name === 'attention_norm' ? add(x, sublayer(x)) : preNorm(module, x, norm, sublayer);

function blocks(inputs: Inputs, tokens: Dim, config: Config): (layer: number) => BlockOptions {
  const positions = positionsFrom(0, tokens);
  const kinds = ([false, true] as const).map((isLocal) => {
    const frequencies = isLocal ? config.rope.local : config.rope.global;
    const padding = inputs.attention_mask && paddingBias(inputs.attention_mask);
    const nearby = isLocal ? nearbyBias(tokens, config.reach) : undefined;
    const bias = padding && nearby ? add(nearby, padding) : (nearby ?? padding);
    return { turns: turnsAt(positions, frequencies.at(positions), frequencies.scale), bias };
  });
  return (layer) => {
    const { turns, bias } = kinds[config.isLocal(layer) ? 1 : 0] as (typeof kinds)[number];
    return {
      attention: {
        heads: config.heads,
        bias,
        rotate: (x) => turn(x, turns),
        dropout: config.dropout.attention,
        projections: fusedProjections(
          layerOf(config, config.bias.attention),
          layerOf(config, config.bias.attention, outDeviation(config)),
        ),
      },
      feedForward: {
        ffnDim: config.ffnDim,
        activation: activationNamed(config.activation),
        gated: 'fused',
        layer: layerOf(config, config.bias.ffn),
        outputLayer: layerOf(config, config.bias.ffn, outDeviation(config)),
        dropout: config.dropout.ffn,
      },
      norm: normOf(config),
      residual: layer === 0 ? firstResidual : preNorm,
      dropout: 0,
    };
  };
}

/** The bare encoder: below `embeddings`, `layers.{i}` and `norm`. */
export function encode(module: Module, inputs: Inputs, config: Config): TowerResult {
  const ids = inputs.input_ids as Tensor;
  const size = { count: config.vocabSize, dim: config.dim, paddingId: config.padId };
  const x = module.child('embeddings', (m) => {
    const words = m.child('word', (w) => embedding(w, ids, size, truncatedNormalInit(config.initDeviation)));
    const normal = m.child('norm', (n) => normOf(config)(n, words));
    return tap('output', module.dropout(normal, config.dropout.embedding, 'embedding_dropout'));
  });
  const result = tower(module, x, config.layers, blocks(inputs, ids.shape[1] as Dim, config));
  const normal = module.child('norm', (m) => normOf(config)(m, result.x));
  return { ...result, x: normal, hiddenStates: [...result.hiddenStates.slice(0, -1), normal] };
}
