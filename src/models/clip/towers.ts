// CLIP's two towers (Radford et al. 2021): a causal text encoder read at its end token, a ViT with a norm before its blocks.
import {
  add,
  argMax,
  castTo,
  concat,
  type Dim,
  equal,
  gather,
  reshape,
  squeeze,
  type Tensor,
  tap,
  unsqueeze,
} from '../../graph/index.ts';
import {
  activationNamed,
  type BlockOptions,
  causalBias,
  embedding,
  firstRows,
  layerNormWith,
  linearWith,
  type Module,
  normalInit,
  paddingBias,
  patchEmbedding,
  preNorm,
  resizePositions,
  separateProjections,
  type TowerResult,
  tokensAt,
  tower,
} from '../../nn/index.ts';
import type { Inputs } from '../architecture.ts';
import { stateOf } from '../class-head.ts';
import { type Picture, tokenFor } from '../picture-embedding.ts';
import type { ClipTextConfig, ClipTowerConfig, ClipVisionConfig } from './config.ts';

/** What a tower leaves behind. */
export interface ClipTower extends TowerResult {
  /** `[B, T, D]`: texts after the final norm, pictures before theirs. */
  readonly states: Tensor;
  /** `[B, D]`. */
  readonly pooled: Tensor;
}

/** Blocks whose first weights shrink with width and depth, as the paper's code has them. */
function clipBlock(config: ClipTowerConfig, bias?: Tensor): BlockOptions {
  const width = config.dim ** -0.5;
  const depth = (2 * config.layers) ** -0.5;
  const layer = (deviation: number): ReturnType<typeof linearWith> => linearWith({ initialize: normalInit(deviation) });
  return {
    attention: {
      heads: config.heads,
      bias,
      dropout: config.attentionDropout,
      projections: {
        input: separateProjections(layer(width)).input,
        output: separateProjections(layer(width * depth)).output,
      },
    },
    feedForward: {
      ffnDim: config.ffnDim,
      activation: activationNamed(config.activation),
      layer: layer((2 * config.dim) ** -0.5),
      outputLayer: layer(width * depth),
    },
    norm: layerNormWith(config.normEpsilon),
    residual: preNorm,
    dropout: 0,
  };
}

/**
 * The place of each text's end, `[B]`: the first end token. Configurations from before the id was set right say 2; their rule is
 * the largest id, which the end token has as long as no token was added.
 */
function endOf(ids: Tensor, eosId: number): Tensor {
  const narrow = castTo(ids, 'int32');
  return argMax(eosId === 2 ? narrow : castTo(equal(narrow, eosId), 'int32'), -1);
}

/** Texts: below `embeddings`, `encoder`, `norm`. */
export function textTower(module: Module, inputs: Inputs, config: ClipTextConfig): ClipTower {
  const ids = inputs.input_ids as Tensor;
  const tokens = ids.shape[1] as Dim;
  const x = module.child('embeddings', (m) => {
    const words = m.child('token', (n) => embedding(n, ids, { count: config.vocabSize, dim: config.dim }));
    const table = m.child('position', (n) => n.parameter('weight', [config.maxLength, config.dim], normalInit(0.01)));
    return tap(
      'output',
      add(words, inputs.position_ids ? gather(table, inputs.position_ids) : firstRows(table, tokens)),
    );
  });
  const causal = causalBias(tokens);
  const bias = inputs.attention_mask ? add(causal, paddingBias(inputs.attention_mask)) : causal;
  const result = module.child('encoder', (m) => tower(m, x, config.layers, clipBlock(config, bias)));
  const states = module.child('norm', (m) => layerNormWith(config.normEpsilon)(m, result.x));
  const end = unsqueeze(endOf(ids, config.eosId), [1]);
  return { ...result, states, pooled: squeeze(tokensAt(states, end), [1]) };
}

/** Pictures: below `embeddings`, `norm_before`, `encoder`, `norm_after`. */
export function visionTower(module: Module, pixels: Tensor, config: ClipVisionConfig, picture: Picture): ClipTower {
  const { dim } = config;
  const [rows, columns] = picture.learned;
  const initialize = normalInit(0.02);
  const embedded = module.child('embeddings', (m) => {
    const patches = m.child('patches', (n) =>
      patchEmbedding(n, pixels, { dim, patch: picture.patch, bias: false, initialize }),
    );
    const token = reshape(m.parameter('class_token', [dim], normalInit(dim ** -0.5)), [1, 1, dim]);
    const table = unsqueeze(m.parameter('positions', [1 + rows * columns, dim], initialize), [0]);
    const positions = resizePositions(table, { special: 1, from: picture.learned, to: picture.grid });
    return add(concat([tokenFor(token, patches), patches], 1), positions);
  });
  const norm = layerNormWith(config.normEpsilon);
  const x = module.child('norm_before', (m) => norm(m, embedded));
  const result = module.child('encoder', (m) => tower(m, x, config.layers, clipBlock(config)));
  return { ...result, states: result.x, pooled: module.child('norm_after', (m) => norm(m, stateOf(result.x))) };
}
