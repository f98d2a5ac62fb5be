// The pictures of a pre-training run, and its batches for threads ahead of the device.
import { type BatchesAt, type BatchSource, loadPictures } from '../../data/index.node.ts';
import type { BrokenOptions, PictureDataset, SenseExample } from '../../data/index.ts';
import { modelFor } from '../../models/index.ts';
import type { Picture } from '../../tokens/index.ts';
import type { Job, JobContext } from '../job.ts';
import { limited } from '../limited.ts';
import { loadOptions } from '../run-data.node.ts';
import type { Preprocessor } from '../sense-classification/modality.ts';
import { pictures } from '../sense-classification/pictures.ts';
import { trainingRows } from '../sense-classification/training-rows.ts';
import { type OriginalsRecipe, wholeAgain, wholeDataset } from '../sense-classification/whole.ts';
import { patchesIn } from './painter.ts';
import { maskedBatches } from './prepare.ts';
import type { MaskedImageModellingRecipe } from './recipe.ts';

type Data = Pick<OriginalsRecipe, 'id' | 'options' | 'broken'>;

/** Loaders of the sets that a recipe names, one or several: `mnist+fashion-mnist`. */
function loadersOf(
  data: Data,
  context: Pick<JobContext, 'folders' | 'data'>,
): ((broken: BrokenOptions) => Promise<PictureDataset>)[] {
  const options = loadOptions(data, context);
  return data.id.split('+').map((id) => (broken) => loadPictures(id, context.folders, { ...options, ...broken }));
}

/** Several sets as one. */
function together(
  sets: readonly Pick<PictureDataset, 'splits' | 'checksums' | 'notes'>[],
): Pick<PictureDataset, 'splits' | 'checksums' | 'notes'> {
  const all = (part: keyof PictureDataset['splits']): SenseExample<Picture>[] =>
    sets.flatMap(({ splits }) => splits[part]);
  return {
    splits: { train: all('train'), validation: all('validation'), test: all('test') },
    checksums: Object.assign({}, ...sets.map(({ checksums }) => checksums)),
    notes: sets.flatMap(({ notes = [] }) => notes),
  };
}

/** The pictures of a recipe, and which of each set were left out for being broken. @throws DataError for a broken one that nobody leaves out */
export async function picturesOf(
  data: Data,
  context: Pick<JobContext, 'folders' | 'data' | 'note'>,
): Promise<{ dataset: ReturnType<typeof together>; leftOut: readonly (readonly string[])[] }> {
  const sets = await Promise.all(loadersOf(data, context).map((load) => wholeDataset(load, data, context.note)));
  return { dataset: together(sets.map(({ dataset }) => dataset)), leftOut: sets.map(({ leftOut }) => leftOut) };
}

/** What is sent to the thread. */
interface Order {
  readonly recipe: Pick<MaskedImageModellingRecipe, 'seed' | 'data' | 'augment' | 'train'>;
  readonly folders: readonly string[];
  readonly config: Job['model']['config'];
  readonly preprocessor: Preprocessor;
  /** Ids of the pictures of each set that are broken. */
  readonly leftOut: readonly (readonly string[])[];
}

/** What a thread needs for the batches of a job. */
export function maskedBatchSource(
  { seed, data, augment, train }: MaskedImageModellingRecipe,
  { model, files }: Job,
  { folders }: Pick<JobContext, 'folders'>,
  leftOut: Order['leftOut'],
): BatchSource {
  const preprocessor = JSON.parse(files['preprocessor_config.json'] as string) as Preprocessor;
  const recipe = { seed, data, augment, train };
  const options: Order = { recipe, folders, config: model.config, preprocessor, leftOut };
  return { module: import.meta.url, name: 'maskedBatchesAt', options };
}

/** Makes the function in the thread. @throws DataError */
export async function maskedBatchesAt({ recipe, folders, config, preprocessor, leftOut }: Order): Promise<BatchesAt> {
  const sets = loadersOf(recipe.data, { folders }).map((load, i) => wholeAgain(load, leftOut[i] ?? []));
  const { splits } = together(await Promise.all(sets));
  const train = limited(splits.train, recipe.data.limit, recipe.seed);
  const rows = trainingRows(train, pictures.readerOf(config, preprocessor), pictures, recipe);
  const batchesAt = maskedBatches(rows, recipe.seed, patchesIn(modelFor(config)));
  return async (step) => batchesAt(step);
}
