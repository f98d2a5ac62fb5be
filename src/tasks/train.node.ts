// A recipe to a run folder: prepare the task, run the loop, keep states and the best weights. Resuming repeats preparation, which is
// deterministic, and goes on from the last state.
import { join } from 'node:path';
import type { NamedArrays } from '../array/index.ts';
import { saveCheckpoint, writeFileAtomic } from '../checkpoints/index.node.ts';
import { DataError } from '../data/index.ts';
import { toFileNames } from '../models/index.ts';
import { memoryBudget, RunFolder } from '../train/index.node.ts';
import {
  diagnose,
  type FitSink,
  type FitState,
  fit,
  type Metrics,
  maskStep,
  NonFiniteLossError,
  START,
  type StepOptions,
  type StopSignal,
  TrainStep,
} from '../train/index.ts';
import { saveAdapter } from './adapter.node.ts';
import type { Job, JobContext } from './job.ts';
import { modelCard } from './model-card.ts';
import type { TrainRecipe } from './recipe.ts';
import { prepareJob } from './tasks.node.ts';
import type { Recipe } from './tasks.ts';
import { checkRecipe, completeTraining, planOf, stepOptionsOf } from './train-plan.ts';

/** What training tells while it runs. */
export interface TrainEvents {
  readonly progress?: FitSink['progress'];
  readonly evaluating?: FitSink['evaluating'];
  readonly ready?: (about: {
    /** The run folder. */
    readonly dir: string;
    readonly parameters: number;
    readonly steps: number;
    readonly from: number;
    readonly logEvery: number;
    readonly best: Job['best'];
    /** What progress counts. */
    readonly unit: string;
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
  checkRecipe(recipe);
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

/** The job of a run again. @throws DataError where its data have changed since: the end would not be that of an unbroken run */
async function jobAgain(run: RunFolder, recipe: Recipe, context: JobContext): Promise<Job> {
  const job = await prepareJob(recipe, context);
  const [began, now] = [run.info.data, job.checksums];
  const names = new Set([...Object.keys(began), ...Object.keys(now)]);
  const changed = [...names].filter((name) => began[name] !== now[name]);
  if (changed.length === 0) return job;
  await job.release();
  throw new DataError(
    `resume: expected the data that the run began with, got others: ${changed.join(', ')} (${run.dir})\nBring the old files back, or train anew into another folder.`,
  );
}

/** Goes on with a run from its last whole state. @throws DataError where its data have changed since */
export async function resumeRun(dir: string, options: Omit<TrainOptions, 'out'>): Promise<TrainResult> {
  const run = await RunFolder.open(dir);
  const recipe = run.info.recipe as unknown as Recipe;
  const job = await jobAgain(run, recipe, options).catch(async (error: unknown) => {
    await run.close();
    throw error;
  });
  try {
    return await drive(run, recipe, job, { ...options, out: dir });
  } finally {
    await job.release();
  }
}

/** Runs the loop; gives the folder's lock back however it ends. */
async function drive(run: RunFolder, recipe: Recipe, job: Job, options: TrainOptions): Promise<TrainResult> {
  try {
    return await advance(run, recipe, job, options);
  } finally {
    await run.close();
  }
}

async function advance(run: RunFolder, recipe: Recipe, job: Job, options: TrainOptions): Promise<TrainResult> {
  const train = completeTraining(recipe.train);
  const { runtime, session, events = {}, signal } = options;
  const stepOptions = stepOptionsOf(train, job, { runtime, session, seed: recipe.seed, memory: memoryBudget() });
  const step = await TrainStep.create(job.objective, job.initial, stepOptions);
  try {
    const saved = await run.resume();
    if (saved) step.restore(saved.weights, saved.optimizer);
    const from = saved?.state ?? START;
    const parameters = Object.values(job.initial).reduce((sum, array) => sum + array.data.length, 0);
    const { steps, logEvery } = train;
    const { best, unit = 'tokens' } = job;
    events.ready?.({ dir: run.dir, parameters, steps, from: from.step, logEvery, best, unit });
    const sink: FitSink = {
      metrics: (record) => run.append(record),
      save: (state) => run.save({ state, weights: step.parameters, optimizer: step.state() }),
      keepBest: (state, metrics, weights) =>
        publish(run.dir, recipe, job, { weights, state, metrics, storage: train.storage }),
      progress: events.progress ?? (() => undefined),
      ...(events.evaluating ? { evaluating: events.evaluating } : {}),
    };
    const state = await fit(step, planOf(train, job), sink, { from, ...(signal ? { signal } : {}) }).catch(
      (error: unknown) => explain(error, job, step.parameters, stepOptions),
    );
    return { dir: run.dir, state, interrupted: state.step < train.steps && !state.stopped };
  } finally {
    await step.release();
  }
}

/** A non-finite loss is reported with the first value that was not finite. Always throws. */
async function explain(error: unknown, job: Job, parameters: NamedArrays, options: StepOptions): Promise<never> {
  if (!(error instanceof NonFiniteLossError)) throw error;
  const { step, batches } = error;
  const shapesOf = (batch: NamedArrays): string =>
    Object.entries(batch)
      .map(([name, array]) => `${name} [${array.shape}]`)
      .join(', ');
  let where = 'all tapped values are finite: it arose in the derivative';
  for (const [part, batch] of batches.entries()) {
    const found = await diagnose(job.objective, parameters, batch, { ...options, step: maskStep(step, part) });
    if (!found) continue;
    where = `the first that is not finite: ${found.kind} '${found.name}' (batch ${shapesOf(batch)})`;
    break;
  }
  throw new NonFiniteLossError(step, error.result, error, where);
}

/** The best weights so far as a checkpoint: the run folder itself. */
async function publish(
  dir: string,
  recipe: Recipe,
  job: Job,
  result: { weights: NamedArrays; state: FitState; metrics: Metrics; storage: TrainRecipe['storage'] },
): Promise<void> {
  const { model, files, adapted, published = (own) => own } = job;
  const { storage } = result;
  const weights = adapted ? adapted.merged(result.weights) : published(result.weights);
  if (adapted) await saveAdapter(join(dir, 'adapter'), adapted.adapter(result.weights));
  await saveCheckpoint(dir, {
    config: { ...model.config, torch_dtype: storage },
    arrays: toFileNames(model, weights),
    dtype: storage,
    files: {
      ...files,
      'README.md': modelCard(recipe, model, result.state, result.metrics),
    },
  });
  await writeFileAtomic(
    join(dir, 'best.json'),
    `${JSON.stringify({ step: result.state.step, metrics: result.metrics })}\n`,
  );
}
