// A step on the host: the graph returns the gradients into the arena, where clipping and the optimizer work in place.
import { type NamedArrays, type NdArray, ndArray } from '../array/index.ts';
import type { Session, Tensor } from '../graph/index.ts';
import { kernelsOf } from './kernels.ts';
import type { MaskSpec } from './masks.ts';
import type { ParameterSlot, UpdateNumbers } from './optimizers/optimizer.ts';
import type { StepArrays } from './step-arrays.ts';
import {
  type EngineOptions,
  GRADIENT,
  modelOf,
  type StepEngine,
  type StepOutcome,
  type StepPart,
} from './step-engine.ts';

/** Gradients come down, weights go up at each step; nothing is kept anywhere else. */
export class HostStep implements StepEngine {
  readonly masks: readonly MaskSpec[];
  readonly #session: Session;
  readonly #arrays: StepArrays;
  readonly #options: EngineOptions;
  readonly #slots: readonly ParameterSlot[];
  readonly #gradients: NamedArrays;
  readonly #sums: readonly Float32Array[];

  private constructor(session: Session, masks: readonly MaskSpec[], arrays: StepArrays, options: EngineOptions) {
    this.#session = session;
    this.masks = masks;
    this.#arrays = arrays;
    this.#options = options;
    const place = (): readonly Float32Array<ArrayBuffer>[] =>
      arrays.trained.map(({ weight }) => arrays.arena.allocate(weight.length));
    const gradients = place();
    this.#sums = place();
    this.#slots = arrays.trained.map((trained, i) => ({ ...trained, gradient: gradients[i] as Float32Array }));
    this.#gradients = Object.fromEntries(
      arrays.trained.map(({ name, shape }, i) => [
        `${GRADIENT}${name}`,
        ndArray('float32', shape, gradients[i] as Float32Array<ArrayBuffer>),
      ]),
    );
  }

  /** Loads the step. @param graph loss and gradients */
  static async create(
    graph: Readonly<Record<string, Tensor>>,
    arrays: StepArrays,
    options: EngineOptions,
  ): Promise<HostStep> {
    const { bytes, masks } = modelOf(graph, options.runtime);
    const session = await options.runtime.createSession(bytes, options.session);
    return new HostStep(session, masks, arrays, options);
  }

  async run(
    parts: readonly StepPart[],
    { step, learningRate }: Pick<UpdateNumbers, 'step' | 'learningRate'>,
  ): Promise<StepOutcome> {
    const { optimizer, clipNorm } = this.#options;
    const loss = await this.#differentiate(parts);
    const gradientNorm = this.#norm();
    if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) return { loss, gradientNorm };
    const gradientScale = clipNorm !== undefined && gradientNorm > clipNorm ? clipNorm / gradientNorm : 1;
    optimizer.update(this.#slots, { step, learningRate, gradientScale }, this.#arrays.arena);
    return { loss, gradientNorm };
  }

  async #differentiate(parts: readonly StepPart[]): Promise<number> {
    const [only] = parts;
    if (parts.length === 1 && only) return this.#gradientsOf(only);
    for (const sum of this.#sums) sum.fill(0);
    let loss = 0;
    for (const part of parts) {
      loss += part.share * (await this.#gradientsOf(part));
      this.#slots.forEach((slot, at) => {
        kernelsOf(this.#arrays.arena).addScaled(this.#sums[at] as Float32Array, slot.gradient, part.share);
      });
    }
    this.#slots.forEach((slot, at) => {
      slot.gradient.set(this.#sums[at] as Float32Array);
    });
    return loss;
  }

  async #gradientsOf(part: StepPart): Promise<number> {
    const feeds = part.feeds();
    const results = await this.#session.run({ ...this.#arrays.parameters, ...feeds }, this.#gradients);
    return (results.loss as NdArray<'float32'>).data[0] as number;
  }

  #norm(): number {
    const kernels = kernelsOf(this.#arrays.arena);
    return Math.sqrt(this.#slots.reduce((sum, slot) => sum + kernels.sumSquares(slot.gradient), 0));
  }

  /** The arrays of the host are all there are. */
  async settle(): Promise<void> {}

  restored(): void {}

  async release(): Promise<void> {
    await this.#session.release();
  }
}
