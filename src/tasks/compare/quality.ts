// How good, over seeds: a mean with its interval, and what each problem is measured by.

import { percent } from '../reporting.ts';
import type { CandidateName, WayName } from './candidates.ts';
import type { ProblemKind } from './problems.ts';
import type { Score } from './trial.ts';

/** A number over seeds. */
export interface Spread {
  readonly values: readonly number[];
  readonly mean: number;
  /** 95 % interval of the mean by Student's t over the seeds. */
  readonly interval: readonly [number, number];
}

/** Student's t for 95 %, both sides, by degrees of freedom from 1. */
const STUDENT = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];
const NORMAL = 1.96;

/** Mean and interval. @throws RangeError for less than two values */
export function spreadOf(values: readonly number[]): Spread {
  const count = values.length;
  if (count < 2) throw new RangeError(`compare: expected at least two seeds for an interval, got ${count}`);
  const mean = values.reduce((a, b) => a + b, 0) / count;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  const half = (STUDENT[count - 2] ?? NORMAL) * Math.sqrt(variance / count);
  return { values, mean, interval: [mean - half, mean + half] };
}

/** What a problem is measured by. */
export interface ProblemMetric {
  readonly name: string;
  readonly of: (score: Score) => number;
  readonly isHigherBetter: boolean;
  /** For people. */
  readonly say: (value: number) => string;
}

/** Measures by problem. */
export const problemMetrics: { readonly [K in ProblemKind]: ProblemMetric } = {
  classify: { name: 'accuracy', of: ({ exact }) => exact, isHigherBetter: true, say: percent },
  rewrite: { name: 'sequences wholly right', of: ({ exact }) => exact, isHigherBetter: true, say: percent },
  continue: {
    name: 'nats per token of the second half',
    of: ({ loss }) => loss,
    isHigherBetter: false,
    say: (value) => `${value.toFixed(4)} nats`,
  },
};

/** One architecture on one problem. */
export interface ComparedCell {
  readonly candidate: CandidateName;
  readonly problem: ProblemKind;
  /** Which of two ways, where the architecture has two. */
  readonly way?: WayName;
  readonly class: string;
  readonly parameters: number;
  readonly feed_forward: number;
  readonly learning_rate: number;
  readonly quality: Spread;
  /** Milliseconds of a training step, median. */
  readonly step_ms: number;
  /** Milliseconds to measure one example. */
  readonly row_ms: number;
  /** Bytes of a training step, estimated: weights, gradients, moments, activations. */
  readonly step_bytes: number;
}
