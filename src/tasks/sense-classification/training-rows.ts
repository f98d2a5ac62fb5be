// The rows that a step trains on: which examples, read and changed as the recipe says. A pure function of (seed, step, example).
import type { NdArray } from '../../array/index.ts';
import {
  type AugmentationSpec,
  type AugmentPlan,
  augmentPlan,
  batchSchedule,
  type SenseExample,
} from '../../data/index.ts';
import type { RecipeBase } from '../recipe.ts';
import { changesOf } from './mixing.ts';
import type { Modality, Reader } from './modality.ts';
import { Originals } from './originals.ts';

/** Training examples by step. */
export interface TrainingRows<T> {
  /** Places of a step's examples. */
  readonly placesAt: (step: number) => readonly number[];
  /** Ids of the same, for messages. */
  readonly idsAt: (step: number) => string[];
  /** The examples as the model reads them. @throws DataError with the file when an original is broken */
  readonly rowsAt: (step: number) => Promise<NdArray<'float32'>[]>;
  readonly mix: AugmentPlan<T>['mix'];
}

/** What recipes over originals say of their training rows. */
export type RowsRecipe = Pick<RecipeBase, 'seed' | 'train'> & { readonly augment: readonly AugmentationSpec[] };

/** Rows of examples for all steps of a recipe. @throws DataError for augmentations that the sense does not have */
export function trainingRows<T>(
  examples: readonly SenseExample<T>[],
  read: Reader<T>,
  { sense }: Pick<Modality<T, never>, 'sense'>,
  { seed, augment, train }: RowsRecipe,
): TrainingRows<T> {
  const plan = augmentPlan(sense, augment) as AugmentPlan<unknown> as AugmentPlan<T>;
  const changes = changesOf(sense, augment);
  const originals = new Originals(examples, read);
  const placesAt = batchSchedule(new Array<number>(examples.length).fill(1), train.batchSize, seed);
  const idOf = (place: number): string => (examples[place] as SenseExample<T>).id;
  return {
    placesAt,
    idsAt: (step) => placesAt(step).map(idOf),
    rowsAt: async (step) => {
      const [places, key] = [placesAt(step), { seed, step }];
      const rows = changes.originals
        ? await originals.changed(places, (original, id) => plan.original(original, { ...key, site: id }))
        : await originals.rows(places);
      return changes.features
        ? rows.map((row, i) => plan.features(row, { ...key, site: idOf(places[i] as number) }))
        : rows;
    },
    mix: plan.mix,
  };
}
