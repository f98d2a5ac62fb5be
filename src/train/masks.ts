// Dropout masks on the host: a function of (seed, step, site), so that a resumed run equals an uninterrupted one.
import { type NdArray, ndArray, sizeOf } from '../array/index.ts';
import { type Dims, evaluateDim } from '../graph/index.ts';
import { MaskMemory } from './mask-kernel.ts';

/** A mask that a traced graph asks for. */
export interface MaskSpec {
  /** Name of the graph's input. */
  readonly name: string;
  readonly rate: number;
  readonly shape: Dims;
}

/** Where masks count a step's parts: those of one accumulated step draw different masks. */
export function maskStep(step: number, part: number): number {
  return step + part * 2 ** 24;
}

/** Masks for one step, in memory that grows and is used again. */
export class Masks {
  readonly #specs: readonly MaskSpec[];
  readonly #seed: number;
  readonly #memory = new MaskMemory();

  constructor(specs: readonly MaskSpec[], seed: number) {
    this.#specs = specs;
    this.#seed = seed;
  }

  /** The masks of `step` for a batch of these sizes, under their input names; valid until the next call. */
  at(step: number, sizes: Readonly<Record<string, number>>): Record<string, NdArray> {
    const concrete = this.#specs.map(({ shape }) => shape.map((dim) => evaluateDim(dim, sizes)));
    const views = this.#memory.views(concrete.map(sizeOf));
    return Object.fromEntries(
      this.#specs.map(({ name, rate }, i): [string, NdArray] => {
        const view = views[i] as Float32Array<ArrayBuffer>;
        this.#memory.fill(view, rate, { seed: this.#seed, step, site: name });
        return [name, ndArray('float32', concrete[i] as number[], view)];
      }),
    );
  }
}
