// Keys and values of earlier tokens as named arrays. Names and layouts are those of ONNX exports, which Transformers.js feeds.
import { addDims, type Dim, type Tensor } from '../graph/index.ts';
import type { AttentionCache } from '../nn/index.ts';
import type { InputSpec, Inputs } from './architecture.ts';

/** How the names of cached inputs begin. */
export const CACHE_PREFIX = 'past_key_values.';

/** Number of cached tokens, symbolic. */
export const PAST = 'past';

/** Whose keys and values: a decoder-only model's own, or one of an encoder-decoder's two kinds. */
export type CacheKind = '' | 'decoder.' | 'encoder.';

/** What a cache holds: `[B, heads, tokens, headDim]` of each layer. */
export interface CacheShape {
  readonly layers: number;
  readonly heads: number;
  readonly headDim: number;
  readonly kind?: CacheKind;
  /** Default `past`. */
  readonly tokens?: Dim;
}

const PARTS = ['key', 'value'] as const;

/** Inputs `past_key_values.{i}.{kind}key|value`. */
export function cacheSpecs({
  layers,
  heads,
  headDim,
  kind = '',
  tokens = PAST,
}: CacheShape): Record<string, InputSpec> {
  const spec = { dtype: 'float32', shape: ['batch', heads, tokens, headDim], optional: true } as const;
  const names = Array.from({ length: layers }, (_, i) => PARTS.map((part) => `${CACHE_PREFIX}${i}.${kind}${part}`));
  return Object.fromEntries(names.flat().map((name) => [name, spec]));
}

/** The caches of every layer among the inputs; undefined when there is none. */
export function cachesIn(inputs: Inputs, layers: number, kind: CacheKind = ''): AttentionCache[] | undefined {
  if (!inputs[`${CACHE_PREFIX}0.${kind}key`]) return undefined;
  return Array.from({ length: layers }, (_, i) => ({
    key: inputs[`${CACHE_PREFIX}${i}.${kind}key`] as Tensor,
    value: inputs[`${CACHE_PREFIX}${i}.${kind}value`] as Tensor,
  }));
}

/** How many tokens a cache holds; 0 without one. */
export function pastOf(caches: readonly AttentionCache[] | undefined): Dim {
  return caches?.[0]?.key.shape[2] ?? 0;
}

/** Caches under their names as outputs, `present.{i}.{kind}key|value`. */
export function namedCaches(caches: readonly AttentionCache[], kind: CacheKind = ''): Record<string, Tensor> {
  return Object.fromEntries(
    caches.flatMap((cache, i) => PARTS.map((part) => [`present.${i}.${kind}${part}`, cache[part]] as const)),
  );
}

/** An attention mask `[B, T]`, over cached tokens too where there are some. */
export function maskSpec(tokens: Dim): InputSpec {
  return {
    dtype: 'int64',
    shape: ['batch', tokens],
    optional: true,
    shapeWithCache: ['batch', addDims(PAST, tokens)],
  };
}
