// A classifier of pictures, sounds or clips: probabilities of labels for rows.
import type { NamedArrays, NdArray } from '../../array/index.ts';
import type { HubConfig, Model } from '../../models/index.ts';
import { labelsOf, scoresOfRow } from '../labels.ts';
import type { SessionTarget } from '../session.ts';
import type { Modality } from './modality.ts';
import { SettledRunner } from './settled-runner.ts';

/** Rows that go through the model at a time. */
const BATCH = 64;

/** Gives rows by their place. */
export interface RowSource {
  readonly length: number;
  rows(places: readonly number[]): Promise<NdArray<'float32'>[]>;
}

/** Classifies rows with one model, loaded when it is first asked. */
export class SenseClassifier {
  readonly #runner: SettledRunner;
  readonly #modality: Pick<Modality<never, never>, 'input' | 'collate'>;
  readonly config: HubConfig;
  readonly labels: readonly string[];

  constructor(model: Model, modality: Pick<Modality<never, never>, 'input' | 'collate'>, context: SessionTarget) {
    this.#runner = new SettledRunner(model, { ...context, inputs: [modality.input], want: ['logits'] });
    this.#modality = modality;
    this.config = model.config;
    this.labels = labelsOf(model);
  }

  /** Scores of every label for every row, in the labels' order: probabilities, unless the model is of another problem. @throws DataError for rows of a size that the model cannot read */
  async probabilities(parameters: NamedArrays, source: RowSource): Promise<number[][]> {
    const results: number[][] = [];
    for (let at = 0; at < source.length; at += BATCH) {
      const places = Array.from({ length: Math.min(BATCH, source.length - at) }, (_, i) => at + i);
      const rows = await source.rows(places);
      const inputs = { [this.#modality.input]: this.#modality.collate(rows) };
      const { logits } = await this.#runner.run(parameters, inputs, (row) => `input ${at + row + 1}`);
      for (const r of places.keys()) results.push(scoresOfRow(logits as NdArray, r, this.config));
    }
    return results;
  }

  release(): Promise<void> {
    return this.#runner.release();
  }
}
