// The tasks over pictures, sounds and clips: one maker, three senses.
import { loadClipDataset, loadPictureDataset, loadSoundDataset, type SenseLoadOptions } from '../../data/index.node.ts';
import {
  type AugmentationSpec,
  DataError,
  type DenseRow,
  denseLogisticRegression,
  majorityClass,
  nearestNeighbour,
  type SenseDataset,
  type SenseExample,
} from '../../data/index.ts';
import { loadClip, loadPicture, loadSound } from '../../tokens/index.node.ts';
import type { Clip, Picture, Sound } from '../../tokens/index.ts';
import { readRunInfo } from '../../train/index.node.ts';
import { type ClassificationEvaluation, evaluateClasses, reportClasses } from '../classification-score.ts';
import { openModel } from '../forward.node.ts';
import type { JobContext } from '../job.ts';
import type { Classification } from '../labels.ts';
import { limited } from '../limited.ts';
import type { RecipeBase } from '../recipe.ts';
import { percent } from '../reporting.ts';
import type { EvaluateOptions, Task } from '../task.node.ts';
import { clips } from './clips.ts';
import type { Modality, Reader } from './modality.ts';
import { classifySense, openSense } from './open.node.ts';
import { Originals } from './originals.ts';
import { pictures } from './pictures.ts';
import { prepareSense } from './prepare.ts';
import type {
  AudioClassificationRecipe,
  ImageClassificationRecipe,
  SenseModelRecipe,
  VideoClassificationRecipe,
} from './recipe.ts';
import { sounds } from './sounds.ts';

/** A sense with what touches files. */
export interface Sense<T, K> extends Modality<T, K> {
  /** Class names of models that will do. */
  readonly classes: RegExp;
  readonly loadDataset: (
    id: string,
    folders: readonly string[],
    options?: SenseLoadOptions,
  ) => Promise<SenseDataset<T>>;
  readonly loadFile: (source: string | Uint8Array) => Promise<T>;
}

type SenseTaskRecipe<K> = RecipeBase & {
  readonly augment: readonly AugmentationSpec[];
  readonly model: SenseModelRecipe;
  readonly tokens: K;
  readonly startFrom: string;
};

/** An evaluation with the tests on what is unlike the training. */
export interface SenseEvaluation extends ClassificationEvaluation {
  readonly more_tests: Readonly<Record<string, ClassificationEvaluation>>;
}

/** Multiplications that a rival may take. */
const BUDGET = 4e9;

/** A rival's training rows: as many as its budget lets it compare with the test. */
async function denseRows<T>(examples: readonly SenseExample<T>[], read: Reader<T>): Promise<DenseRow[]> {
  const rows = new Originals(examples, read, 0);
  const found: DenseRow[] = [];
  for (const [place, { label }] of examples.entries()) {
    const [row] = await rows.rows([place]);
    found.push({ label, values: row?.data ?? [] });
  }
  return found;
}

async function rivalsOf<T>(
  train: readonly SenseExample<T>[],
  test: readonly SenseExample<T>[],
  read: Reader<T>,
): Promise<Record<string, string[]>> {
  const texts = (some: readonly SenseExample<T>[]) => some.map(({ id, label }) => ({ id, label, text: '' }));
  const rows = await denseRows(test, read);
  const size = rows[0]?.values.length ?? 1;
  const labels = new Set(train.map(({ label }) => label)).size;
  const few = limited(train, Math.min(train.length, Math.floor(BUDGET / 5 / (size * labels))), 0);
  const fewer = limited(train, Math.min(train.length, Math.floor(BUDGET / (size * test.length))), 0);
  const known = await denseRows(few, read);
  const near = await denseRows(fewer, read);
  return {
    majority_class: majorityClass(texts(train), texts(test)),
    [`logistic_regression_on_${few.length}`]: denseLogisticRegression(known, rows),
    [`nearest_of_${fewer.length}`]: nearestNeighbour(near, rows),
  };
}

