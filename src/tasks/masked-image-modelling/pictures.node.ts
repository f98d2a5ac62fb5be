// The pictures of a pre-training run, and its batches for threads ahead of the device.
import { type BatchesAt, type BatchSource, loadPictures } from '../../data/index.node.ts';
import type { PictureDataset, SenseExample } from '../../data/index.ts';
import { modelFor } from '../../models/index.ts';
import type { Picture } from '../../tokens/index.ts';
import type { Job, JobContext } from '../job.ts';
import { limited } from '../limited.ts';
import type { DataRecipe } from '../recipe.ts';
import { loadOptions } from '../run-data.node.ts';
import type { Preprocessor } from '../sense-classification/modality.ts';
import { pictures } from '../sense-classification/pictures.ts';
import { trainingRows } from '../sense-classification/training-rows.ts';
import { patchesIn } from './painter.ts';
import { maskedBatches } from './prepare.ts';
import type { MaskedImageModellingRecipe } from './recipe.ts';

/** Sets to learn from, one or several: `mnist+fashion-mnist`. */
export async function picturesOf(
  data: Pick<DataRecipe, 'id' | 'options'>,
  context: Pick<JobContext, 'folders' | 'data'>,
): Promise<Pick<PictureDataset, 'splits' | 'checksums' | 'notes'>> {
  const sets = await Promise.all(
    data.id.split('+').map((id) => loadPictures(id, context.folders, loadOptions(data, context))),
  );
  const all = (part: keyof PictureDataset['splits']): SenseExample<Picture>[] =>
    sets.flatMap(({ splits }) => splits[part]);
  return {
    splits: { train: all('train'), validation: all('validation'), test: all('test') },
    checksums: Object.assign({}, ...sets.map(({ checksums }) => checksums)),
    notes: sets.flatMap(({ notes = [] }) => notes),
  };
}

/** What is sent to the thread. */
interface Order {
  readonly recipe: Pick<MaskedImageModellingRecipe, 'seed' | 'data' | 'augment' | 'train'>;
  readonly folders: readonly string[];
  readonly config: Job['model']['config'];
  readonly preprocessor: Preprocessor;
}

/** What a thread needs for the batches of a job. */
export function maskedBatchSource(
  { seed, data, augment, train }: MaskedImageModellingRecipe,
  { model, files }: Job,
  { folders }: JobContext,
): BatchSource {
  const preprocessor = JSON.parse(files['preprocessor_config.json'] as string) as Preprocessor;
  const options: Order = { recipe: { seed, data, augment, train }, folders, config: model.config, preprocessor };
  return { module: import.meta.url, name: 'maskedBatchesAt', options };
}

/** Makes the function in the thread. @throws DataError */
export async function maskedBatchesAt({ recipe, folders, config, preprocessor }: Order): Promise<BatchesAt> {
  const { splits } = await picturesOf(recipe.data, { folders });
  const train = limited(splits.train, recipe.data.limit, recipe.seed);
  const rows = trainingRows(train, pictures.readerOf(config, preprocessor), pictures, recipe);
  const batchesAt = maskedBatches(rows, recipe.seed, patchesIn(modelFor(config)));
  return async (step) => batchesAt(step);
}
