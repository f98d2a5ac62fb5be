// The batches that a classifier of originals trains on: a pure function of the step, in whatever thread it runs.
import { int64 } from '../../array/index.ts';
import type { SenseExample } from '../../data/index.ts';
import type { Job } from '../job.ts';
import { mixed } from './mixing.ts';
import type { Modality, Reader } from './modality.ts';
import { type RowsRecipe, trainingRows } from './training-rows.ts';

/** What batches are made of. */
export interface SenseBatchSetup<T> {
  readonly train: readonly SenseExample<T>[];
  /** In the order of their ids. */
  readonly labels: readonly string[];
  readonly read: Reader<T>;
  readonly modality: Pick<Modality<T, never>, 'sense' | 'input' | 'collate'>;
  readonly recipe: RowsRecipe;
}

/** Batches by step. */
export interface SenseBatches extends Pick<Job, 'batchesAt'> {
  /** Ids of a step's examples, for messages. */
  readonly idsAt: (step: number) => string[];
  /** Whether rows are mixed with each other, and labels with them. */
  readonly isMixed: boolean;
}

/** The model's input, and `labels` `[B]`; mixed ones also `partner_labels` `[B]` and `share` `[1]`. @throws DataError for a broken original */
export function senseBatches<T>({ train, labels, read, modality, recipe }: SenseBatchSetup<T>): SenseBatches {
  const { placesAt, idsAt, rowsAt, mix } = trainingRows(train, read, modality, recipe);
  const idOf = new Map(labels.map((label, id) => [label, id]));
  return {
    idsAt,
    isMixed: mix !== undefined,
    batchesAt: async (step) => {
      const ids = placesAt(step).map((place) => idOf.get(train[place]?.label ?? '') as number);
      const values = modality.collate(await rowsAt(step));
      const batch = { [modality.input]: values, labels: int64([ids.length], ids) };
      return [mix ? mixed(batch, modality.input, mix, { seed: recipe.seed, step }) : batch];
    },
  };
}
