// The tasks over pictures, sounds and clips: one maker, three senses.
import {
  type AugmentationSpec,
  DataError,
  type DenseRow,
  denseLogisticRegression,
  majorityClass,
  type SenseExample,
} from '../../data/index.ts';
import { aheadOf } from '../ahead.node.ts';
import { type ClassificationEvaluation, evaluateClasses, reportClasses } from '../classification-score.ts';
import type { JobContext } from '../job.ts';
import type { Classification } from '../labels.ts';
import { balanced, limited } from '../limited.ts';
import type { RecipeBase } from '../recipe.ts';
import { shownScore } from '../reporting.ts';
import { learntFrom, loadOptions, partOf } from '../run-data.node.ts';
import type { EvaluateOptions, Task } from '../task.node.ts';
import { senseBatchSource } from './batches.node.ts';
import { measuredOriginals } from './broken.node.ts';
import { behindPaths } from './inputs.node.ts';
import type { Reader } from './modality.ts';
import { nearestLabels } from './nearest.ts';
import { classifySense, openSense, openSenseStart } from './open.node.ts';
import { Originals } from './originals.ts';
import { originalOf } from './pipeline.node.ts';
import { prepareSense } from './prepare.ts';
import type {
  AudioClassificationRecipe,
  ClassifierModelRecipe,
  ImageClassificationRecipe,
  VideoClassificationRecipe,
} from './recipe.ts';
import { clipSense, pictureSense, type Sense, soundSense } from './senses.node.ts';
import { type OriginalsRecipe, type WholeDataset, wholeDataset } from './whole.ts';

type Data = Pick<OriginalsRecipe, 'id' | 'options' | 'broken'>;

type SenseTaskRecipe<K> = RecipeBase & {
  readonly data: OriginalsRecipe;
  readonly augment: readonly AugmentationSpec[];
  readonly model: ClassifierModelRecipe;
  readonly tokens: K;
  readonly startFrom: string;
};

/** An evaluation with the tests on what is unlike the training. */
export interface SenseEvaluation extends ClassificationEvaluation {
  readonly more_tests: Readonly<Record<string, ClassificationEvaluation>>;
}

/** Multiplications that rivals may take: regression here, nearest neighbours on the runtime. */
const BUDGET = { regression: 4e9, nearest: 5e11 };
/** Numbers of training examples that are kept for rivals, 400 MB at most. */
const KEPT = 1e8;

/** Flat features of examples. */
async function denseRows<T>(examples: readonly SenseExample<T>[], read: Reader<T>): Promise<DenseRow[]> {
  const rows = new Originals(examples, read, 0);
  const found: DenseRow[] = [];
  for (const [place, { label }] of examples.entries()) {
    const [row] = await rows.rows([place]);
    found.push({ label, values: row?.data ?? [] });
  }
  return found;
}

/** What rivals predict for examples. */
type Rivals<T> = (test: readonly SenseExample<T>[]) => Promise<Record<string, string[]>>;

/**
 * Rivals that have learnt from a training part: read and fitted once, however many parts they are measured on, the largest of them of
 * `most` examples. Their names say from how many examples, where not all are affordable.
 */
async function rivalsFrom<T>(
  train: readonly SenseExample<T>[],
  read: Reader<T>,
  most: number,
  context: JobContext,
): Promise<Rivals<T>> {
  const [first] = train;
  if (!first) return async () => ({});
  const texts = (some: readonly SenseExample<T>[]) => some.map(({ id, label }) => ({ id, label, text: '' }));
  const size = (await read(await first.load())).data.length;
  const labels = new Set(train.map(({ label }) => label)).size;
  const within = (affordable: number): number => Math.min(train.length, Math.max(1, Math.floor(affordable)));
  const fitted = within(BUDGET.regression / (5 * size * labels));
  const held = within(Math.min(KEPT / size, BUDGET.nearest / (size * Math.max(1, most))));
  // one order for all: fewer rows are the first of more
  const known = await denseRows(limited(train, Math.max(fitted, held), 0), read);
  const regression = denseLogisticRegression(known.slice(0, fitted), BUDGET.regression);
  return async (test) => {
    const rows = await denseRows(test, read);
    return {
      majority_class: majorityClass(texts(train), texts(test)),
      [`logistic_regression_on_${fitted}`]: regression(rows),
      [`nearest_of_${held}`]: await nearestLabels(known.slice(0, held), rows, context),
    };
  };
}

