// The contract of an optimizer: in-place updates of parameters whose state lies beside them, or the same as a graph.

import type { Tensor } from '../../graph/index.ts';
import type { Arena } from '../arena.ts';

/** What the rules say of one parameter, as an update needs it. */
export interface UpdateSettings {
  /** Weight decay per unit of learning rate. */
  readonly decay: number;
  /** Factor of the learning rate. */
  readonly learningRateScale: number;
}

/** One parameter with its gradient, its state and its settings; all arrays of one arena. */
export interface ParameterSlot extends UpdateSettings {
  readonly name: string;
  readonly weight: Float32Array;
  readonly gradient: Float32Array;
  /** One array for each name in the optimizer's `slots`. */
  readonly slots: readonly Float32Array[];
}

/** Numbers of one update. */
export interface UpdateNumbers {
  /** Counted from 1. */
  readonly step: number;
  readonly learningRate: number;
  /** Factor of all gradients: clipping. */
  readonly gradientScale: number;
}

/** What changes in an update. */
export interface UpdatedTensors {
  readonly weight: Tensor;
  /** One for each name in the optimizer's `slots`. */
  readonly slots: readonly Tensor[];
}

/** An update rule as a graph: for runtimes that keep weights and state where they compute. */
export interface GraphRule {
  /** Scalars that the graph reads anew at each step, by name. */
  readonly numbers: Readonly<Record<string, (update: Pick<UpdateNumbers, 'step' | 'learningRate'>) => number>>;
  /** One parameter after the update; its gradient is clipped already, its settings are constants. */
  readonly update: (
    parameter: UpdatedTensors & UpdateSettings & { readonly gradient: Tensor },
    numbers: Readonly<Record<string, Tensor>>,
  ) => UpdatedTensors;
}

/** An update rule. */
export interface Optimizer {
  readonly name: string;
  /** Names of the arrays it keeps for each parameter. */
  readonly slots: readonly string[];
  update(parameters: readonly ParameterSlot[], numbers: UpdateNumbers, arena: Arena): void;
  /** The same update as a graph. Without it weights are updated on the host, whatever the runtime. */
  readonly graph?: GraphRule;
}
