// A loaded model that answers, in evaluation mode, parameters fed at each call (shared, not copied). A session is made when a batch needs it:
// one for few tokens, one for many.
import type { NamedArrays, NdArray } from '../array/index.ts';
import {
  type Backend,
  type Pass,
  type Replacement,
  type Runtime,
  RuntimeError,
  type Session,
  type SessionOptions,
} from '../graph/index.ts';
import type { Model } from '../models/index.ts';
import { requireFinite } from './finite-values.ts';
import { selectOutputs, traceForward, type Want } from './forward.ts';
import { feedsFor, loadOutputs, passesFor } from './session.ts';

/** Options of `ModelRunner.create`. */
export interface RunnerOptions {
  readonly runtime: Runtime;
  readonly session?: SessionOptions;
  /** Names of the inputs that every call gives. */
  readonly inputs: readonly string[];
  readonly want: readonly Want[];
  readonly replacements?: Readonly<Record<string, Replacement>>;
}

/** Runs one selection of a model's results on batch after batch. */
export class ModelRunner {
  readonly #sessions = new Map<readonly Pass[], Promise<Session>>();
  readonly #backend: Backend;
  readonly #load: (chosen: readonly Pass[]) => Promise<Session>;
  readonly #model: Model;
  readonly #inputs: readonly string[];
  #isReleased = false;

  private constructor(model: Model, options: RunnerOptions) {
    const traced = traceForward(model, options.inputs, options.replacements);
    const selected = selectOutputs(traced, { want: options.want });
    this.#load = (chosen) => loadOutputs(selected, options, chosen);
    this.#backend = options.runtime.backend;
    this.#model = model;
    this.#inputs = options.inputs;
  }

  /** @throws RangeError for inputs that the model does not have and results that it does not give */
  static async create(model: Model, options: RunnerOptions): Promise<ModelRunner> {
    return new ModelRunner(model, options);
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
    const session = await this.#sessionFor(own);
    const results = await session.run(feedsFor(session, own, parameters));
    requireFinite(results, this.#model, nameOf);
    return results;
  }

  #sessionFor(inputs: NamedArrays): Promise<Session> {
    if (this.#isReleased) throw new RuntimeError('run: expected a live model, this one is released');
    const chosen = passesFor(inputs, this.#backend);
    const session = this.#sessions.get(chosen) ?? this.#load(chosen);
    this.#sessions.set(chosen, session);
    session.catch(() => this.#sessions.delete(chosen));
    return session;
  }

  /** Frees native memory; runs after that are refused. */
  async release(): Promise<void> {
    this.#isReleased = true;
    for (const session of this.#sessions.values()) await (await session).release();
  }
}
