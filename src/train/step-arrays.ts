// The weights, the optimizer's state and an average of one run, in one arena.
import { type NamedArrays, type NdArray, ndArray } from '../array/index.ts';
import { Arena } from './arena.ts';
import type { WeightAverage } from './averages/average.ts';
import { RunningAverage } from './averages/running.ts';
import { slotName } from './graph-update.ts';
import type { Optimizer, ParameterSlot } from './optimizers/optimizer.ts';
import { type GroupRules, settingsOf } from './parameter-groups.ts';

/** A parameter that learns, with its state and settings. */
export interface TrainedParameter extends Omit<ParameterSlot, 'gradient'> {
  readonly shape: readonly number[];
}

/** What lies beside the weights, and by which rules. */
export interface ArrayRules {
  readonly optimizer: Optimizer;
  readonly groups: GroupRules;
  readonly average?: WeightAverage;
}

/** Arrays of one run under their names; `parameters` and `state()` are live views. */
export class StepArrays {
  readonly arena: Arena;
  readonly parameters: NamedArrays;
  readonly trained: readonly TrainedParameter[];
  readonly average: RunningAverage | undefined;
  readonly #moments: NamedArrays;

  /**
   * Copies `first`. The arena has room for two more arrays of every parameter: gradients and their sums.
   * @param names which of them learn
   */
  constructor(first: NamedArrays, names: ReadonlySet<string>, { optimizer, groups, average }: ArrayRules) {
    const copies = 3 + optimizer.slots.length + (average?.slots.length ?? 0);
    this.arena = new Arena(
      Object.values(first).reduce((total, array) => total + (array.data.length + 4) * 4 * copies, 16),
    );
    const weights = Object.entries(first).map(([name, array]) => {
      const copy = this.arena.allocate(array.data.length);
      copy.set(array.data as Float32Array);
      return [name, ndArray('float32', array.shape, copy)] as const;
    });
    this.parameters = Object.fromEntries(weights);
    this.trained = weights
      .filter(([name]) => names.has(name))
      .map(([name, { shape, data }]) => ({
        name,
        shape,
        weight: data,
        slots: optimizer.slots.map(() => this.arena.allocate(data.length)),
        ...settingsOf(name, shape, groups),
      }));
    this.#moments = Object.fromEntries(
      this.trained.flatMap(({ name, slots }) =>
        slots.map((data, i): [string, NdArray] => [
          slotName(optimizer.slots[i] as string, name),
          ndArray('float32', [data.length], data),
        ]),
      ),
    );
    const learned = this.trained.map(({ name }) => name);
    this.average = average && new RunningAverage(average, this.parameters, learned, this.arena);
  }

  /** The state of the optimizer and of the average under `slot/name`, live views. */
  state(): NamedArrays {
    return { ...this.#moments, ...this.average?.state() };
  }

  /** Overwrites weights and state in place. @throws RangeError for a missing name or another size */
  restore(weights: NamedArrays, state: NamedArrays): void {
    copyInto(this.parameters, weights);
    copyInto(this.state(), state);
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
