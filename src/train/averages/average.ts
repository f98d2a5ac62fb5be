// The contract of averages over the course of training: weights to evaluate and publish instead of the last ones.
import type { Arena } from '../arena.ts';

/** One trained parameter and what an average keeps of it; all arrays of one arena. */
export interface AveragedSlot {
  readonly weight: Float32Array;
  /** One array for each name in the average's `slots`. */
  readonly slots: readonly Float32Array[];
}

/** A rule of averaging. Its first slot is what is published; it holds the first weights at the start. */
export interface WeightAverage {
  readonly name: string;
  /** Names of the arrays it keeps for each parameter. */
  readonly slots: readonly string[];
  /** After every update, steps counted from 1. */
  readonly follow?: (parameters: readonly AveragedSlot[], step: number, arena: Arena) => void;
  /** Before every evaluation, counted from 0. */
  readonly sample?: (parameters: readonly AveragedSlot[], count: number, arena: Arena) => void;
}
