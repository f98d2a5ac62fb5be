// T5's relative positions (Raffel et al. 2020): distances fall into buckets, each bucket has a learned bias per head.
import {
  absolute,
  add,
  castTo,
  type Dim,
  dimValue,
  divide,
  gather,
  greater,
  less,
  log,
  maximum,
  minimum,
  multiply,
  negate,
  range,
  subtract,
  type Tensor,
  transpose,
  unsqueeze,
  where,
} from '../../graph/index.ts';
import { type Initializer, normalInit } from '../initialize.ts';
import type { Module } from '../module.ts';

/** Options of `relativeBias`. */
export interface RelativeOptions {
  readonly heads: number;
  readonly buckets: number;
  readonly maxDistance: number;
  /** Encoders tell sides apart; decoders look back only. */
  readonly bidirectional: boolean;
  readonly initialize?: Initializer;
}

/** The bucket `[T, S]` int64 of every distance key − query. */
export function relativeBuckets(distance: Tensor, options: RelativeOptions): Tensor {
  const { bidirectional, maxDistance } = options;
  const buckets = bidirectional ? options.buckets / 2 : options.buckets;
  const magnitude = bidirectional ? absolute(distance) : maximum(negate(distance), 0);
  const exact = buckets / 2;
  const ratio = divide(
    log(divide(castTo(maximum(magnitude, 1), 'float32'), exact)),
    Math.fround(Math.log(maxDistance / exact)),
  );
  const spaced = castTo(add(multiply(ratio, buckets - exact), exact), 'int64');
  const bucket = where(less(magnitude, exact), magnitude, minimum(spaced, buckets - 1));
  return bidirectional ? add(bucket, multiply(castTo(greater(distance, 0), 'int64'), buckets)) : bucket;
}

/** The bias `[1, H, T, S]` from the table `weight` `[buckets, H]`, of tokens that come after `past` others. */
export function relativeBias(
  module: Module,
  { tokens, keys, past = 0 }: { readonly tokens: Dim; readonly keys: Dim; readonly past?: Dim },
  options: RelativeOptions,
): Tensor {
  const places = range(tokens);
  const queries = past === 0 ? places : add(places, dimValue(past));
  const distance = subtract(unsqueeze(range(keys), [0]), unsqueeze(queries, [1]));
  const table = module.parameter('weight', [options.buckets, options.heads], options.initialize ?? normalInit(0.02));
  return unsqueeze(transpose(gather(table, relativeBuckets(distance, options)), [2, 0, 1]), [0]);
}
