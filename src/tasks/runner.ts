// A loaded model that answers, in evaluation mode, by the parameters that each call gives.
import type { NamedArrays, NdArray } from '../array/index.ts';
import type { Replacement } from '../graph/index.ts';
import type { Model } from '../models/index.ts';
import { requireFinite } from './finite-values.ts';
import { selectOutputs, traceForward, type Want } from './forward.ts';
import { feedsFor, type SessionTarget, SizedSessions } from './session.ts';

/** Options of `ModelRunner.create`. */
export interface RunnerOptions extends SessionTarget {
  /** Names of the inputs that every call gives. */
  readonly inputs: readonly string[];
  readonly want: readonly Want[];
  readonly replacements?: Readonly<Record<string, Replacement>>;
}

/** Runs one selection of a model's results on batch after batch. */
export class ModelRunner {
  readonly #sessions: SizedSessions;
  readonly #model: Model;
  readonly #inputs: readonly string[];

  private constructor(sessions: SizedSessions, model: Model, inputs: readonly string[]) {
    this.#sessions = sessions;
    this.#model = model;
    this.#inputs = inputs;
  }

  /** @throws RangeError for inputs that the model does not have and results that it does not give */
  static async create(model: Model, options: RunnerOptions): Promise<ModelRunner> {
    const traced = traceForward(model, options.inputs, options.replacements);
    const selected = selectOutputs(traced, { want: options.want });
    return new ModelRunner(new SizedSessions(selected, options), model, options.inputs);
  }

  /**
   * The selected results for one batch; `nameOf` says in messages what a row of it is.
   * @throws NonFiniteValueError for results that are no numbers
   */
  async run(
    parameters: NamedArrays,
    inputs: NamedArrays,
    nameOf: (row: number) => string = (row) => `row ${row + 1} of the batch`,
  ): Promise<Record<string, NdArray>> {
    const own = Object.fromEntries(this.#inputs.flatMap((name) => (inputs[name] ? [[name, inputs[name]]] : [])));
    const session = await this.#sessions.for(own, parameters);
    const results = await session.run(feedsFor(session, own, parameters));
    requireFinite(results, this.#model, nameOf);
    return results;
  }

  /** Frees native memory; runs after that are refused. */
  release(): Promise<void> {
    return this.#sessions.release();
  }
}
