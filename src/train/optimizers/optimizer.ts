// The contract of an optimizer: in-place updates of parameters whose state lies beside them.
import type { Arena } from '../arena.ts';

/** One parameter with its gradient, its state and its settings; all arrays of one arena. */
export interface ParameterSlot {
  readonly name: string;
  readonly weight: Float32Array;
  readonly gradient: Float32Array;
  /** One array for each name in the optimizer's `slots`. */
  readonly slots: readonly Float32Array[];
  /** Weight decay per unit of learning rate. */
  readonly decay: number;
  /** Factor of the learning rate. */
  readonly learningRateScale: number;
}

/** Numbers of one update. */
export interface UpdateNumbers {
  /** Counted from 1. */
  readonly step: number;
  readonly learningRate: number;
  /** Factor of all gradients: clipping. */
  readonly gradientScale: number;
}

/** An update rule. */
export interface Optimizer {
  readonly name: string;
  /** Names of the arrays it keeps for each parameter. */
  readonly slots: readonly string[];
  update(parameters: readonly ParameterSlot[], numbers: UpdateNumbers, arena: Arena): void;
}
