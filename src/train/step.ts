// One training step: the graph returns the loss and all gradients; clipping and the optimizer work in place on an arena that
// weights, moments and gradients share. Knows no model: it differentiates any objective over a parameter tree.
import { type DType, type NamedArrays, type NdArray, ndArray, sizeOf } from '../array/index.ts';
import {
  type Dims,
  gradients,
  input,
  narrow,
  optimize,
  type Runtime,
  type Session,
  type SessionOptions,
  type Tensor,
  trace,
  writeOnnx,
} from '../graph/index.ts';
import { Module } from '../nn/index.ts';
import { Arena } from './arena.ts';
import type { WeightAverage } from './averages/average.ts';
import { RunningAverage } from './averages/running.ts';
import { kernelsOf } from './kernels.ts';
import { type MaskSpec, Masks, maskStep } from './masks.ts';
import { type MemoryBudget, type MemoryEstimate, MemoryGuard } from './memory.ts';
import type { Optimizer, ParameterSlot } from './optimizers/optimizer.ts';
import { type GroupRules, settingsOf } from './parameter-groups.ts';

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
export interface StepOptions {
  readonly runtime: Runtime;
  readonly session?: SessionOptions;
  readonly optimizer: Optimizer;
  readonly groups: GroupRules;
  /** What is evaluated and published in the place of the last weights. */
  readonly average?: WeightAverage;
  /** Compute the blocks' values again in the backward pass instead of keeping them: less memory, about a third more time. */
  readonly recompute?: boolean;
  /** Learning rate of a step, counted from 1. */
  readonly learningRate: (step: number) => number;
  /** Largest global norm of the gradients; none when absent. */
  readonly clipNorm?: number;
  readonly seed: number;
  /** Refuse batches whose step would not fit; no limit when absent. */
  readonly memory?: MemoryBudget;
}

/** What a step reports. */
export interface StepResult {
  readonly loss: number;
  /** Global norm of the gradients before clipping. */
  readonly gradientNorm: number;
  readonly learningRate: number;
}

const GRADIENT = 'gradient:';

/** The compiled step, its weights and the optimizer's state. */
export class TrainStep {
  readonly #session: Session;
  readonly #masks: Masks;
  readonly #options: StepOptions;
  readonly #objective: Objective;
  readonly #arena: Arena;
  readonly #slots: readonly ParameterSlot[];
  readonly #gradients: NamedArrays;
  readonly #sums: readonly Float32Array[];
  readonly #guard: MemoryGuard | undefined;
  readonly #average: RunningAverage | undefined;
  /** The weights, live: views of the arena under our names. */
  readonly parameters: NamedArrays;

