// The table of tasks, and what the commands do with any of them.
import { resolveModel } from '../checkpoints/index.node.ts';
import { DataError } from '../data/index.ts';
import { readRunInfo } from '../train/index.node.ts';
import { dialogue } from './dialogue/task.node.ts';
import { readsBases } from './dna-classification/spelling.node.ts';
import { dnaClassification } from './dna-classification/task.node.ts';
import { classNameOf } from './forward.node.ts';
import type { Job, JobContext } from './job.ts';
import { languageModel } from './language-model/task.node.ts';
import { maskedDnaModelling } from './masked-dna-modelling/task.node.ts';
import { maskedImageModelling } from './masked-image-modelling/task.node.ts';
import { maskedLanguageModel } from './masked-language-model/task.node.ts';
import { questionAnswering } from './question-answering/task.node.ts';
import { audioClassification, imageClassification, videoClassification } from './sense-classification/task.node.ts';
import type { Answerer, EvaluateOptions, Evaluation, Task } from './task.node.ts';
import type { Recipe } from './tasks.ts';
import { keepTested } from './tested.node.ts';
import { textClassification } from './text-classification/task.node.ts';
import { textToText } from './text-to-text/task.node.ts';
import { tokenClassification } from './token-classification/task.node.ts';

type RecipeOf<K extends Recipe['task']> = Extract<Recipe, { task: K }>;

/** Tasks by the recipe's word. */
export const tasks: { readonly [K in Recipe['task']]: Task<RecipeOf<K>> } = {
  'text-classification': textClassification,
  'token-classification': tokenClassification,
  'question-answering': questionAnswering,
  'language-model': languageModel,
  dialogue,
  'masked-language-model': maskedLanguageModel,
  'masked-dna-modelling': maskedDnaModelling,
  'masked-image-modelling': maskedImageModelling,
  'text-to-text': textToText,
  'image-classification': imageClassification,
  'audio-classification': audioClassification,
  'video-classification': videoClassification,
  'dna-classification': dnaClassification,
};

/** Which task a model without a run is for, by the end of its class name. */
const heads: readonly (readonly [ending: RegExp, task: Recipe['task']])[] = [
  [/ForSequenceClassification$/, 'text-classification'],
  [/ForTokenClassification$/, 'token-classification'],
  [/ForQuestionAnswering$/, 'question-answering'],
  [/ForImageClassification(WithTeacher)?$/, 'image-classification'],
  [/ForAudioClassification$/, 'audio-classification'],
  [/ForVideoClassification$/, 'video-classification'],
  [/ForMaskedLM$/, 'masked-language-model'],
  [/^ViTMAEForPreTraining$/, 'masked-image-modelling'],
  [/(ForConditionalGeneration|MTModel)$/, 'text-to-text'],
  [/(LMHeadModel|ForCausalLM)$/, 'language-model'],
];

/** Heads over words that are also put on bases, where the class does not tell which. */
const overBases: { readonly [K in Recipe['task']]?: Recipe['task'] } = {
  'text-classification': 'dna-classification',
  'masked-language-model': 'masked-dna-modelling',
};

const taskNamed = (name: Recipe['task']): Task => tasks[name] as Task;

/** The task of a run folder, or the one that the class of a model and its vocabulary tell. @throws DataError for a class without a task */
export async function taskOf(name: string, context: Pick<JobContext, 'hub'>): Promise<Task> {
  const run = await readRunInfo(name).catch(() => undefined);
  const named = run?.recipe.task as string | undefined;
  if (named !== undefined && Object.hasOwn(tasks, named)) return taskNamed(named as Recipe['task']);
  const className = await classNameOf(name, context.hub);
  const found = heads.find(([ending]) => ending.test(className));
  if (!found)
    throw new DataError(
      `expected a model of a task among ${Object.keys(tasks).join(', ')}, got ${className} (${name})`,
    );
  const ofBases = overBases[found[1]];
  const isOfBases = ofBases !== undefined && (await readsBases(await resolveModel(name, context.hub)));
  return taskNamed(isOfBases ? ofBases : found[1]);
}

/** The job that a recipe describes. */
export function prepareJob(recipe: Recipe, context: JobContext): Promise<Job> {
  return taskNamed(recipe.task).prepare(recipe, context);
}

/** Measures a run on data it has not seen. The text is for people. What its own test part says is kept in the run folder, for cards. */
export async function evaluateRun<E extends Evaluation = Evaluation>(
  name: string,
  context: JobContext,
  options: EvaluateOptions = {},
): Promise<{ readonly evaluation: E; readonly report: string }> {
  const task = await taskOf(name, context);
  const evaluation = await task.evaluate(name, context, options);
  const report = task.report(evaluation);
  if (options.data === undefined && (options.split ?? 'test') === 'test') {
    await keepTested(name, { evaluation, report }).catch((error: Error) =>
      context.note(`not kept for the model's card: ${error.message}`),
    );
  }
  return { evaluation: evaluation as E, report };
}

/** Opens a run or a model for questions. @throws DataError for a task that answers none */
export async function openAnswerer(name: string, context: JobContext): Promise<Answerer> {
  const task = await taskOf(name, context);
  if (!task.open)
    throw new DataError(`expected a model that answers inputs, got one that only measures texts (${name})`);
  return task.open(name, context);
}
