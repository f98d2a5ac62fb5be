// BLIP's towers (Li et al. 2022): a ViT, and a BERT whose layers may look at pictures between self-attention and feed-forward. The same
// text tower encodes (both directions) and decodes (causally).
import { add, type Dim, gather, type Tensor, tap } from '../../graph/index.ts';
import {
  type AttentionCache,
  type AttentionOptions,
  activationNamed,
  type BlockOptions,
  embedding,
  fusedProjections,
  layerNormWith,
  linearWith,
  type Module,
  normalInit,
  onesInit,
  postNorm,
  project,
  separateProjections,
  type TowerResult,
  tableRows,
  tower,
  zerosInit,
} from '../../nn/index.ts';
import { type Encoded, encode, encoderBlock, linearOf } from '../patch-encoder.ts';
import { embedPicture, type Picture } from '../picture-embedding.ts';
import type { BlipConfig, BlipTextConfig } from './config.ts';

/** Pictures: below `embeddings`, `encoder`, `norm`. */
export function visionTower(module: Module, pixels: Tensor, config: BlipConfig['vision'], picture: Picture): Encoded {
  const x = module.child('embeddings', (m) =>
    embedPicture(m, pixels, picture, { ...config, special: ['class_token'] }),
  );
  const block = encoderBlock(config);
  const attention = { ...block.attention, projections: fusedProjections(linearOf(config)) };
  return encode(module, x, config, { ...block, attention });
}

/** A text, and what its tower may look at. */
export interface TextInput {
  readonly ids: Tensor;
  readonly positions?: Tensor | undefined;
  /** Added to attention's scores: padding, and what comes later where it may not be seen. */
  readonly bias?: Tensor | undefined;
  /** Tokens before these, and their keys and values. */
  readonly past?: Dim;
  readonly caches?: readonly AttentionCache[] | undefined;
  /** What layer `i` looks at: states `[B, S, M]`, or their keys and values; without it cross-attention is passed over. */
  readonly memoryOf?: (layer: number) => Tensor | AttentionCache;
  readonly memoryBias?: Tensor | undefined;
}

function layersOf(config: BlipTextConfig): ReturnType<typeof linearWith> {
  return linearWith({ initialize: normalInit(config.initDeviation) });
}

/** Texts: below `embeddings` and `encoder.layers.{i}`. */
export function textTower(module: Module, text: TextInput, config: BlipTextConfig): TowerResult {
  const x = module.child('embeddings', (m) => embedText(m, text, config));
  const blockOf = textBlocks(text, config);
  return module.child('encoder', (m) => {
    if (config.memoryDim > 0 && !text.memoryOf) declareCrossAttention(m, config);
    return tower(m, x, config.layers, blockOf, text.caches);
  });
}

function embedText(module: Module, { ids, positions, past = 0 }: TextInput, config: BlipTextConfig): Tensor {
  const { vocabSize: count, dim, padId: paddingId } = config;
  const initialize = normalInit(config.initDeviation);
  const words = module.child('word', (m) => embedding(m, ids, { count, dim, paddingId }, initialize));
  const table = module.child('position', (m) => m.parameter('weight', [config.maxLength, dim], initialize));
  const sum = add(words, positions ? gather(table, positions) : tableRows(table, past, ids.shape[1] as Dim));
  const normal = module.child('norm', (m) => layerNormWith(config.normEpsilon)(m, sum));
  return tap('output', module.dropout(normal, config.dropout));
}

function textBlocks(
  { bias, memoryOf, memoryBias }: TextInput,
  config: BlipTextConfig,
): (layer: number) => BlockOptions {
  const layer = layersOf(config);
  const attention: AttentionOptions = {
    heads: config.heads,
    dropout: config.attentionDropout,
    projections: separateProjections(layer),
  };
  return (i) => ({
    attention: { ...attention, bias },
    ...(memoryOf ? { crossAttention: { ...attention, memory: memoryOf(i), bias: memoryBias } } : {}),
    feedForward: { ffnDim: config.ffnDim, activation: activationNamed(config.activation), layer },
    norm: layerNormWith(config.normEpsilon),
    residual: postNorm,
    dropout: config.dropout,
  });
}

/** The parameters of cross-attention that a file holds though this pass has nothing to look at. */
function declareCrossAttention(module: Module, config: BlipTextConfig): void {
  const { dim, memoryDim } = config;
  const initialize = normalInit(config.initDeviation);
  const widths = { query: dim, key: memoryDim, value: memoryDim, output: dim };
  for (let layer = 0; layer < config.layers; layer++) {
    module.child('layers', (m) =>
      m.child(`${layer}`, (n) => {
        for (const [name, width] of Object.entries(widths)) {
          n.child('cross_attention', (a) =>
            a.child(name, (l) => {
              l.parameter('weight', [dim, width], initialize);
              l.parameter('bias', [dim], zerosInit);
            }),
          );
        }
        n.child('cross_attention_norm', (l) => {
          l.parameter('weight', [dim], onesInit);
          l.parameter('bias', [dim], zerosInit);
        });
      }),
    );
  }
}

/** Scores of every word at every place, `[B, T, V]`, by the tied table of `embeddings.word`. */
export function vocabularyOf(module: Module, states: Tensor, config: BlipTextConfig): Tensor {
  const table = module.child('embeddings', (m) =>
    m.child('word', (n) => n.parameter('weight', [config.vocabSize, config.dim], normalInit(config.initDeviation))),
  );
  return module.child('language_model', (m) => {
    const hidden = activationNamed(config.activation)(m.child('dense', (n) => layersOf(config)(n, states, config.dim)));
    const normal = m.child('norm', (n) => layerNormWith(config.normEpsilon)(n, hidden));
    return project(normal, table, m.parameter('bias', [config.vocabSize], zerosInit));
  });
}
