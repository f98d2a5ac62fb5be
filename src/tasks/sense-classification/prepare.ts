// A run over pictures, sounds or clips: one way for all of them.
import type { NamedArrays, NdArray } from '../../array/index.ts';
import { jsonText } from '../../checkpoints/index.ts';
import { type AugmentationSpec, DataError, type SenseDataset } from '../../data/index.ts';
import {
  adaptParameters,
  changeLines,
  foldLayerScales,
  type Model,
  modelFor,
  parameterSpecs,
} from '../../models/index.ts';
import { initializeParameters } from '../../nn/index.ts';
import { scoreClasses } from '../classification-score.ts';
import type { Job, JobContext } from '../job.ts';
import { requireClasses } from '../labels.ts';
import { balanced, limited } from '../limited.ts';
import { objectiveOf } from '../objective.ts';
import type { RecipeBase } from '../recipe.ts';
import { tellNotes } from '../reporting.ts';
import { senseBatches } from './batches.ts';
import { SenseClassifier } from './classifier.ts';
import { mixedObjective } from './mixing.ts';
import { type Modality, type Preprocessor, senseConfig } from './modality.ts';
import { Originals } from './originals.ts';
import type { ClassifierModelRecipe } from './recipe.ts';

/** Training examples that means are taken from. */
const SAMPLE = 400;

/** A trained model to go on from. */
export interface SenseStart {
  readonly model: Model;
  readonly parameters: NamedArrays;
  /** Its `preprocessor_config.json`, where it has one. */
  readonly preprocessor?: Preprocessor;
}

/** What is to be trained on what. */
export interface SenseSetup<T, K> {
  readonly recipe: RecipeBase & {
    readonly model: ClassifierModelRecipe;
    readonly tokens: K;
    readonly augment: readonly AugmentationSpec[];
  };
  readonly modality: Modality<T, K>;
  readonly dataset: SenseDataset<T>;
  readonly start?: SenseStart | undefined;
}

/** Prepares a training job. @throws DataError for a broken original */
export async function prepareSense<T, K>(setup: SenseSetup<T, K>, context: JobContext): Promise<Job> {
  const { recipe, modality, dataset, start } = setup;
  const { labels } = dataset;
  requireClasses(labels, recipe.data.id);
  tellNotes(dataset, context);
  const train = balanced(dataset.splits.train, recipe.data.limit, recipe.seed);
  const { validation } = dataset.splits;
  const config = senseConfig(modality, recipe.tokens, recipe.model, labels, start?.model.config);
  const plain = modelFor(config);
  const { layerScale = 0 } = recipe.model;
  // files of ViT's relatives have no name for the factors: they are folded when weights are published
  const model = layerScale === 0 ? plain : modelFor({ ...config, layerscale_value: start ? 1 : layerScale });
  const sample = limited(train, SAMPLE, recipe.seed);
  const preprocessor = await modality.preprocessorOf(recipe.tokens, sample, start && { ...start, note: context.note });
  const read = modality.readerOf(config, preprocessor);
  const held = new Originals(validation, read);
  context.note(`${train.length} to train on, ${validation.length} to validate, ${labels.length} labels`);
  const batches = senseBatches({ train, labels, read, modality, recipe });
  const classifier = new SenseClassifier(model, modality, context);
  const initial = start ? fromStart(start, plain, recipe.seed, context.note) : {};
  return {
    model: plain,
    ...(layerScale === 0 ? {} : { published: foldLayerScales }),
    files: { 'preprocessor_config.json': jsonText(preprocessor) },
    initial: { ...initializeParameters(parameterSpecs(model), recipe.seed), ...initial },
    objective: batches.isMixed
      ? mixedObjective(model, modality.input, recipe.train.labelSmoothing)
      : objectiveOf(model, [modality.input, 'labels'], recipe.train.labelSmoothing),
    batchesAt: batches.batchesAt,
    recordsAt: batches.idsAt,
    unitsOf: (batch) => (batch.labels as NdArray).data.length,
    unit: 'examples',
    evaluate: async (parameters) => {
      const { accuracy, macroF1 } = scoreClasses(
        validation.map(({ label }) => label),
        labels,
        await classifier.probabilities(parameters, held),
      );
      return { accuracy, macro_f1: macroF1 };
    },
    best: { metric: 'accuracy', mode: 'max' },
    checksums: dataset.checksums,
    release: () => classifier.release(),
  };
}

/**
 * The start's encoder under a new head; tells what was not simply copied.
 * @throws DataError for another number of heads, RangeError for another width or depth
 */
function fromStart(
  { model, parameters }: SenseStart,
  target: Model,
  seed: number,
  note: JobContext['note'],
): NamedArrays {
  const [wanted, heads] = [target, model].map(({ config }) => Number(config.num_attention_heads ?? 12));
  if (heads !== wanted)
    throw new DataError(
      `startFrom: expected an encoder of ${wanted} heads, as model.heads says, got ${heads} (${model.className})\nSet model.heads=${heads}.`,
    );
  // the target has no layer scale, as DINOv2 has
  const folded = foldLayerScales(parameters);
  const scales = Object.keys(parameters).length - Object.keys(folded).length;
  if (scales > 0) note(`layer scale folded: ${scales} factors into the projections before them`);
  const adapted = adaptParameters({ model, parameters: folded }, target, { seed, replace: /^classifier\./ });
  for (const line of changeLines(adapted.changes)) note(line);
  return adapted.parameters;
}
