// An average at work: a rule with the arrays of one run.
import { type NamedArrays, type NdArray, ndArray } from '../../array/index.ts';
import type { Arena } from '../arena.ts';
import type { AveragedSlot, WeightAverage } from './average.ts';

/** Follows the weights of one run. */
export class RunningAverage {
  readonly #rule: WeightAverage;
  readonly #arena: Arena;
  readonly #slots: readonly AveragedSlot[];
  /** Evaluations so far: one number, saved with the rest. */
  readonly #count: Float32Array;
  readonly #state: NamedArrays;
  /** The averages, live; parameters that are not trained as they are. */
  readonly published: NamedArrays;

  /** `trained`: the names among `parameters` (of the same arena) that change. */
  constructor(rule: WeightAverage, parameters: NamedArrays, trained: readonly string[], arena: Arena) {
    this.#rule = rule;
    this.#arena = arena;
    this.#count = arena.allocate(1);
    const state: [string, NdArray][] = rule.sample ? [['samples', ndArray('float32', [1], this.#count)]] : [];
    const published = { ...parameters };
    this.#slots = trained.map((name) => {
      const { data, shape } = parameters[name] as NdArray<'float32'>;
      const slots = rule.slots.map((kind) => {
        const array = arena.allocate(data.length);
        state.push([`${kind}/${name}`, ndArray('float32', [data.length], array)]);
        return array;
      });
      slots[0]?.set(data);
      published[name] = ndArray('float32', shape, slots[0] as Float32Array);
      return { weight: data, slots };
    });
    this.published = published;
    this.#state = Object.fromEntries(state);
  }

  /** After the update of a step. */
  follow(step: number): void {
    this.#rule.follow?.(this.#slots, step, this.#arena);
  }

  /** Before an evaluation. */
  sample(): void {
    this.#rule.sample?.(this.#slots, this.#count[0] as number, this.#arena);
    this.#count[0] = (this.#count[0] as number) + 1;
  }

  /** Everything kept, live views under `slot/name`. */
  state(): NamedArrays {
    return this.#state;
  }
}
