// Scaled dot-product attention (Vaswani et al. 2017), with grouped heads. Masks and position biases are values added to the
// scores; projections and position maps are functions passed in. The pattern is tapped as `weights` `[B, H, T, S]`.
import {
  add,
  addDims,
  concat,
  type Dim,
  fusedMatmul,
  matmul,
  multiplyDims,
  reshape,
  slice,
  softmax,
  split,
  type Tensor,
  tap,
  transpose,
  unsqueeze,
} from '../graph/index.ts';
import { type LinearLayer, linear } from './linear.ts';
import type { Module } from './module.ts';
import type { NormLayer } from './norm.ts';

/** How many heads, and what is done to the scores. */
export interface AttentionOptions {
  readonly heads: number;
  /** Heads of keys and values; divides `heads`. Default: `heads`. */
  readonly keyHeads?: number;
  /** Width of one head. Default: dim / heads. */
  readonly headDim?: number;
  /** Factor of the scores. Default: headDim^−0.5; T5 uses 1. */
  readonly scale?: number;
  /** Added to the scores, broadcasting to `[B, H, T, S]`: padding and causal masks, ALiBi, relative positions. */
  readonly bias?: Tensor | undefined;
  /** Applied to queries and keys `[B, H, T, K]` before the product: rotary positions. */
  readonly rotate?: (x: Tensor) => Tensor;
  /** Probability of dropping an attention weight while training, in [0, 1). */
  readonly dropout?: number;
  readonly projections?: Projections;
  /** Normalises queries and keys head by head before they are turned, below `query_norm` and `key_norm` (Qwen3). */
  readonly headNorm?: NormLayer;
}

/** Queries, keys, values from the stream, and the map back to it. */
export interface Projections {
  readonly input: (
    module: Module,
    x: Tensor,
    memory: Tensor,
    widths: { query: number; key: number },
  ) => [Tensor, Tensor, Tensor];
  readonly output: (module: Module, x: Tensor, dim: number) => Tensor;
  /** Queries alone, for keys and values that are already there. */
  readonly query?: (module: Module, x: Tensor, width: number) => Tensor;
}

/** Projections `query`, `key`, `value` and `output`, each one linear layer; those of `others` in place of the first. */
export function separateProjections(
  layer: LinearLayer = linear,
  others: { readonly query?: LinearLayer; readonly output?: LinearLayer } = {},
): Projections {
  const { query: queryLayer = layer, output: outputLayer = layer } = others;
  return {
    input: (module, x, memory, { query, key }) => [
      module.child('query', (m) => queryLayer(m, x, query)),
      module.child('key', (m) => layer(m, memory, key)),
      module.child('value', (m) => layer(m, memory, key)),
    ],
    output: (module, x, dim) => module.child('output', (m) => outputLayer(m, x, dim)),
    query: (module, x, width) => module.child('query', (m) => queryLayer(m, x, width)),
  };
}

/** One projection `qkv` of three times the width, cut in the order query, key, value; self-attention only. */
export function fusedProjections(layer: LinearLayer = linear, outputLayer: LinearLayer = layer): Projections {
  return {
    input: (module, x, _memory, { query, key }) => {
      const joint = module.child('qkv', (m) => layer(m, x, query + 2 * key));
      return split(joint, [query, key, key], -1) as [Tensor, Tensor, Tensor];
    },
    output: (module, x, dim) => module.child('output', (m) => outputLayer(m, x, dim)),
  };
}

/** `[B, T, H·K] → [B, H, T, K]`. */
export function splitHeads(x: Tensor, heads: number): Tensor {
  const [batch, tokens, width] = x.shape as [Dim, Dim, number];
  return transpose(reshape(x, [batch, tokens, heads, width / heads]), [0, 2, 1, 3]);
}

/** `[B, H, T, K] → [B, T, H·K]`. */
export function joinHeads(x: Tensor): Tensor {
  const [batch, heads, tokens, width] = x.shape as [Dim, number, Dim, number];
  return reshape(transpose(x, [0, 2, 1, 3]), [batch, tokens, heads * width]);
}

/** Query heads that share a key head laid one after the other: `[B, H, T, N] → [B, G, H/G · T, N]`. Nothing moves. */
function byKeyHead(x: Tensor, groups: number): Tensor {
  const [batch, heads, tokens, width] = x.shape as [Dim, number, Dim, Dim];
  return groups === heads ? x : reshape(x, [batch, groups, multiplyDims(heads / groups, tokens), width]);
}

