// The contract of what computes a step: on the host over the arena, or where the runtime keeps its arrays.
import type { NamedArrays } from '../array/index.ts';
import {
  optimize,
  type Runtime,
  type SessionOptions,
  type Tensor,
  type WrittenModel,
  writeOnnx,
} from '../graph/index.ts';
import type { MaskSpec } from './masks.ts';
import type { Optimizer, UpdateNumbers } from './optimizers/optimizer.ts';

/** One batch of a step. */
export interface StepPart {
  /** Its share of the step's loss and gradient; all together 1. */
  readonly share: number;
  /** Batch and masks, made when it is their turn and valid until the next part's are made. */
  readonly feeds: () => NamedArrays;
}

/** What a step measured. */
export interface StepOutcome {
  readonly loss: number;
  /** Global norm of the gradients before clipping. */
  readonly gradientNorm: number;
}

/** Computes steps. */
export interface StepEngine {
  /** Dropout masks that its graph reads. */
  readonly masks: readonly MaskSpec[];
  /** One update; a loss or norm that is not finite changes nothing. */
  run(parts: readonly StepPart[], numbers: Pick<UpdateNumbers, 'step' | 'learningRate'>): Promise<StepOutcome>;
  /** Brings the arrays of the host up to date. */
  settle(): Promise<void>;
  /** The arrays of the host have been overwritten: the next step begins from them. */
  restored(): void;
  release(): Promise<void>;
}

/** What engines are made with. */
export interface EngineOptions {
  readonly runtime: Runtime;
  readonly session?: SessionOptions;
  readonly optimizer: Optimizer;
  /** Largest global norm of the gradients; none when absent. */
  readonly clipNorm?: number;
}

/** The gradient of a parameter among a step's outputs stands under this and its name; the loss under `loss`. */
export const GRADIENT = 'gradient:';

/** Outputs that the clean-up has gone over. */
export function optimized(outputs: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  const names = Object.keys(outputs);
  const tensors = optimize(names.map((name) => outputs[name] as Tensor));
  return Object.fromEntries(names.map((name, i) => [name, tensors[i] as Tensor]));
}

/** Outputs as a model for a runtime, and the masks that it reads. */
export function modelOf(
  outputs: Readonly<Record<string, Tensor>>,
  { backend }: Runtime,
): { readonly bytes: WrittenModel['bytes']; readonly masks: readonly MaskSpec[] } {
  const { bytes, inputs } = writeOnnx(outputs, { backend });
  const masks = inputs.flatMap(({ kind, name, rate = 0, shape }) => (kind === 'mask' ? [{ name, rate, shape }] : []));
  return { bytes, masks };
}
