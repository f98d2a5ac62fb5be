// Transformer blocks and the tower of them. Where the norm stands is a function passed in; what attends is an option object.
import { add, recompute, scope, type Tensor, tap } from '../graph/index.ts';
import { type Attended, type AttentionCache, type AttentionOptions, attention } from './attention.ts';
import { type FeedForwardOptions, feedForward } from './feed-forward.ts';
import type { Module } from './module.ts';
import type { NormLayer } from './norm.ts';

/** Joins a sub-layer to the stream `[B, T, D]`; `name` names its norm. */
export type Residual = (
  module: Module,
  x: Tensor,
  norm: { name: string; layer: NormLayer },
  sublayer: (x: Tensor) => Tensor,
) => Tensor;

/** `norm(x + sublayer(x))`: BERT, Marian, the 2017 Transformer. */
export const postNorm: Residual = (module, x, norm, sublayer) => {
  const sum = add(x, sublayer(x));
  return module.child(norm.name, (m) => norm.layer(m, sum));
};

/** `x + sublayer(norm(x))`: GPT-2, ViT, T5. */
export const preNorm: Residual = (module, x, norm, sublayer) =>
  add(x, sublayer(module.child(norm.name, (m) => norm.layer(m, x))));

/** One kind of Transformer block, described by its parts. */
export interface BlockOptions {
  readonly attention: AttentionOptions;
  /** Attention over an encoder's states, or over their keys and values, between self-attention and feed-forward. */
  readonly crossAttention?: AttentionOptions & { readonly memory: Tensor | AttentionCache };
  readonly feedForward: FeedForwardOptions;
  readonly norm: NormLayer;
  readonly residual: Residual;
  /** Dropout of every sub-layer's output while training, in [0, 1). */
  readonly dropout: number;
  /** Where the block's parameters lie below the tower: default `layers.{i}`. Blocks of one path share them (ALBERT). */
  readonly path?: string;
}

/** What a block or a tower leaves behind. */
export interface BlockResult {
  readonly x: Tensor;
  readonly weights: Tensor;
  readonly crossWeights?: Tensor;
  readonly cache: AttentionCache;
  readonly crossCache?: AttentionCache;
}

/** Self-attention, cross-attention if asked for, feed-forward. Parameters below `attention`, `cross_attention`, `feed_forward`. */
export function block(module: Module, x: Tensor, options: BlockOptions, past?: AttentionCache): BlockResult {
  const { residual, norm, dropout, crossAttention } = options;
  let self: Attended | undefined;
  let cross: Attended | undefined;
  let y = residual(module, x, { name: 'attention_norm', layer: norm }, (z) => {
    self = module.child('attention', (m) => attention(m, z, options.attention, z, past));
    return module.dropout(self.output, dropout, 'attention_dropout');
  });
  if (crossAttention) {
    y = residual(module, y, { name: 'cross_attention_norm', layer: norm }, (z) => {
      cross = module.child('cross_attention', (m) => attention(m, z, crossAttention, crossAttention.memory));
      return module.dropout(cross.output, dropout, 'cross_attention_dropout');
    });
  }
  y = residual(module, y, { name: 'feed_forward_norm', layer: norm }, (z) =>
    module.dropout(
      module.child('feed_forward', (m) => feedForward(m, z, options.feedForward)),
      dropout,
      'feed_forward_dropout',
    ),
  );
  const attended = self as Attended;
  const result = { x: tap('output', y), weights: attended.weights, cache: attended.cache };
  return cross ? { ...result, crossWeights: cross.weights, crossCache: cross.cache } : result;
}

/** Everything a tower computed, layer by layer. */
export interface TowerResult {
  /** The last block's stream `[B, T, D]`. */
  readonly x: Tensor;
  /** `layers + 1` streams: the embeddings first. */
  readonly hiddenStates: readonly Tensor[];
  /** One pattern `[B, H, T, S]` a layer. */
  readonly attentions: readonly Tensor[];
  readonly crossAttentions: readonly Tensor[];
  readonly caches: readonly AttentionCache[];
  readonly crossCaches: readonly AttentionCache[];
}

function below<T>(module: Module, path: string, body: (module: Module) => T): T {
  const [first, ...rest] = path.split('.') as [string, ...string[]];
  return module.child(first, (m) => (rest.length === 0 ? body(m) : below(m, rest.join('.'), body)));
}

/** A block whose stream alone is kept for the backward pass. */
function recomputed(run: () => BlockResult, input: Tensor): BlockResult {
  let result: BlockResult | undefined;
  const x = recompute(() => {
    result = run();
    return result.x;
  }, [input]);
  return { ...(result as BlockResult), x };
}

/** Blocks one after the other, below `layers.0`, `layers.1`, …; options may differ by layer. */
export function tower(
  module: Module,
  x: Tensor,
  layers: number,
  options: BlockOptions | ((layer: number) => BlockOptions),
  past?: readonly AttentionCache[],
): TowerResult {
  const hiddenStates = [tap('input', x)];
  const results: BlockResult[] = [];
  for (let layer = 0; layer < layers; layer++) {
    const own = typeof options === 'function' ? options(layer) : options;
    const input = hiddenStates.at(-1) as Tensor;
    const run = (): BlockResult =>
      below(module, own.path ?? `layers.${layer}`, (m) => block(m, input, own, past?.[layer]));
    // blocks that share parameters still have names and dropout masks of their own
    const named = (): BlockResult => (own.path === undefined ? run() : scope(`blocks.${layer}`, run));
    const result = module.context.recompute ? recomputed(named, input) : named();
    results.push(result);
    hiddenStates.push(result.x);
  }
  return {
    x: hiddenStates.at(-1) as Tensor,
    hiddenStates,
    attentions: results.map((result) => result.weights),
    crossAttentions: results.flatMap((result) => (result.crossWeights ? [result.crossWeights] : [])),
    caches: results.map((result) => result.cache),
    crossCaches: results.flatMap((result) => (result.crossCache ? [result.crossCache] : [])),
  };
}