async function evaluate<T, K>(
  sense: Sense<T, K>,
  name: string,
  context: JobContext,
  options: EvaluateOptions,
): Promise<SenseEvaluation> {
  const open = await openSense(name, sense, context);
  try {
    const recipe =
      options.data === undefined ? ((await readRunInfo(open.dir)).recipe as unknown as SenseTaskRecipe<K>) : undefined;
    const data = options.data ?? (recipe?.data.id as string);
    const dataset = await sense.loadDataset(data, context.folders, {
      options: recipe?.data.options ?? {},
      ...(context.data ? { access: context.data } : {}),
    });
    const { split = 'test' } = options;
    const { train } = dataset.splits;
    const measure = async (place: string, examples: readonly SenseExample<T>[]): Promise<ClassificationEvaluation> => {
      if (examples.length === 0) throw new DataError(`evaluate: expected examples, got none (${data}, ${place})`);
      const probabilities = await open.classifier.probabilities(open.parameters, new Originals(examples, open.read));
      const rivals = train.length === 0 ? {} : await rivalsOf(train, examples, open.read);
      return evaluateClasses({ data, split: place, examples, labels: open.classifier.labels, probabilities, rivals });
    };
    const more: Record<string, ClassificationEvaluation> = {};
    for (const [place, examples] of split === 'test' ? Object.entries(dataset.moreTests ?? {}) : [])
      more[place] = await measure(place, examples);
    return { ...(await measure(split, dataset.splits[split])), more_tests: more };
  } finally {
    await open.classifier.release();
  }
}

function senseTask<T, K, R extends SenseTaskRecipe<K>>(sense: Sense<T, K>): Task<R, SenseEvaluation, Classification> {
  return {
    prepare: async (recipe, context) => {
      const options = { options: recipe.data.options ?? {}, ...(context.data ? { access: context.data } : {}) };
      const dataset = await sense.loadDataset(recipe.data.id, context.folders, options);
      const start = recipe.startFrom ? await openModel(recipe.startFrom, context.hub) : undefined;
      return prepareSense({ recipe, modality: sense, dataset, start }, context);
    },
    evaluate: (name, context, options) => evaluate(sense, name, context, options),
    report: ({ more_tests, ...result }) =>
      [result, ...Object.values(more_tests)].map((one) => reportClasses(one)).join('\n'),
    open: async (name, context) => {
      const open = await openSense(name, sense, context);
      return {
        answer: async (paths) => {
          const originals = await Promise.all(paths.map((path) => sense.loadFile(path)));
          return (await classifySense(open, originals)).map(([first]) => first as Classification);
        },
        line: ({ label, score }, path) => `${label}\t${percent(score)}\t${path}`,
        release: () => open.classifier.release(),
      };
    },
  };
}

/** Pictures, by ViT, DeiT and their kind. */
export const pictureSense: Sense<Picture, ImageClassificationRecipe['tokens']> = {
  ...pictures,
  classes: /ForImageClassification(WithTeacher)?$/,
  loadDataset: loadPictureDataset,
  loadFile: loadPicture,
};
/** Sounds, by AST. */
export const soundSense: Sense<Sound, AudioClassificationRecipe['tokens']> = {
  ...sounds,
  classes: /ForAudioClassification$/,
  loadDataset: loadSoundDataset,
  loadFile: loadSound,
};
/** Clips, by TubeViT. */
export const clipSense: Sense<Clip, VideoClassificationRecipe['tokens']> = {
  ...clips,
  classes: /ForVideoClassification$/,
  loadDataset: loadClipDataset,
  loadFile: loadClip,
};

/** Pictures to labels. */
export const imageClassification: Task<ImageClassificationRecipe, SenseEvaluation, Classification> =
  senseTask(pictureSense);
/** Sounds to labels. */
export const audioClassification: Task<AudioClassificationRecipe, SenseEvaluation, Classification> =
  senseTask(soundSense);
/** Clips to labels. */
export const videoClassification: Task<VideoClassificationRecipe, SenseEvaluation, Classification> =
  senseTask(clipSense);
