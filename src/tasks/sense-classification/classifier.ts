// A classifier of pictures, sounds or clips: probabilities of labels for rows.
import type { NamedArrays, NdArray } from '../../array/index.ts';
import type { Model } from '../../models/index.ts';
import { labelsOf, softmaxRow } from '../labels.ts';
import { ModelRunner } from '../runner.ts';
import type { SessionTarget } from '../session.ts';
import type { Modality } from './modality.ts';

/** Rows that go through the model at a time. */
const BATCH = 64;

/** Gives rows by their place. */
export interface RowSource {
  readonly length: number;
  rows(places: readonly number[]): Promise<NdArray<'float32'>[]>;
}

/** Classifies rows with one loaded model. */
export class SenseClassifier {
  readonly #runner: ModelRunner;
  readonly #modality: Pick<Modality<never, never>, 'input' | 'collate'>;
  readonly labels: readonly string[];

  private constructor(runner: ModelRunner, modality: Pick<Modality<never, never>, 'input' | 'collate'>, model: Model) {
    this.#runner = runner;
    this.#modality = modality;
    this.labels = labelsOf(model);
  }

  static async create(
    model: Model,
    modality: Pick<Modality<never, never>, 'input' | 'collate'>,
    context: SessionTarget,
  ): Promise<SenseClassifier> {
    const runner = await ModelRunner.create(model, { ...context, inputs: [modality.input], want: ['logits'] });
    return new SenseClassifier(runner, modality, model);
  }

  /** Probabilities of every label for every row, in the labels' order. */
  async probabilities(parameters: NamedArrays, source: RowSource): Promise<number[][]> {
    const results: number[][] = [];
    for (let at = 0; at < source.length; at += BATCH) {
      const places = Array.from({ length: Math.min(BATCH, source.length - at) }, (_, i) => at + i);
      const rows = await source.rows(places);
      const inputs = { [this.#modality.input]: this.#modality.collate(rows) };
      const { logits } = await this.#runner.run(parameters, inputs, (row) => `input ${at + row + 1}`);
      for (const r of places.keys()) results.push(softmaxRow(logits as NdArray, r));
    }
    return results;
  }

  release(): Promise<void> {
    return this.#runner.release();
  }
}
