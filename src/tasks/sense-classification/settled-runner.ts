// A loaded model for arrays of every size that it can read: settled for each, and loaded once for it. There is one size, as a rule.
import type { NamedArrays, NdArray } from '../../array/index.ts';
import { DataError } from '../../data/index.ts';
import { RuntimeError } from '../../graph/index.ts';
import { type Model, settle } from '../../models/index.ts';
import { ModelRunner, type RunnerOptions } from '../runner.ts';

/** The model for these arrays. @throws DataError with both sizes where it cannot read them */
function settledFor(model: Model, inputs: NamedArrays): Model {
  try {
    return settle(model, inputs).model;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const names = Object.keys(inputs);
    const wanted = names.map((name) => `${name} [${model.inputs[name]?.shape.join(', ')}]`);
    const got = names.map((name) => `[${['batch', ...(inputs[name]?.shape.slice(1) ?? [])].join(', ')}]`);
    throw new DataError(
      `inputs: expected ${wanted.join(', ')} as config.json says, got ${got.join(', ')} by preprocessor_config.json (${model.className})\n` +
        'Let both files say the same: this model reads no other size.',
      { cause: error },
    );
  }
}

/** Runs one selection of a model's results on batches of any size. */
export class SettledRunner {
  readonly #model: Model;
  readonly #options: RunnerOptions;
  readonly #runners = new Map<string, Promise<ModelRunner>>();
  #isReleased = false;

  constructor(model: Model, options: RunnerOptions) {
    this.#model = model;
    this.#options = options;
  }

  /** As `ModelRunner.run`. @throws DataError for a size that the model cannot read, RuntimeError after `release` */
  async run(
    parameters: NamedArrays,
    inputs: NamedArrays,
    nameOf?: (row: number) => string,
  ): Promise<Record<string, NdArray>> {
    if (this.#isReleased) throw new RuntimeError('run: expected a live model, this one is released');
    const size = this.#options.inputs.map((name) => inputs[name]?.shape.slice(1).join()).join(';');
    const runner = this.#runners.get(size) ?? ModelRunner.create(settledFor(this.#model, inputs), this.#options);
    this.#runners.set(size, runner);
    return (await runner).run(parameters, inputs, nameOf);
  }

  /** Frees native memory; runs after that are refused. */
  async release(): Promise<void> {
    this.#isReleased = true;
    for (const runner of this.#runners.values()) await (await runner).release();
  }
}
