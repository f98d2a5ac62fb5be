// Out of memory, said before it happens: what a step will need at its largest moment, from its traced graph and the sizes of a batch.
import type { NamedArrays } from '../array/index.ts';
import { type Dims, evaluateDim, type MemoryPlan, memoryPlan, type Runtime, type Tensor } from '../graph/index.ts';

/** What there is, in bytes. */
export interface MemoryBudget {
  /** What the machine, or the container, has in all. */
  readonly available: number;
  /** What the process holds already, without this step. */
  readonly used: number;
}

/** The largest moment of one step, in bytes. */
export interface MemoryEstimate {
  /** Held before the step was made. */
  readonly process: number;
  readonly weights: number;
  /** Gradients in all their copies, accumulated ones included. */
  readonly gradients: number;
  /** The optimizer's state. */
  readonly moments: number;
  /** Values between input and loss that are alive at one time, and dropout masks. */
  readonly activations: number;
  readonly total: number;
}

/** A step would not fit. Nothing has been computed. */
export class MemoryLimitError extends Error {
  override readonly name = 'MemoryLimitError';
  readonly estimate: MemoryEstimate;

  constructor(estimate: MemoryEstimate, available: number, sizes: Sizes) {
    const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(2)} GiB`;
    const { total, process, weights, gradients, moments, activations } = estimate;
    const what = Object.entries(sizes).map(([name, size]) => `${name} = ${size}`);
    super(
      `TrainStep: expected a step that fits into ${gib(available)}, got one of about ${gib(total)} (${what.join(', ')}): ` +
        `activations ${gib(activations)}, weights ${gib(weights)}, gradients ${gib(gradients)}, optimizer ${gib(moments)}, ` +
        `the process ${gib(process)}\n` +
        'Reduce the batch size (and accumulate batches) or the length of the inputs, use recompute on the blocks, or a smaller model.',
    );
    this.estimate = estimate;
  }
}

type Sizes = Readonly<Record<string, number>>;

/** Copies of the gradients beside those the graph makes; ffi writes them where the optimizer reads them. */
const copiesOfResults: { readonly [K in Runtime['name']]: number } = {
  ffi: -1,
  node: 1,
  worker: 1,
  wasm: 2,
  webgpu: 2,
};
/** Copies of the weights that a runtime makes for itself. */
const copiesOfWeights: { readonly [K in Runtime['name']]: number } = { ffi: 0, node: 0, worker: 2, wasm: 1, webgpu: 1 };

/** What the guard must know of a step. */
export interface StepMemory {
  readonly outputs: readonly Tensor[];
  readonly masks: readonly { readonly shape: Dims }[];
  readonly parameters: NamedArrays;
  /** Arrays of the optimizer for each parameter. */
  readonly slots: number;
  readonly runtime: Runtime['name'];
}

/** Estimates a step's memory, and refuses sizes that do not fit. */
export class MemoryGuard {
  readonly #plan: MemoryPlan;
  readonly #step: Omit<StepMemory, 'outputs' | 'parameters'>;
  readonly #parameterBytes: number;
  readonly #budget: MemoryBudget;
  /** Sizes that fit; whatever is nowhere larger does too. */
  readonly #accepted: Sizes[] = [];

  constructor({ outputs, masks, parameters, slots, runtime }: StepMemory, budget: MemoryBudget) {
    this.#plan = memoryPlan(outputs);
    this.#step = { masks, slots, runtime };
    this.#parameterBytes = Object.values(parameters).reduce((sum, { data }) => sum + data.byteLength, 0);
    this.#budget = budget;
  }

  estimate(sizes: Sizes): MemoryEstimate {
    const { masks, slots, runtime } = this.#step;
    const results = this.#plan.resultBytes(sizes);
    const weights = this.#parameterBytes * (1 + copiesOfWeights[runtime]);
    // one for the graph's results, one for sums over accumulated batches
    const gradients = 2 * this.#parameterBytes + Math.max(0, 1 + copiesOfResults[runtime]) * results;
    const moments = slots * this.#parameterBytes;
    const drawn = masks.reduce(
      (sum, { shape }) => sum + shape.reduce<number>((product, dim) => product * evaluateDim(dim, sizes), 4),
      0,
    );
    const activations = Math.max(0, this.#plan.peakBytes(sizes) - results) + drawn;
    const process = this.#budget.used;
    const total = process + weights + gradients + moments + activations;
    return { process, weights, gradients, moments, activations, total };
  }

  /** @throws MemoryLimitError when a batch of these sizes would not fit */
  check(sizes: Sizes): void {
    const isSmaller = (known: Sizes): boolean =>
      Object.entries(sizes).every(([name, size]) => size <= (known[name] ?? Number.NEGATIVE_INFINITY));
    if (this.#accepted.some(isSmaller)) return;
    const estimate = this.estimate(sizes);
    if (estimate.total > this.#budget.available) throw new MemoryLimitError(estimate, this.#budget.available, sizes);
    this.#accepted.push(sizes);
  }
}
