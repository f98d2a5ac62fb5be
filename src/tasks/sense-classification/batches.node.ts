// The batches of a classifier of originals for threads ahead of the device: the set is read again there, by the same recipe.
import type { BatchesAt, BatchSource } from '../../data/index.node.ts';
import type { HubConfig } from '../../models/index.ts';
import type { Job, JobContext } from '../job.ts';
import { balanced } from '../limited.ts';
import type { RecipeBase } from '../recipe.ts';
import { senseBatches } from './batches.ts';
import type { Preprocessor } from './modality.ts';
import { clipSense, pictureSense, type Sense, soundSense } from './senses.node.ts';
import type { RowsRecipe } from './training-rows.ts';
import { wholeAgain } from './whole.ts';

const senses: {
  readonly image: typeof pictureSense;
  readonly audio: typeof soundSense;
  readonly video: typeof clipSense;
} = { image: pictureSense, audio: soundSense, video: clipSense };

/** What is sent to the thread. */
interface Order {
  readonly sense: keyof typeof senses;
  readonly recipe: RowsRecipe & Pick<RecipeBase, 'data'>;
  readonly folders: readonly string[];
  readonly config: HubConfig;
  readonly preprocessor: Preprocessor;
  /** Ids of examples whose originals are broken. */
  readonly leftOut: readonly string[];
}

/** What a thread needs for the batches of a job. */
export function senseBatchSource(
  { sense }: Pick<Sense<never, never>, 'sense'>,
  { seed, data, augment, train }: Order['recipe'],
  { model, files }: Pick<Job, 'model' | 'files'>,
  { folders }: Pick<JobContext, 'folders'>,
  leftOut: readonly string[] = [],
): BatchSource {
  const preprocessor = JSON.parse(files['preprocessor_config.json'] as string) as Preprocessor;
  const recipe = { seed, data, augment, train };
  const options = { sense, recipe, folders, config: model.config, preprocessor, leftOut };
  return { module: import.meta.url, name: 'senseBatchesAt', options };
}

/** Makes the function in the thread. @throws DataError */
export async function senseBatchesAt({ sense, ...order }: Order): Promise<BatchesAt> {
  return batchesOf(senses[sense] as unknown as Sense<unknown, never>, order);
}

async function batchesOf<T>(
  modality: Sense<T, never>,
  { recipe, folders, config, preprocessor, leftOut }: Omit<Order, 'sense'>,
): Promise<BatchesAt> {
  const { id, options = {}, limit } = recipe.data;
  const { labels, splits } = await wholeAgain(
    (broken) => modality.loadDataset(id, folders, { options, ...broken }),
    leftOut,
  );
  const train = balanced(splits.train, limit, recipe.seed);
  const { batchesAt } = senseBatches({
    train,
    labels,
    read: modality.readerOf(config, preprocessor),
    modality,
    recipe,
  });
  return async (step) => batchesAt(step);
}
