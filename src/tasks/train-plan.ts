// What a recipe's `train` says, as the training loop takes it: the step's options, and the plan over a job's batches.
import type { NamedArrays } from '../array/index.ts';
import {
  type FitPlan,
  layersIn,
  layerwiseDecay,
  meanOfLast,
  movingAverage,
  optimizers,
  patternOver,
  type StepOptions,
  schedules,
  type WeightAverage,
} from '../train/index.ts';
import { type FirstValues, initializerRange } from './first-values.ts';
import type { Job } from './job.ts';
import { type TrainRecipe, trainDefaults } from './recipe.ts';

/** How a field's word is looked up. @throws RangeError listing the words */
function named<T>(field: string, table: Readonly<Record<string, T>>, word: string): T {
  if (Object.hasOwn(table, word)) return table[word] as T;
  throw new RangeError(`train.${field}: expected one of ${Object.keys(table).join(', ')}, got '${word}'`);
}

/** Element types of published weights. */
const storageTypes = { float32: 'float32', float16: 'float16', bfloat16: 'bfloat16' } as const;

interface NumberRange {
  readonly holds: (value: number) => boolean;
  /** For people. */
  readonly what: string;
}

const belowOne: NumberRange = { holds: (value) => value >= 0 && value < 1, what: 'a number from 0 to below 1' };
const notNegative: NumberRange = { holds: (value) => value >= 0, what: 'a number of at least 0' };

/** Where the numbers of a recipe's groups lie, those that count something aside. */
const ranges: Readonly<Record<'train' | 'model', Readonly<Record<string, NumberRange>>>> = {
  train: {
    ...{ learningRate: notNegative, weightDecay: notNegative, labelSmoothing: belowOne, beta2: belowOne },
    layerDecay: { holds: (value) => value > 0 && value <= 1, what: 'a factor above 0 and at most 1' },
  },
  model: { dropout: belowOne, attentionDropout: belowOne, dropPath: belowOne, layerScale: notNegative },
};

/** @throws RangeError for a number outside its range, naming the field */
function requireRanges(group: keyof typeof ranges, fields: object): void {
  for (const [field, { holds, what }] of Object.entries(ranges[group])) {
    const value = (fields as Readonly<Record<string, unknown>>)[field];
    if (value !== undefined && !(typeof value === 'number' && holds(value)))
      throw new RangeError(`${group}.${field}: expected ${what}, got ${value}`);
  }
}

/** The recipe with defaults for what an older one does not say. @throws RangeError for words and numbers that mean nothing */
export function completeTraining(given: Partial<TrainRecipe>): TrainRecipe {
  const train = { ...trainDefaults, ...given };
  named('optimizer', optimizers, train.optimizer);
  named('schedule', schedules, train.schedule);
  named('storage', storageTypes, train.storage);
  for (const field of COUNTS)
    if (!Number.isSafeInteger(train[field]) || train[field] < 1)
      throw new RangeError(`train.${field}: expected a whole number >= 1, got ${train[field]}`);
  requireRanges('train', train);
  averageOf(train);
  return train;
}

/** What can be said of a recipe before any data are read. @throws RangeError for words and numbers that mean nothing */
export function checkRecipe({ train, model }: { readonly train: Partial<TrainRecipe>; readonly model?: object }): void {
  completeTraining(train);
  if (!model) return;
  requireRanges('model', model);
  if ('dim' in model) initializerRange(model as FirstValues);
}

/** Fields that count something there must be one of. */
const COUNTS = ['steps', 'batchSize', 'accumulate', 'evaluateEvery', 'saveEvery', 'logEvery'] as const;

function averageOf({ averageDecay, averageLast }: TrainRecipe): WeightAverage | undefined {
  if (averageDecay !== 0 && averageLast !== 0)
    throw new RangeError(
      `train: expected one average at most, got averageDecay ${averageDecay} and averageLast ${averageLast}; set one of them to 0`,
    );
  if (averageDecay !== 0) return movingAverage(averageDecay);
  return averageLast === 0 ? undefined : meanOfLast(averageLast);
}

/** How each step is made. @throws RangeError for a pattern of frozen parameters that none matches */
export function stepOptionsOf(
  train: TrainRecipe,
  job: Pick<Job, 'initial' | 'adapted'>,
  target: Pick<StepOptions, 'runtime' | 'session' | 'seed' | 'memory'>,
): StepOptions {
  const { steps, warmup, finalShare, layerDecay } = train;
  const share = named('schedule', schedules, train.schedule)({ steps, warmup, finalShare });
  const average = averageOf(train);
  const names = Object.keys(job.initial);
  return {
    ...target,
    optimizer: named('optimizer', optimizers, train.optimizer)({ beta2: train.beta2 }),
    ...(average ? { average } : {}),
    recompute: train.recompute,
    groups: {
      weightDecay: train.weightDecay,
      ...frozenBy(train, job, names),
      ...(layerDecay < 1 ? { learningRateScale: layerwiseDecay(layersIn(names), layerDecay) } : {}),
    },
    learningRate: (at) => train.learningRate * share(at),
    clipNorm: train.clipNorm,
  };
}

/** Names that do not learn: the recipe's pattern, or whatever is not adapted. @throws RangeError for both, or a pattern that none matches */
function frozenBy(
  { frozen }: TrainRecipe,
  { adapted }: Pick<Job, 'adapted'>,
  names: readonly string[],
): { readonly frozen?: RegExp } {
  if (adapted && frozen)
    throw new RangeError(`train.frozen: expected none beside adapters, which freeze all else, got '${frozen}'`);
  if (adapted) return { frozen: adapted.frozen };
  return frozen ? { frozen: patternOver(names, frozen) } : {};
}

/** What the loop does: each step takes the next `accumulate` of the job's batches. */
export function planOf(train: TrainRecipe, job: Omit<Job, 'release'>): FitPlan {
  const { steps, evaluateEvery, saveEvery, logEvery, accumulate, patience } = train;
  const places = (step: number): number[] =>
    Array.from({ length: accumulate }, (_, i) => (step - 1) * accumulate + i + 1);
  const { recordsAt } = job;
  return {
    ...{ steps, evaluateEvery, saveEvery, logEvery },
    batchesAt: async (step): Promise<readonly NamedArrays[]> => {
      const batches: NamedArrays[] = [];
      for (const at of places(step)) batches.push(...(await job.batchesAt(at)));
      return batches;
    },
    ...(recordsAt ? { recordsAt: (step) => places(step).flatMap((at) => recordsAt(at)) } : {}),
    unitsOf: job.unitsOf,
    evaluate: job.evaluate,
    best: job.best,
    ...(patience > 0 ? { patience } : {}),
  };
}
