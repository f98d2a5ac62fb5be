// One training step: an objective over a parameter tree, differentiated and computed by an engine: on the host, or where the runtime
// keeps its arrays. Knows no model.
import { type DType, type NamedArrays, sizeOf } from '../array/index.ts';
import { type Dims, gradients, input, narrow, optimize, type Tensor, trace } from '../graph/index.ts';
import { Module } from '../nn/index.ts';
import type { WeightAverage } from './averages/average.ts';
import { DeviceStep } from './device-step.ts';
import { HostStep } from './host-step.ts';
import { Masks, maskStep } from './masks.ts';
import { type MemoryBudget, type MemoryEstimate, MemoryGuard } from './memory.ts';
import { type GroupRules, settingsOf } from './parameter-groups.ts';
import { StepArrays } from './step-arrays.ts';
import {
  type EngineOptions,
  GRADIENT,
  optimized,
  type StepEngine,
  type StepOutcome,
  type StepPart,
} from './step-engine.ts';

/** What is trained: named inputs, and a loss (a mean over the batch) as a function of them and of parameters. */
export interface Objective {
  readonly inputs: Readonly<Record<string, { readonly dtype: DType; readonly shape: Dims }>>;
  readonly loss: (module: Module, inputs: Readonly<Record<string, Tensor>>) => Tensor;
  /**
   * How much a batch's mean counts when several make one step: the number of things the mean is over. Default: its first size.
   */
  readonly weightOf?: (batch: NamedArrays) => number;
}

/** Options of `TrainStep.create`. */
export interface StepOptions extends EngineOptions {
  readonly groups: GroupRules;
  /** What is evaluated and published in the place of the last weights. */
  readonly average?: WeightAverage;
  /** Compute the blocks' values again in the backward pass instead of keeping them: less memory, about a third more time. */
  readonly recompute?: boolean;
  /** Learning rate of a step, counted from 1. */
  readonly learningRate: (step: number) => number;
  readonly seed: number;
  /** Refuse batches whose step would not fit; no limit when absent. */
  readonly memory?: MemoryBudget;
}

/** What a step reports. */
export interface StepResult extends StepOutcome {
  readonly learningRate: number;
}

/**
 * The compiled step, its weights and the optimizer's state. Where the runtime keeps arrays (`Runtime.device`), the optimizer has a graph
 * and no average is followed, weights and state stay there between steps.
 */
export class TrainStep {
  readonly #engine: StepEngine;
  readonly #masks: Masks;
  readonly #options: StepOptions;
  readonly #objective: Objective;
  readonly #arrays: StepArrays;
  readonly #guard: MemoryGuard | undefined;

  private constructor(
    engine: StepEngine,
    objective: Objective,
    options: StepOptions,
    arrays: StepArrays,
    guard: MemoryGuard | undefined,
  ) {
    this.#engine = engine;
    this.#objective = objective;
    this.#options = options;
    this.#masks = new Masks(engine.masks, options.seed);
    this.#arrays = arrays;
    this.#guard = guard;
  }

  /** Traces, differentiates and loads the step. `parameters` are the first weights, copied into the arena. */
  static async create(objective: Objective, parameters: NamedArrays, options: StepOptions): Promise<TrainStep> {
    const graph = optimized(traceStep(objective, options).outputs);
    const trained = Object.keys(graph).filter((name) => name.startsWith(GRADIENT));
    const arrays = new StepArrays(parameters, new Set(trained.map((name) => name.slice(GRADIENT.length))), options);
    const { memory, runtime, optimizer, average } = options;
    const onDevice = average ? undefined : await DeviceStep.create(graph, arrays, options);
    const engine = onDevice ?? (await HostStep.create(graph, arrays, options));
    const slots = optimizer.slots.length + (average?.slots.length ?? 0);
    const about = { outputs: Object.values(graph), masks: engine.masks, parameters, slots, runtime: runtime.name };
    const guard = memory && new MemoryGuard(about, memory);
    return new TrainStep(engine, objective, options, arrays, guard);
  }

  /** The weights, live: views of the arena under our names. Where they stay on a device, as of the last `settle`. */
  get parameters(): NamedArrays {
    return this.#arrays.parameters;
  }

  /**
   * One update from one or more batches, whose gradients are averaged by their weights: equal to the one large batch.
   * A non-finite loss changes nothing and is returned; the caller decides.
   * @throws MemoryLimitError before anything is computed, with `StepOptions.memory`
   */
  async run(batches: readonly NamedArrays[], step: number): Promise<StepResult> {
    const learningRate = this.#options.learningRate(step);
    const outcome = await this.#engine.run(this.#partsOf(batches, step), { step, learningRate });
    if (Number.isFinite(outcome.loss) && Number.isFinite(outcome.gradientNorm)) this.#arrays.average?.follow(step);
    return { ...outcome, learningRate };
  }