/** A set of a recipe, without the originals that are broken or that `read` cannot read, where the recipe leaves them out. */
export function loadWhole<T, K>(
  sense: Sense<T, K>,
  data: Data,
  context: JobContext,
  read: Reader<T>,
): Promise<WholeDataset<T>> {
  const options = loadOptions(data, context);
  return wholeDataset(
    (broken) => sense.loadDataset(data.id, context.folders, { ...options, ...broken }),
    data,
    context.note,
    read,
  );
}

/** How a new run reads originals, but for means that are not measured yet. */
async function plainReader<T, K>(sense: Sense<T, K>, tokens: K): Promise<Reader<T>> {
  return sense.readerOf(sense.configOf(tokens), await sense.preprocessorOf(tokens, []));
}

async function evaluate<T, K>(
  sense: Sense<T, K>,
  name: string,
  context: JobContext,
  options: EvaluateOptions,
): Promise<SenseEvaluation> {
  const open = await openSense(name, sense, context);
  try {
    const set = await measuredOriginals(open.dir, options.data);
    const { id } = set;
    const { splits, moreTests = {}, notes = [] } = (await loadWhole(sense, set, context, open.read)).dataset;
    for (const note of notes) context.note(note);
    const { split = 'test' } = options;
    const parts = Object.entries({ [split]: partOf(splits, split), ...(split === 'test' ? moreTests : {}) });
    const most = Math.max(...parts.map(([, examples]) => examples.length));
    const learnt = await learntFrom(open.dir, options.data, splits.train, balanced);
    const rivalsOf = await rivalsFrom(learnt, open.read, most, context);
    const measure = async (place: string, examples: readonly SenseExample<T>[]): Promise<ClassificationEvaluation> => {
      if (examples.length === 0) throw new DataError(`evaluate: expected examples, got none (${id}, ${place})`);
      const probabilities = await open.classifier.probabilities(open.parameters, new Originals(examples, open.read));
      const rivals = await rivalsOf(examples);
      const { labels } = open.classifier;
      return evaluateClasses({ data: id, split: place, examples, labels, probabilities, rivals });
    };
    const found: Record<string, ClassificationEvaluation> = {};
    for (const [place, examples] of parts) found[place] = await measure(place, examples);
    const { [split]: own, ...more_tests } = found as Record<typeof split, ClassificationEvaluation>;
    return { ...own, more_tests };
  } finally {
    await open.classifier.release();
  }
}

function senseTask<T, K, R extends SenseTaskRecipe<K>>(sense: Sense<T, K>): Task<R, SenseEvaluation, Classification> {
  return {
    prepare: async (recipe, context) => {
      const read = await plainReader(sense, recipe.tokens);
      const { dataset, leftOut } = await loadWhole(sense, recipe.data, context, read);
      const start = recipe.startFrom ? await openSenseStart(recipe.startFrom, context.hub) : undefined;
      const job = await prepareSense({ recipe, modality: sense, dataset, start }, context);
      return aheadOf(job, senseBatchSource(sense, recipe, job, context, leftOut), recipe.train, context);
    },
    evaluate: (name, context, options) => evaluate(sense, name, context, options),
    report: ({ more_tests, ...result }) =>
      [result, ...Object.values(more_tests)].map((one) => reportClasses(one)).join('\n'),
    open: async (name, context) => {
      const open = await openSense(name, sense, context);
      const shown = shownScore(open.classifier.config);
      return {
        answer: async (paths) => {
          const load = (path: string): Promise<T> => originalOf(path, sense);
          const answers = await classifySense(open, paths, { load, atOnce: sense.atOnce });
          return answers.map(([first]) => first as Classification);
        },
        inputsIn: behindPaths(sense.files),
        line: ({ label, score }, path) => `${label}\t${shown(score)}\t${path}`,
        release: () => open.classifier.release(),
      };
    },
  };
}

/** Pictures to labels. */
export const imageClassification: Task<ImageClassificationRecipe, SenseEvaluation, Classification> =
  senseTask(pictureSense);
/** Sounds to labels. */
export const audioClassification: Task<AudioClassificationRecipe, SenseEvaluation, Classification> =
  senseTask(soundSense);
/** Clips to labels. */
export const videoClassification: Task<VideoClassificationRecipe, SenseEvaluation, Classification> =
  senseTask(clipSense);
