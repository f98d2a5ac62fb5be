// Text classification of run folders: get ready, measure, answer.
import { isTable, loadTextDataset, readExamples } from '../../data/index.node.ts';
import { DataError, logisticRegression, majorityClass, type TextExample } from '../../data/index.ts';
import { type ClassificationEvaluation, evaluateClasses, reportClasses } from '../classification-score.ts';
import type { JobContext } from '../job.ts';
import { type Classification, ranked } from '../labels.ts';
import { limited } from '../limited.ts';
import type { PipelineContext } from '../pipeline.node.ts';
import { shownScore } from '../reporting.ts';
import { learntFrom, measuredSet, partOf } from '../run-data.node.ts';
import { openStart } from '../start.node.ts';
import type { EvaluateOptions, Task } from '../task.node.ts';
import { type OpenTextModel, openTextModel, textClassifier } from '../text-model.node.ts';
import { trainRecipeTokenizer } from '../tokenizer.ts';
import { TextClassifier } from './classifier.ts';
import { prepareTextClassification } from './prepare.ts';
import { readerOf } from './reader.ts';
import type { TextClassificationRecipe } from './recipe.ts';

/** A classifier with its parameters. */
export interface OpenClassifier extends OpenTextModel {
  readonly classifier: TextClassifier;
}

/** Opens a text classifier. @throws CheckpointError, TokenizerError, DataError for a model of another kind or a vocabulary that does not fit */
export async function openClassifier(
  name: string,
  context: PipelineContext & Partial<Pick<JobContext, 'note'>>,
): Promise<OpenClassifier> {
  const open = await openTextModel(name, textClassifier, context);
  return { ...open, classifier: await TextClassifier.create(open.model, open.tokenizer, context) };
}

/** Labels with scores, the highest first, for each text. @throws DataError for an empty text, with its number */
export async function classify(open: OpenClassifier, texts: readonly string[]): Promise<Classification[][]> {
  texts.forEach((text, i) => {
    if (text.trim() === '') throw new DataError(`classify: expected a text, got an empty one (input ${i + 1})`);
  });
  const rows = await open.classifier.probabilities(open.parameters, texts);
  return rows.map((row) => ranked(open.classifier.labels, row));
}

/** Measures a run on a split of its own data set, or on a file. */
async function evaluate(
  name: string,
  context: JobContext,
  options: EvaluateOptions,
): Promise<ClassificationEvaluation> {
  const open = await openClassifier(name, context);
  try {
    const { examples, train, data, split } = await examplesFor(open.dir, context, options);
    const { labels } = open.classifier;
    const probabilities = await open.classifier.probabilities(
      open.parameters,
      examples.map((example) => example.text),
    );
    const rivals: Record<string, string[]> =
      train.length === 0
        ? {}
        : {
            majority_class: majorityClass(train, examples),
            logistic_regression: logisticRegression(train, examples),
          };
    return evaluateClasses({ data, split, examples, labels, probabilities, rivals });
  } finally {
    await open.classifier.release();
  }
}

async function examplesFor(
  dir: string,
  context: JobContext,
  options: EvaluateOptions,
): Promise<{ examples: readonly TextExample[]; train: readonly TextExample[]; data: string; split: string }> {
  const { data, split = 'test' } = options;
  if (data !== undefined && isTable(data))
    return { examples: (await readExamples(data)).examples, train: [], data, split: 'all' };
  const { id, options: reading } = await measuredSet(dir, data);
  const { splits } = await loadTextDataset(id, context.folders, reading, context.data);
  const train = await learntFrom(dir, data, splits.train, limited);
  return { examples: partOf(splits, split), train, data: id, split };
}

/** Whether each example of the run's own test part gets its label: 1 or 0. */
export async function rightLabels(dir: string, context: JobContext): Promise<number[]> {
  const open = await openClassifier(dir, context);
  try {
    const { examples } = await examplesFor(open.dir, context, {});
    const answers = await classify(
      open,
      examples.map(({ text }) => text),
    );
    return answers.map(([first], i) => (first?.label === examples[i]?.label ? 1 : 0));
  } finally {
    await open.classifier.release();
  }
}

/** Text to one of several labels. */
export const textClassification: Task<TextClassificationRecipe, ClassificationEvaluation, Classification> = {
  prepare: async (recipe, context) => {
    const dataset = await loadTextDataset(recipe.data.id, context.folders, recipe.data.options, context.data);
    const start = recipe.startFrom
      ? await openStart(recipe.startFrom, 'ForSequenceClassification', context.hub)
      : undefined;
    return prepareTextClassification(recipe, dataset, context, {
      start,
      makeTokenizer: (texts) => trainRecipeTokenizer(texts, recipe.tokenizer, readerOf(recipe.architecture).frame),
    });
  },
  evaluate,
  report: reportClasses,
  open: async (name, context) => {
    const open = await openClassifier(name, context);
    const shown = shownScore(open.model.config);
    return {
      answer: async (texts) => (await classify(open, texts)).map(([first]) => first as Classification),
      line: ({ label, score }, text) => `${label}\t${shown(score)}\t${text}`,
      release: () => open.classifier.release(),
    };
  },
};