  #partsOf(batches: readonly NamedArrays[], step: number): readonly StepPart[] {
    const [only] = batches;
    if (batches.length === 1 && only) return [{ share: 1, feeds: () => this.#feedsOf(only, step, 0) }];
    const weights = batches.map(
      (batch) => this.#objective.weightOf?.(batch) ?? (Object.values(batch)[0]?.shape[0] as number),
    );
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return batches.map((batch, i) => ({
      share: (weights[i] as number) / total,
      feeds: () => this.#feedsOf(batch, step, i),
    }));
  }

  /** What a step with this batch needs at its largest moment; undefined without `StepOptions.memory`. */
  memoryFor(batch: NamedArrays): MemoryEstimate | undefined {
    return this.#guard?.estimate(sizesOf(this.#objective, batch));
  }

  #feedsOf(batch: NamedArrays, step: number, part: number): NamedArrays {
    const sizes = sizesOf(this.#objective, batch);
    this.#guard?.check(sizes);
    return { ...batch, ...this.#masks.at(maskStep(step, part), sizes) };
  }

  /** Brings `parameters` and `state` up to date where they stay on a device: before they are measured, saved or published. */
  settle(): Promise<void> {
    return this.#engine.settle();
  }

  /** The weights to evaluate and to publish, live: their average where one is kept. To be called once for every evaluation. */
  publish(): NamedArrays {
    const { average, parameters } = this.#arrays;
    average?.sample();
    return average?.published ?? parameters;
  }

  /** The state of the optimizer and of the average under `slot/name`, live views, as `parameters`. */
  state(): NamedArrays {
    return this.#arrays.state();
  }

  /** Overwrites weights and state in place. @throws RangeError for a missing name or another size */
  restore(weights: NamedArrays, state: NamedArrays): void {
    this.#arrays.restore(weights, state);
    this.#engine.restored();
  }

  async release(): Promise<void> {
    await this.#engine.release();
  }
}

/** Traces an objective in training mode and differentiates it by every parameter that is not frozen. */
export function traceStep(
  objective: Objective,
  { groups, recompute = false }: Pick<StepOptions, 'groups' | 'recompute'>,
): { outputs: Record<string, Tensor>; taps: ReadonlyMap<string, Tensor> } {
  const module = Module.root({ training: true, recompute });
  const inputs = Object.fromEntries(
    Object.entries(objective.inputs).map(([name, spec]) => [name, input(name, spec.dtype, spec.shape)]),
  );
  const { result: loss, taps } = trace(() => objective.loss(module, inputs));
  const trained = [...module.context.tensors].filter(
    ([name, tensor]) =>
      !module.context.specs.get(name)?.isBuffer && !settingsOf(name, tensor.shape as number[], groups).frozen,
  );
  const [lean] = optimize([loss], [narrow]) as [Tensor];
  const derived = gradients(
    lean,
    trained.map(([, tensor]) => tensor),
  );
  const outputs = Object.fromEntries(trained.map(([name], i) => [`${GRADIENT}${name}`, derived[i] as Tensor]));
  return { outputs: { loss: lean, ...outputs }, taps };
}

/** The value of every symbol, from the shapes of a batch. @throws RangeError when arrays disagree or one is missing */
export function sizesOf(objective: Objective, batch: NamedArrays): Record<string, number> {
  const sizes: Record<string, number> = {};
  for (const [name, spec] of Object.entries(objective.inputs)) {
    const array = batch[name];
    if (!array)
      throw new RangeError(`sizesOf: expected an array '${name}' in the batch, got ${Object.keys(batch).join(', ')}`);
    spec.shape.forEach((dim, axis) => {
      const size = array.shape[axis] as number;
      if (typeof dim !== 'string') return;
      if ((sizes[dim] ??= size) !== size) {
        throw new RangeError(
          `sizesOf: expected ${dim} = ${sizes[dim]} as in the other arrays, got ${size} in '${name}' [${array.shape}]`,
        );
      }
    });
  }
  return sizes;
}

/** Number of elements of all arrays, for messages and memory estimates. */
export function elementsOf(arrays: NamedArrays): number {
  return Object.values(arrays).reduce((total, array) => total + sizeOf(array.shape), 0);
}
