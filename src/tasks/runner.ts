// A loaded model that answers: one session in evaluation mode, parameters fed at each call (shared, not copied).
import type { NamedArrays, NdArray } from '../array/index.ts';
import type { Replacement, Runtime, Session, SessionOptions } from '../graph/index.ts';
import type { Model } from '../models/index.ts';
import { selectOutputs, traceForward, type Want } from './forward.ts';
import { feedsFor, loadOutputs } from './session.ts';

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
  readonly #session: Session;
  readonly #inputs: readonly string[];

  private constructor(session: Session, inputs: readonly string[]) {
    this.#session = session;
    this.#inputs = inputs;
  }

  static async create(model: Model, options: RunnerOptions): Promise<ModelRunner> {
    const traced = traceForward(model, options.inputs, options.replacements);
    const selected = selectOutputs(traced, { want: options.want });
    return new ModelRunner(await loadOutputs(selected, options), options.inputs);
  }

  /** The selected results for one batch. */
  run(parameters: NamedArrays, inputs: NamedArrays): Promise<Record<string, NdArray>> {
    const own = Object.fromEntries(this.#inputs.flatMap((name) => (inputs[name] ? [[name, inputs[name]]] : [])));
    return this.#session.run(feedsFor(this.#session, own, parameters));
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}
