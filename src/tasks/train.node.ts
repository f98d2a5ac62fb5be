// A recipe to a run folder: prepare the task, run the loop, keep states and the best weights. Resuming repeats preparation, which is
// deterministic, and goes on from the last state.
import { join } from 'node:path';
import type { NamedArrays } from '../array/index.ts';
import { saveCheckpoint, writeFileAtomic } from '../checkpoints/index.node.ts';
import { type Model, toFileNames } from '../models/index.ts';
import { memoryBudget, RunFolder } from '../train/index.node.ts';
import {
  adamW,
  diagnose,
  type FitSink,
  type FitState,
  fit,
  type Metrics,
  meanOfLast,
  NonFiniteLossError,
  START,
  type StepOptions,
  type StopSignal,
  schedules,
  TrainStep,
} from '../train/index.ts';
import type { Job, JobContext } from './job.ts';
import { modelCard } from './model-card.ts';
import { prepareJob } from './tasks.node.ts';
import type { Recipe } from './tasks.ts';

/** What training tells while it runs. */
export interface TrainEvents {
  readonly progress?: FitSink['progress'];
  readonly ready?: (about: {
    readonly parameters: number;
    readonly steps: number;
    readonly from: number;
    readonly best: Job['best'];
  }) => void;
}

/** Options of `trainRun`. */
export interface TrainOptions extends JobContext {
  readonly out: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly signal?: StopSignal;
  readonly events?: TrainEvents;
}

/** How a run ended. */
export interface TrainResult {
  readonly dir: string;
  readonly state: FitState;
  readonly interrupted: boolean;
}

/** Starts a run. @throws CheckpointError when the folder holds one already */
export async function trainRun(recipe: Recipe, options: TrainOptions): Promise<TrainResult> {
  const job = await prepareJob(recipe, options);
  try {
    const record = recipe as unknown as Record<string, unknown> & { task: string; name: string };
    const run = await RunFolder.create(options.out, {
      recipe: record,
      seed: recipe.seed,
      versions: options.versions,
      data: job.checksums,
    });
    return await drive(run, recipe, job, options);
  } finally {
    await job.release();
  }
}

/** Goes on with a run from its last whole state. */
export async function resumeRun(dir: string, options: Omit<TrainOptions, 'out'>): Promise<TrainResult> {
  const run = await RunFolder.open(dir);
  const recipe = run.info.recipe as unknown as Recipe;
  const job = await prepareJob(recipe, options).catch(async (error: unknown) => {
    await run.close();
    throw error;
  });
  try {
    return await drive(run, recipe, job, { ...options, out: dir });
  } finally {
    await job.release();
  }
}

async function drive(run: RunFolder, recipe: Recipe, job: Job, options: TrainOptions): Promise<TrainResult> {
  const { train } = recipe;
  const share = schedules[train.schedule]({ steps: train.steps, warmup: train.warmup, finalShare: train.finalShare });
  const stepOptions: StepOptions = {
    runtime: options.runtime,
    session: options.session,
    optimizer: adamW({ beta2: train.beta2 }),
    groups: { weightDecay: train.weightDecay },
    ...(train.averageLast > 0 ? { average: meanOfLast(train.averageLast) } : {}),
    learningRate: (at) => train.learningRate * share(at),
    clipNorm: train.clipNorm,
    seed: recipe.seed,
    memory: memoryBudget(),
  };
  const step = await TrainStep.create(job.objective, job.initial, stepOptions);
  try {
    const saved = await run.resume();
    if (saved) step.restore(saved.weights, saved.optimizer);
    const from = saved?.state ?? START;
    const parameters = Object.values(job.initial).reduce((sum, array) => sum + array.data.length, 0);
    options.events?.ready?.({ parameters, steps: train.steps, from: from.step, best: job.best });
    const { steps, evaluateEvery, saveEvery, logEvery } = train;
    const plan = {
      ...{ steps, evaluateEvery, saveEvery, logEvery },
      batchesAt: job.batchesAt,
      unitsOf: job.unitsOf,
      evaluate: job.evaluate,
      best: job.best,
      ...(train.patience > 0 ? { patience: train.patience } : {}),
    };
    const sink: FitSink = {
      metrics: (record) => run.append(record),
      save: (state) => run.save({ state, weights: step.parameters, optimizer: step.state() }),
      keepBest: (state, metrics, weights) => publish(run.dir, recipe, job, { weights, state, metrics }),
      progress: options.events?.progress ?? (() => undefined),
    };
    const state = await fit(step, plan, sink, { from, ...(options.signal ? { signal: options.signal } : {}) }).catch(
      (error: unknown) => explain(error, job, step.parameters, stepOptions),
    );
    return { dir: run.dir, state, interrupted: state.step < train.steps && !state.stopped };
  } finally {
    await step.release();
    await run.close();
  }
}

/** A non-finite loss is reported with the first value that was not finite. Always throws. */
async function explain(error: unknown, job: Job, parameters: NamedArrays, options: StepOptions): Promise<never> {
  if (!(error instanceof NonFiniteLossError)) throw error;
  const [batch] = error.batches;
  const found = batch && (await diagnose(job.objective, parameters, batch, { ...options, step: error.step }));
  const where = found
    ? `the first that is not finite: ${found.kind} '${found.name}'`
    : 'all tapped values are finite: it arose in the derivative';
  const shapes = Object.entries(batch ?? {}).map(([name, array]) => `${name} [${array.shape}]`);
  throw new NonFiniteLossError(error.step, error.result, error, `${where} (batch ${shapes.join(', ')})`);
}

/** The best weights so far as a checkpoint: the run folder itself. */
async function publish(
  dir: string,
  recipe: Recipe,
  job: Job,
  result: { weights: NamedArrays; state: FitState; metrics: Metrics },
): Promise<void> {
  const { model, files } = job;
  await saveCheckpoint(dir, {
    config: configOf(model),
    arrays: toFileNames(model, result.weights),
    files: {
      ...files,
      'README.md': modelCard(recipe, result.state, result.metrics),
    },
  });
  await writeFileAtomic(
    join(dir, 'best.json'),
    `${JSON.stringify({ step: result.state.step, metrics: result.metrics })}\n`,
  );
}

function configOf(model: Model): Record<string, unknown> {
  return { ...model.config, torch_dtype: 'float32' };
}