/** `byKeyHead` undone: `[B, G, H/G · T, N] → [B, H, T, N]`. */
function byQueryHead(x: Tensor, heads: number, tokens: Dim): Tensor {
  const [batch, groups, , width] = x.shape as [Dim, number, Dim, Dim];
  return groups === heads ? x : reshape(x, [batch, heads, tokens, width]);
}

/** Keys and values of earlier tokens, `[B, G, P, K]` each. */
export interface AttentionCache {
  readonly key: Tensor;
  readonly value: Tensor;
}

/** What attention gives: the new stream, the pattern, and keys and values to keep. */
export interface Attended {
  /** `[B, T, D]`. */
  readonly output: Tensor;
  /** `[B, H, T, S]`, rows sum to 1. */
  readonly weights: Tensor;
  readonly cache: AttentionCache;
}

/**
 * Attention of `x` `[B, T, D]` over `memory` `[B, S, M]` (itself for self-attention), after the cached tokens if there are any.
 * A `memory` of keys and values is used as it stands: how a decoder's later steps see the encoder.
 * @throws RangeError when the heads do not divide the width
 */
export function attention(
  module: Module,
  x: Tensor,
  options: AttentionOptions,
  memory: Tensor | AttentionCache = x,
  cache?: AttentionCache,
): Attended {
  const dim = x.shape.at(-1) as number;
  const { heads, keyHeads = heads, headDim = dim / heads, projections = separateProjections() } = options;
  if (!Number.isInteger(headDim) || heads % keyHeads !== 0) {
    throw new RangeError(
      `attention: expected heads to divide dim, got ${heads} heads (${keyHeads} for keys) and dim ${dim} (${module.path})`,
    );
  }
  const { query, fresh } = queriesAndKeys(module, x, { ...options, keyHeads, headDim, projections }, memory);
  const all = cache ? { key: concat([cache.key, fresh.key], 2), value: concat([cache.value, fresh.value], 2) } : fresh;
  const tokens = x.shape[1] as Dim;
  const alpha = options.scale ?? headDim ** -0.5;
  const products = fusedMatmul(byKeyHead(query, keyHeads), all.key, { transB: true, alpha });
  const raw = byQueryHead(products, heads, tokens);
  const scores = tap('scores', options.bias ? add(raw, options.bias) : raw);
  const weights = tap('weights', softmax(scores));
  const kept = module.dropout(weights, options.dropout ?? 0, 'weights_dropout');
  const mixed = byQueryHead(matmul(byKeyHead(kept, keyHeads), all.value), heads, tokens);
  const output = projections.output(module, joinHeads(tap('heads', mixed)), dim);
  return { output, weights, cache: all };
}

type Complete = AttentionOptions & Required<Pick<AttentionOptions, 'keyHeads' | 'headDim' | 'projections'>>;

/** Queries `[B, H, T, K]`, and the keys and values of `memory`, normalised and turned. */
function queriesAndKeys(
  module: Module,
  x: Tensor,
  options: Complete,
  memory: Tensor | AttentionCache,
): { query: Tensor; fresh: AttentionCache } {
  const { heads, keyHeads, headDim, projections, headNorm, rotate = (t: Tensor): Tensor => t } = options;
  const prepared = (flat: Tensor, count: number, name: string): Tensor => {
    const split = splitHeads(flat, count);
    return rotate(headNorm ? module.child(name, (m) => headNorm(m, split)) : split);
  };
  if (!('node' in memory)) {
    if (!projections.query) {
      throw new RangeError(`attention: expected projections that give queries alone, got fused ones (${module.path})`);
    }
    return { query: prepared(projections.query(module, x, heads * headDim), heads, 'query_norm'), fresh: memory };
  }
  const widths = { query: heads * headDim, key: keyHeads * headDim };
  const [q, k, v] = projections.input(module, x, memory, widths);
  return {
    query: prepared(q, heads, 'query_norm'),
    fresh: { key: prepared(k, keyHeads, 'key_norm'), value: splitHeads(v, keyHeads) },
  };
}

/** `length` positions of a table from position `start` on, as `[1, length, D]`. */
export function tableRows(table: Tensor, start: Dim, length: Dim): Tensor {
  return unsqueeze(slice(table, 0, start, addDims(start, length)), [0]);
}

/** The first `length` positions of a table as `[1, length, D]`. */
export function firstRows(table: Tensor, length: Dim): Tensor {
  return tableRows(table, 0, length);
}
