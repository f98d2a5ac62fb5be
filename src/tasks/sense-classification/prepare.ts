// A run over pictures, sounds or clips: one way for all of them.
import { int64, type NamedArrays, type NdArray } from '../../array/index.ts';
import {
  type AugmentationSpec,
  type AugmentPlan,
  augmentPlan,
  batchSchedule,
  type SenseDataset,
} from '../../data/index.ts';
import { adaptParameters, type Model, modelFor, parameterSpecs } from '../../models/index.ts';
import { initializeParameters } from '../../nn/index.ts';
import { scoreClasses } from '../classification-score.ts';
import type { Job, JobContext } from '../job.ts';
import { limited } from '../limited.ts';
import { objectiveOf } from '../objective.ts';
import type { RecipeBase } from '../recipe.ts';
import { SenseClassifier } from './classifier.ts';
import { changesOf, mixed, mixedObjective } from './mixing.ts';
import { type Modality, senseConfig } from './modality.ts';
import { Originals } from './originals.ts';
import type { SenseModelRecipe } from './recipe.ts';

/** Training originals that means are taken from. */
const SAMPLE = 400;

/** A trained model to go on from. */
export interface SenseStart {
  readonly model: Model;
  readonly parameters: NamedArrays;
}

/** What is to be trained on what. */
export interface SenseSetup<T, K> {
  readonly recipe: RecipeBase & {
    readonly model: SenseModelRecipe;
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
  for (const note of dataset.notes ?? []) context.note(note);
  const train = limited(dataset.splits.train, recipe.data.limit, recipe.seed);
  const { validation } = dataset.splits;
  const config = senseConfig(modality, recipe.tokens, recipe.model, labels);
  const model = modelFor(config);
  const sample = limited(train, SAMPLE, recipe.seed);
  const originals = await Promise.all(sample.map((one) => one.load()));
  const preprocessor = await modality.preprocessorOf(recipe.tokens, originals);
  const read = modality.readerOf(config, preprocessor);
  const [seen, held] = [new Originals(train, read), new Originals(validation, read)];
  context.note(`${train.length} to train on, ${validation.length} to validate, ${labels.length} labels`);
  const lengths = new Array<number>(train.length).fill(1);
  const schedule = batchSchedule(lengths, recipe.train.batchSize, recipe.seed);
  const classifier = await SenseClassifier.create(model, modality, context);
  const initial = start ? fromStart(start, model, recipe.seed, context) : {};
  const plan = augmentPlan(modality.sense, recipe.augment) as AugmentPlan<unknown> as AugmentPlan<T>;
  const changes = changesOf(modality.sense, recipe.augment);
  const idOf = new Map(labels.map((label, id) => [label, id]));
  return {
    model,
    files: { 'preprocessor_config.json': `${JSON.stringify(preprocessor, null, 2)}\n` },
    initial: { ...initializeParameters(parameterSpecs(model), recipe.seed), ...initial },
    objective: plan.mix
      ? mixedObjective(model, modality.input, recipe.train.labelSmoothing)
      : objectiveOf(model, [modality.input, 'labels'], recipe.train.labelSmoothing),
    batchesAt: async (step) => {
      const chosen = schedule(step);
      const ids = chosen.map((place) => idOf.get(train[place]?.label ?? '') as number);
      const key = { seed: recipe.seed, step };
      const rows = changes.originals
        ? await seen.changed(chosen, (original, id) => plan.original(original, { ...key, site: id }))
        : await seen.rows(chosen);
      const altered = changes.features
        ? rows.map((row, i) => plan.features(row, { ...key, site: train[chosen[i] as number]?.id as string }))
        : rows;
      const batch = { [modality.input]: modality.collate(altered), labels: int64([chosen.length], ids) };
      return [plan.mix ? mixed(batch, modality.input, plan.mix, key) : batch];
    },
    recordsAt: (step) => schedule(step).map((place) => train[place]?.id as string),
    unitsOf: (batch) => (batch.labels as NdArray).data.length,
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

/** The start's encoder under a new head; tells what was not simply copied. */
function fromStart(start: SenseStart, model: Model, seed: number, context: JobContext): NamedArrays {
  const { parameters, changes } = adaptParameters(start, model, { seed, replace: /^classifier\./ });
  for (const { parameter, what, detail } of changes) context.note(`${parameter} ${what}: ${detail}`);
  return parameters;
}
