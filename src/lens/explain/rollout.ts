// Attention rollout (Abnar and Zuidema 2020): patterns and the residual way past them, multiplied through the layers. And its
// class-specific variant (jacobgil/vit-explain), without that code's two defects: there, gradients are collected last layer first and
// so meet the wrong patterns (#6), and rows are divided by the sums of columns (#16).
import type { NdArray } from '../../array/index.ts';
import type { Capture, Relevance } from './capture.ts';
import { identity, joinHeads, type Matrix, matrix, meanOf, mixRows, product, rowsNormalised, sumOf } from './square.ts';

/** How a layer's heads become one pattern. */
export type HeadJoin = 'mean' | 'min' | 'max';

const joins: Readonly<Record<HeadJoin, (entries: Float64Array) => number>> = {
  mean: meanOf,
  min: (entries) => Math.min(...entries),
  max: (entries) => Math.max(...entries),
};

/** Options of both rollouts. */
export interface RolloutOptions {
  readonly heads: HeadJoin;
  /** Share of a layer's smallest entries that count as 0, in [0, 1). The way past the layer is not touched. */
  readonly discard: number;
}

/** The smallest `⌊share · n⌋` entries set to 0; of equal ones the first. */
export function withoutSmallest(a: Matrix, share: number): Matrix {
  if (!(share >= 0 && share < 1)) throw new RangeError(`rollout: expected discard in [0, 1), got ${share}`);
  const order = Array.from(a.data.keys()).sort((i, j) => (a.data[i] as number) - (a.data[j] as number) || i - j);
  const kept = a.data.slice();
  for (const i of order.slice(0, Math.floor(share * order.length))) kept[i] = 0;
  return matrix(a.rows, a.columns, kept);
}

/** `R = Â_L … Â_1`, `Â = (A + I)` with rows summing to 1; row i of R says what token i of the last layer is made of, `[T, T]`. */
export function rollOut(patterns: readonly Matrix[]): Matrix {
  const [first] = patterns;
  if (!first) throw new RangeError('rollout: expected at least one layer, got none');
  return patterns.reduce(
    (below, pattern) => product(rowsNormalised(sumOf(pattern, identity(first.rows))), below),
    identity(first.rows),
  );
}

/** Rollout, read from the readout. With `{ heads: 'mean', discard: 0 }` the paper's. */
export function rollout(capture: Pick<Capture, 'attentions' | 'readout'>, options: RolloutOptions): Relevance {
  const join = joins[options.heads];
  const patterns = capture.attentions.map((pattern) => withoutSmallest(joinHeads(pattern, join), options.discard));
  return mixRows(capture.readout, rollOut(patterns));
}

/** `mean over heads of A ⊙ ∂score/∂A`, below 0 cut off. */
function pushed(pattern: NdArray<'float32'>, gradient: NdArray<'float32'>): Matrix {
  const products = joinHeads(pattern, meanOf, (i) => (pattern.data[i] as number) * (gradient.data[i] as number));
  return matrix(
    products.rows,
    products.columns,
    products.data.map((value) => Math.max(0, value)),
  );
}

/** Rollout of the patterns weighted by the class's gradient. The published setting discards 0.9. */
export function gradientRollout(
  capture: Pick<Capture, 'attentions' | 'attentionGradients' | 'readout'>,
  { discard }: Pick<RolloutOptions, 'discard'>,
): Relevance {
  const patterns = capture.attentions.map((pattern, layer) =>
    withoutSmallest(pushed(pattern, capture.attentionGradients[layer] as NdArray<'float32'>), discard),
  );
  return mixRows(capture.readout, rollOut(patterns));
}
