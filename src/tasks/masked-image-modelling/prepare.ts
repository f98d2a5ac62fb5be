// A pre-training run over pictures: the labels are not read.
import type { NdArray } from '../../array/index.ts';
import { jsonText } from '../../checkpoints/index.ts';
import type { PictureDataset } from '../../data/index.ts';
import { type HubConfig, modelFor, parameterSpecs } from '../../models/index.ts';
import { initializeParameters } from '../../nn/index.ts';
import type { Picture } from '../../tokens/index.ts';
import type { Job, JobContext } from '../job.ts';
import { limited } from '../limited.ts';
import { objectiveOf } from '../objective.ts';
import { tellNotes } from '../reporting.ts';
import { encoderFields } from '../sense-classification/modality.ts';
import { Originals } from '../sense-classification/originals.ts';
import { pictures } from '../sense-classification/pictures.ts';
import { type TrainingRows, trainingRows } from '../sense-classification/training-rows.ts';
import { patchNoise } from './noise.ts';
import { Painter, patchesIn } from './painter.ts';
import type { MaskedImageModellingRecipe } from './recipe.ts';

/** `config.json` of a new masked autoencoder. @throws RangeError for a share that hides nothing or everything */
export function autoencoderConfig(recipe: MaskedImageModellingRecipe): HubConfig {
  const { tokens, model, decoder, maskRatio, normalizesTarget } = recipe;
  const patches = (tokens.size / tokens.patch) ** 2;
  const seen = Math.trunc(patches * (1 - maskRatio));
  if (!(seen >= 1 && seen < patches))
    throw new RangeError(
      `maskRatio: expected a share that leaves some of ${patches} patches to see and some to paint, got ${maskRatio}`,
    );
  return {
    ...pictures.configOf(tokens),
    model_type: 'vit_mae',
    architectures: ['ViTMAEForPreTraining'],
    ...encoderFields(model),
    decoder_hidden_size: decoder.dim,
    decoder_num_hidden_layers: decoder.layers,
    decoder_num_attention_heads: decoder.heads,
    decoder_intermediate_size: decoder.ffnDim,
    mask_ratio: maskRatio,
    norm_pix_loss: normalizesTarget,
  };
}

/** Pictures `pixel_values` `[B, C, H, W]` with the `noise` `[B, N]` that hides some of their patches. */
export function maskedBatches(
  { rowsAt }: Pick<TrainingRows<Picture>, 'rowsAt'>,
  seed: number,
  patches: number,
): Job['batchesAt'] {
  return async (step) => {
    const rows = await rowsAt(step);
    return [{ pixel_values: pictures.collate(rows), noise: patchNoise({ seed, step }, rows.length, patches) }];
  };
}

/** Prepares painting of hidden patches. @throws DataError for a broken picture, RangeError for augmentations that mix */
export async function prepareMaskedImageModelling(
  recipe: MaskedImageModellingRecipe,
  dataset: Pick<PictureDataset, 'splits' | 'checksums' | 'notes'>,
  context: JobContext,
): Promise<Job> {
  tellNotes(dataset, context);
  const train = limited(dataset.splits.train, recipe.data.limit, recipe.seed);
  const { validation } = dataset.splits;
  const config = autoencoderConfig(recipe);
  const model = modelFor(config);
  const patches = patchesIn(model);
  const preprocessor = await pictures.preprocessorOf(recipe.tokens, []);
  const read = pictures.readerOf(config, preprocessor);
  const rows = trainingRows(train, read, pictures, recipe);
  if (rows.mix)
    throw new RangeError('augment: expected kinds that change one picture, got one that mixes several, as mixup does');
  const held = new Originals(validation, read);
  context.note(`${train.length} to train on, ${validation.length} to validate, ${patches} patches`);
  const painter = await Painter.create(model, context);
  return {
    model,
    files: { 'preprocessor_config.json': jsonText(preprocessor) },
    initial: initializeParameters(parameterSpecs(model), recipe.seed),
    objective: {
      ...objectiveOf(model, ['pixel_values', 'noise']),
      // every row has as many hidden patches
      weightOf: ({ noise }) => (noise as NdArray).shape[0] as number,
    },
    batchesAt: maskedBatches(rows, recipe.seed, patches),
    recordsAt: rows.idsAt,
    unitsOf: ({ noise }) => (noise as NdArray).shape[0] as number,
    unit: 'examples',
    evaluate: async (parameters, tell) => ({ loss: await painter.meanLoss(parameters, held, tell) }),
    best: { metric: 'loss', mode: 'min' },
    checksums: dataset.checksums,
    release: () => painter.release(),
  };
}
