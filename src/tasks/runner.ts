// A loaded model that answers: one session in evaluation mode, parameters fed at each call (shared, not copied).
import type { NamedArrays, NdArray } from '../array/index.ts';
import {
  optimize,
  type Replacement,
  type Runtime,
  type Session,
  type SessionOptions,
  type Tensor,
  writeOnnx,
} from '../graph/index.ts';
import type { Model } from '../models/index.ts';
import { selectOutputs, traceForward, type Want } from './forward.ts';

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
    const names = Object.keys(selected);
    const optimized = optimize(Object.values(selected));
    const outputs = Object.fromEntries(names.map((name, i) => [name, optimized[i] as Tensor]));
    const onnx = writeOnnx(outputs, { backend: options.runtime.backend });
    return new ModelRunner(await options.runtime.createSession(onnx.bytes, options.session), options.inputs);
  }

  /** The selected results for one batch. */
  run(parameters: NamedArrays, inputs: NamedArrays): Promise<Record<string, NdArray>> {
    const given = new Set(this.#inputs);
    const feeds = this.#session.inputNames.map(
      (name) => [name, (given.has(name) ? inputs : parameters)[name] as NdArray] as const,
    );
    return this.#session.run(Object.fromEntries(feeds));
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}