  private constructor(
    session: Session,
    masks: readonly MaskSpec[],
    objective: Objective,
    options: StepOptions,
    parameters: NamedArrays,
    guard: MemoryGuard | undefined,
  ) {
    this.#guard = guard;
    this.#session = session;
    this.#options = options;
    this.#objective = objective;
    this.#masks = new Masks(masks, options.seed);
    const trained = new Set(
      session.outputNames.filter((name) => name.startsWith(GRADIENT)).map((name) => name.slice(GRADIENT.length)),
    );
    const { optimizer, average } = options;
    const copies = 3 + optimizer.slots.length + (average?.slots.length ?? 0);
    const bytes = Object.values(parameters).reduce((total, array) => total + (array.data.length + 4) * 4 * copies, 16);
    this.#arena = new Arena(bytes);
    const place = (array: NdArray): Float32Array => this.#arena.allocate(array.data.length);
    const weights = Object.entries(parameters).map(([name, array]) => {
      const copy = place(array);
      copy.set(array.data as Float32Array);
      return [name, ndArray('float32', array.shape, copy)] as const;
    });
    this.parameters = Object.fromEntries(weights);
    const learned = weights.filter(([name]) => trained.has(name));
    const outputs = learned.map(
      ([name, array]) => [`${GRADIENT}${name}`, ndArray('float32', array.shape, place(array))] as const,
    );
    this.#gradients = Object.fromEntries(outputs);
    this.#sums = learned.map(([, array]) => place(array));
    this.#slots = learned.map(([name, array], i) => ({
      name,
      weight: array.data,
      gradient: (outputs[i] as (typeof outputs)[number])[1].data,
      slots: optimizer.slots.map(() => place(array)),
      ...settingsOf(name, array.shape, options.groups),
    }));
    const names = learned.map(([name]) => name);
    this.#average = average && new RunningAverage(average, this.parameters, names, this.#arena);
  }

  /** Traces, differentiates and loads the step. `parameters` are the first weights, copied into the arena. */
  static async create(objective: Objective, parameters: NamedArrays, options: StepOptions): Promise<TrainStep> {
    const { outputs } = traceStep(objective, options);
    const names = Object.keys(outputs);
    const optimized = optimize(names.map((name) => outputs[name] as Tensor));
    const model = writeOnnx(Object.fromEntries(names.map((name, i) => [name, optimized[i] as Tensor])), {
      backend: options.runtime.backend,
    });
    const session = await options.runtime.createSession(model.bytes, options.session);
    const masks = model.inputs.flatMap((spec) =>
      spec.kind === 'mask' ? [{ name: spec.name, rate: spec.rate as number, shape: spec.shape }] : [],
    );
    const { memory, runtime, optimizer, average } = options;
    const slots = optimizer.slots.length + (average?.slots.length ?? 0);
    const about = { outputs: optimized, masks, parameters, slots, runtime: runtime.name };
    const guard = memory && new MemoryGuard(about, memory);
    return new TrainStep(session, masks, objective, options, parameters, guard);
  }

  /**
   * One update from one or more batches, whose gradients are averaged by their weights: equal to the one large batch.
   * A non-finite loss changes nothing and is returned; the caller decides.
   * @throws MemoryLimitError before anything is computed, with `StepOptions.memory`
   */
  async run(batches: readonly NamedArrays[], step: number): Promise<StepResult> {
    const { optimizer, clipNorm } = this.#options;
    const learningRate = this.#options.learningRate(step);
    const loss = await this.#differentiate(batches, step);
    const gradientNorm = this.#norm();
    if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) return { loss, gradientNorm, learningRate };
    const gradientScale = clipNorm !== undefined && gradientNorm > clipNorm ? clipNorm / gradientNorm : 1;
    optimizer.update(this.#slots, { step, learningRate, gradientScale }, this.#arena);
    this.#average?.follow(step);
    return { loss, gradientNorm, learningRate };
  }

  async #differentiate(batches: readonly NamedArrays[], step: number): Promise<number> {
    const [only] = batches;
    if (batches.length === 1 && only) return this.#gradientsOf(only, step, 0);
    const weights = batches.map(
      (batch) => this.#objective.weightOf?.(batch) ?? (Object.values(batch)[0]?.shape[0] as number),
    );
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    for (const sum of this.#sums) sum.fill(0);
    let loss = 0;
    for (const [i, batch] of batches.entries()) {
      const share = (weights[i] as number) / total;
      loss += share * (await this.#gradientsOf(batch, step, i));
      this.#slots.forEach((slot, at) => {
        kernelsOf(this.#arena).addScaled(this.#sums[at] as Float32Array, slot.gradient, share);
      });
    }
    this.#slots.forEach((slot, at) => {
      slot.gradient.set(this.#sums[at] as Float32Array);
    });
    return loss;
  }

  /** What a step with this batch needs at its largest moment; undefined without `StepOptions.memory`. */
  memoryFor(batch: NamedArrays): MemoryEstimate | undefined {
    return this.#guard?.estimate(sizesOf(this.#objective, batch));
  }

  async #gradientsOf(batch: NamedArrays, step: number, part: number): Promise<number> {
    const sizes = sizesOf(this.#objective, batch);
    this.#guard?.check(sizes);
    const masks = this.#masks.at(maskStep(step, part), sizes);
    const results = await this.#session.run({ ...this.parameters, ...batch, ...masks }, this.#gradients);
    return (results.loss as NdArray<'float32'>).data[0] as number;
  }

  #norm(): number {
    const kernels = kernelsOf(this.#arena);
    return Math.sqrt(this.#slots.reduce((sum, slot) => sum + kernels.sumSquares(slot.gradient), 0));
  }

  /** The weights to evaluate and to publish, live: their average where one is kept. To be called once for every evaluation. */
  publish(): NamedArrays {
    this.#average?.sample();
    return this.#average?.published ?? this.parameters;
  }

  /** The state of the optimizer and of the average under `slot/name`, live views. */
  state(): NamedArrays {
    const { slots } = this.#options.optimizer;
    const moments = this.#slots.flatMap((slot) =>
      slots.map((kind, i) => {
        const data = slot.slots[i] as Float32Array;
        return [`${kind}/${slot.name}`, ndArray('float32', [data.length], data)] as const;
      }),
    );
    return { ...Object.fromEntries(moments), ...this.#average?.state() };
  }

  /** Overwrites weights and state in place. @throws RangeError for a missing name or another size */
  restore(weights: NamedArrays, state: NamedArrays): void {
    copyInto(this.parameters, weights);
    copyInto(this.state(), state);
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}

function copyInto(targets: NamedArrays, sources: NamedArrays): void {
  for (const [name, target] of Object.entries(targets)) {
    const source = sources[name];
    if (!source || source.data.length !== target.data.length) {
      throw new RangeError(
        `restore: expected ${target.data.length} values for '${name}', got ${source?.data.length ?? 'none'}`,
      );
    }
    (target.data as Float32Array).set(source.data as Float32Array);
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
