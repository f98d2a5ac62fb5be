// A recipe to a run folder: prepare the task, run the loop, keep states and the best weights. Resuming repeats preparation, which is
// deterministic, and goes on from the last state.
import { join } from 'node:path';
import type { NamedArrays } from '../array/index.ts';
import { openCheckpoint, resolveModel, saveCheckpoint, writeFileAtomic } from '../checkpoints/index.node.ts';
import { loadPlainText, loadTextDataset } from '../data/index.node.ts';
import { loadParameters, type Model, modelFor, toFileNames } from '../models/index.ts';
import { loadTokenizer } from '../tokens/index.node.ts';
import { memoryBudget, RunFolder } from '../train/index.node.ts';
import {
  adamW,
  diagnose,
  type FitSink,
  type FitState,
  fit,
  type Metrics,
  NonFiniteLossError,
  START,
  type StepOptions,
  type StopSignal,
  schedules,
  TrainStep,
} from '../train/index.ts';
import type { Job, JobContext } from './job.ts';
import { prepareLanguageModel, prepareMaskedLanguageModel } from './language-model.ts';
import { modelCard } from './model-card.ts';
import type { Recipe } from './recipe.ts';
import { prepareTextClassification, type Start } from './text-classification.ts';

type RecipeOf<K extends Recipe['task']> = Extract<Recipe, { task: K }>;

/** How each task gets its data and prepares its job. */
const preparers: { readonly [K in Recipe['task']]: (recipe: RecipeOf<K>, context: JobContext) => Promise<Job> } = {
  'text-classification': async (recipe, context) => {
    const dataset = await loadTextDataset(recipe.data.id, context.folders, recipe.data.options, context.data);
    return prepareTextClassification(
      recipe,
      dataset,
      context,
      recipe.startFrom ? await startFrom(await resolveModel(recipe.startFrom, context.hub)) : undefined,
    );
  },
  'language-model': async (recipe, context) =>
    prepareLanguageModel(recipe, await loadPlainText(recipe.data.id, context.folders, context.data), context),
  'masked-language-model': async (recipe, context) =>
    prepareMaskedLanguageModel(recipe, await corpusOf(recipe, context), context),
};

/** Pre-training reads a plain text, or the training texts of a labelled set. */
async function corpusOf(
  recipe: RecipeOf<'masked-language-model'>,
  context: JobContext,
): Promise<{ text: string; checksums: Readonly<Record<string, string>> }> {
  if (recipe.data.id.startsWith('lm-')) return loadPlainText(recipe.data.id, context.folders, context.data);
  const { splits, checksums } = await loadTextDataset(
    recipe.data.id,
    context.folders,
    recipe.data.options,
    context.data,
  );
  return { text: splits.train.map((example) => example.text.replace(/\n/g, ' ')).join('\n'), checksums };
}

async function startFrom(dir: string): Promise<Start> {
  const source = await openCheckpoint(dir);
  try {
    const config = await source.config();
    const model = modelFor({ ...config, architectures: ['BertForSequenceClassification'] });
    const { parameters, initialized } = await loadParameters(model, source, { initialize: { seed: 0 } });
    const loaded = Object.entries(parameters).filter(([name]) => !initialized.includes(name));
    return { config, tokenizer: await loadTokenizer(dir), parameters: Object.fromEntries(loaded) };
  } finally {
    await source.close();
  }
}

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

/** The job that a recipe describes. */
export function prepareJob(recipe: Recipe, context: JobContext): Promise<Job> {
  const prepare = preparers[recipe.task] as (recipe: Recipe, context: JobContext) => Promise<Job>;
  return prepare(recipe, context);
}

async function drive(run: RunFolder, recipe: Recipe, job: Job, options: TrainOptions): Promise<TrainResult> {
  const { train } = recipe;
  const share = schedules[train.schedule]({ steps: train.steps, warmup: train.warmup, finalShare: train.finalShare });
  const stepOptions: StepOptions = {
    runtime: options.runtime,
    session: options.session,
    optimizer: adamW({ beta2: train.beta2 }),
    groups: { weightDecay: train.weightDecay },
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
      keepBest: (state, metrics) => publish(run.dir, recipe, job, { weights: step.parameters, state, metrics }),
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
  const { model, tokenizer } = job;
  const tokenizerConfig = {
    tokenizer_class: 'PreTrainedTokenizerFast',
    model_max_length: model.maxLength,
    pad_token: '[PAD]',
    unk_token: '[UNK]',
    cls_token: '[CLS]',
    sep_token: '[SEP]',
    mask_token: '[MASK]',
  };
  await saveCheckpoint(dir, {
    config: configOf(model),
    arrays: toFileNames(model, result.weights),
    files: {
      'tokenizer.json': `${JSON.stringify(tokenizer.toJSON())}\n`,
      'tokenizer_config.json': `${JSON.stringify(tokenizerConfig, null, 2)}\n`,
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
