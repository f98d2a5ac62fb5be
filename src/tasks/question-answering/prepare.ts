// Questions to spans of their contexts: a BERT-style encoder that scores starts and ends.
import { int64, type NamedArrays, type NdArray, ndArray, Random } from '../../array/index.ts';
import {
  type AnswerUnit,
  answerScores,
  batchSchedule,
  type QuestionDataset,
  type QuestionExample,
} from '../../data/index.ts';
import { modelFor, parameterSpecs } from '../../models/index.ts';
import { initializeParameters } from '../../nn/index.ts';
import type { Tokenizer } from '../../tokens/index.ts';
import { encoderConfig, underNewHeadAndDropout } from '../encoder-config.ts';
import type { Job, JobContext } from '../job.ts';
import { limited } from '../limited.ts';
import { objectiveOf, tokensIn } from '../objective.ts';
import { tellNotes } from '../reporting.ts';
import type { Start } from '../start.ts';
import { filesForLength, frames, tokenizerFiles, trainRecipeTokenizer } from '../tokenizer.ts';
import { longestRow } from '../windows.ts';
import { type Feature, featuresOf, placesOf, type WindowOptions } from './features.ts';
import { AnswerReader, featureBatch, hasTypes } from './reader.ts';
import type { QuestionAnsweringRecipe } from './recipe.ts';

/** What answers are compared by: Chinese characters one by one where the right answers have any, else words. */
export function answerUnit(examples: readonly QuestionExample[]): AnswerUnit {
  const answers = examples.flatMap(({ answers: [first] }) => (first ? [first.text] : []));
  const han = answers.filter((text) => /\p{Script=Han}/u.test(text)).length;
  return han * 2 > answers.length ? 'character' : 'word';
}

/** Exact match and F1 of given answers, one pair per question. */
export function scoreAnswers(
  examples: readonly QuestionExample[],
  given: readonly string[],
): { readonly exact: number; readonly f1: number }[] {
  const unit = answerUnit(examples);
  return examples.map(({ answers }, i) =>
    answerScores(
      given[i] as string,
      answers.map(({ text }) => text),
      unit,
    ),
  );
}

interface Row {
  readonly feature: Feature;
  readonly start: number;
  readonly end: number;
}

/**
 * Windows to train on: all with the (first) answer, and of those without it, which point at the first token, so many for each question, drawn
 * by the seed.
 */
function rowsOf(
  tokenizer: Tokenizer,
  examples: readonly QuestionExample[],
  options: WindowOptions & Pick<QuestionAnsweringRecipe, 'emptyWindows' | 'seed'>,
): Row[] {
  return examples.flatMap((example, i) => {
    const [answer] = example.answers;
    const rows = featuresOf(tokenizer, example, options).map((feature): Row => {
      const places = answer && placesOf(feature, answer.start, answer.start + answer.text.length);
      const [start, end] = places ?? [0, 0];
      return { feature, start, end };
    });
    const without = rows.filter(({ end }) => end === 0);
    const drawn = new Random({ seed: options.seed, step: i, site: 'windows without answer' }).shuffled(without);
    return [...rows.filter(({ end }) => end > 0), ...drawn.slice(0, options.emptyWindows)];
  });
}

/** A pre-trained encoder may know one type only: the second begins as the first. */
function withTwoTypes(parameters: NamedArrays): NamedArrays {
  const name = 'embeddings.token_type.weight';
  const table = parameters[name];
  if (table?.shape[0] !== 1) return parameters;
  const row = table.data as Float32Array;
  const both = new Float32Array([...row, ...row]);
  return { ...parameters, [name]: ndArray('float32', [2, row.length], both) };
}

/** Prepares a training job from a recipe and its data. */
export async function prepareQuestionAnswering(
  recipe: QuestionAnsweringRecipe,
  dataset: QuestionDataset,
  context: JobContext,
  start?: Start,
): Promise<Job> {
  tellNotes(dataset, context);
  const train = limited(dataset.splits.train, recipe.data.limit, recipe.seed);
  const texts = new Set(train.flatMap((example) => [example.context, example.question]));
  const tokenizer = start?.tokenizer ?? trainRecipeTokenizer(texts, recipe.tokenizer, frames.encoder);
  const fresh = encoderConfig(recipe.model, tokenizer, 'ForQuestionAnswering', ['LABEL_0', 'LABEL_1']);
  const body = start ? underNewHeadAndDropout(start.config, fresh) : fresh;
  const own = { max_answer_len: recipe.maxAnswerTokens, doc_stride: recipe.stride };
  const types = body.type_vocab_size === 1 ? { type_vocab_size: 2 } : {};
  const model = modelFor({ ...body, ...types, task_specific_params: { 'question-answering': own } });
  const maxLength = Math.min(longestRow(model), recipe.model.maxLength);
  const windows = { maxLength, stride: recipe.stride };
  const rows = rowsOf(tokenizer, train, { ...windows, emptyWindows: recipe.emptyWindows, seed: recipe.seed });
  const without = rows.filter(({ end }) => end === 0).length;
  context.note(`${rows.length} windows of ${train.length} questions, ${without} of them without the answer`);
  const schedule = batchSchedule(
    rows.map(({ feature }) => feature.ids.length),
    recipe.train.batchSize,
    recipe.seed,
  );
  const initial = {
    ...initializeParameters(parameterSpecs(model), recipe.seed),
    ...withTwoTypes(start?.parameters ?? {}),
  };
  const reader = await AnswerReader.create(model, tokenizer, context);
  const { validation } = dataset.splits;
  const inputs = ['input_ids', 'attention_mask', 'start_positions', 'end_positions'];
  const column = (values: readonly number[]): NdArray<'int64'> => int64([values.length], values);
  return {
    model,
    files: start ? filesForLength(start.files, maxLength) : tokenizerFiles(tokenizer, frames.encoder, maxLength),
    initial: Object.fromEntries([...parameterSpecs(model).keys()].map((name) => [name, initial[name] as NdArray])),
    objective: objectiveOf(
      model,
      hasTypes(model) ? [...inputs, 'token_type_ids'] : inputs,
      recipe.train.labelSmoothing,
    ),
    batchesAt: (step) => {
      const chosen = schedule(step).map((i) => rows[i] as Row);
      const batch = featureBatch(
        chosen.map(({ feature }) => feature),
        model,
      );
      const positions = {
        start_positions: column(chosen.map((row) => row.start)),
        end_positions: column(chosen.map((row) => row.end)),
      };
      return [{ ...batch, ...positions }];
    },
    unitsOf: tokensIn,
    evaluate: async (parameters) => {
      const options = { ...windows, max_answer_len: recipe.maxAnswerTokens };
      const given = await reader.answers(parameters, validation, options);
      const scores = scoreAnswers(
        validation,
        given.map(([first]) => first?.answer ?? ''),
      );
      const mean = (of: 'exact' | 'f1'): number => scores.reduce((sum, one) => sum + one[of], 0) / scores.length;
      return { f1: mean('f1'), exact: mean('exact') };
    },
    best: { metric: 'f1', mode: 'max' },
    checksums: dataset.checksums,
    release: () => reader.release(),
  };
}
