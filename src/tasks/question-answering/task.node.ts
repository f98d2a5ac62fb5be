// Question answering of run folders: get ready, measure, answer.
import { loadQuestionDataset } from '../../data/index.node.ts';
import {
  type AnswerUnit,
  bootstrapInterval,
  DataError,
  overlappingClause,
  type QuestionExample,
} from '../../data/index.ts';
import { givenCount } from '../given-texts.ts';
import type { JobContext } from '../job.ts';
import type { PipelineContext } from '../pipeline.node.ts';
import { percent, scoreLine, tellNotes } from '../reporting.ts';
import { loadOptions, measuredSet, partOf } from '../run-data.node.ts';
import { openStart } from '../start.node.ts';
import type { EvaluateOptions, Evaluation, Task } from '../task.node.ts';
import { type OpenTextModel, openTextModel } from '../text-model.node.ts';
import { longestRow } from '../windows.ts';
import type { AnswerOptions, AnswerSpan } from './answers.ts';
import type { QuestionInput } from './features.ts';
import { answerUnit, prepareQuestionAnswering, scoreAnswers } from './prepare.ts';
import { AnswerReader } from './reader.ts';
import type { QuestionAnsweringRecipe } from './recipe.ts';

/** Options of answering, by the names in Transformers. */
export interface AnswerQuestionsOptions extends AnswerOptions {
  /** Tokens of a row. Default 384, or what the model allows. */
  readonly max_seq_len?: number;
  /** Context tokens that neighbouring windows share. Default 128, or half of `max_seq_len`. */
  readonly doc_stride?: number;
}

/** A question answerer with its parameters. */
export interface OpenReader extends OpenTextModel {
  readonly reader: AnswerReader;
  /** What its folder asks for (`task_specific_params` in the configuration). */
  readonly defaults: AnswerQuestionsOptions;
}

/** Opens a question answerer. @throws CheckpointError, TokenizerError, DataError for a model of another kind or a vocabulary that does not fit */
export async function openReader(name: string, context: PipelineContext): Promise<OpenReader> {
  const about = { head: 'ForQuestionAnswering', purpose: 'question answering' };
  const open = await openTextModel(name, about, context);
  const own = open.model.config.task_specific_params as Record<string, AnswerQuestionsOptions> | undefined;
  const reader = await AnswerReader.create(open.model, open.tokenizer, context);
  return { ...open, reader, defaults: own?.['question-answering'] ?? {} };
}

/**
 * The best answers to each question, the likeliest first.
 * @throws DataError for an empty question or context, with its number; for numbers of options that cannot be used; for a question that leaves no room
 */
export async function answerQuestions(
  open: OpenReader,
  questions: readonly QuestionInput[],
  options: AnswerQuestionsOptions = {},
): Promise<AnswerSpan[][]> {
  const given = { ...open.defaults, ...options };
  questions.forEach((one, i) => {
    for (const part of ['question', 'context'] as const) {
      const text: unknown = (one as QuestionInput | null | undefined)?.[part];
      if (typeof text !== 'string' || text.trim() === '')
        throw new DataError(
          `answer: expected a ${part}, got ${typeof text === 'string' ? 'an empty one' : 'none'} (input ${i + 1})`,
        );
    }
  });
  for (const name of ['top_k', 'max_answer_len', 'max_seq_len', 'doc_stride'] as const)
    if (given[name] !== undefined) givenCount(name, given[name], name === 'doc_stride' ? 0 : 1);
  const most = longestRow(open.model);
  const maxLength = given.max_seq_len ?? Math.min(open.tokenizer.config?.modelMaxLength ?? most, most, 384);
  if (maxLength > most) throw new DataError(`answer: expected max_seq_len of at most ${most}, got ${maxLength}`);
  const stride = given.doc_stride ?? Math.min(Math.floor(maxLength / 2), 128);
  return open.reader.answers(open.parameters, questions, { ...given, maxLength, stride });
}

/** A question from one text: JSON with `question` and `context`, or both with a tab between them. @throws DataError */
export function questionFrom(text: string, number: number): QuestionInput {
  const fail = (): never => {
    throw new DataError(
      `answer: expected {"question": …, "context": …}, or a question, a tab and a context, got '${text.slice(0, 60)}' (input ${number})`,
    );
  };
  if (!text.startsWith('{')) {
    const at = text.indexOf('\t');
    return at < 0 ? fail() : { question: text.slice(0, at), context: text.slice(at + 1) };
  }
  let value: Partial<QuestionInput>;
  try {
    value = JSON.parse(text) as Partial<QuestionInput>;
  } catch {
    return fail();
  }
  const { question, context } = value;
  return typeof question === 'string' && typeof context === 'string' ? { question, context } : fail();
}

/** How well questions are answered; shares of 1. */
export interface QuestionAnsweringEvaluation extends Evaluation {
  readonly exact: number;
  readonly f1: number;
  /** 95 % bootstrap interval of F1. */
  readonly interval: readonly [number, number];
  /** What F1 counts: words as SQuAD's script, or Chinese characters as MLQA's. */
  readonly unit: AnswerUnit;
  /** F1 of cheap rivals on the same questions. */
  readonly baselines: Readonly<Record<string, number>>;
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Measures a run on a split of its own data set, or on a SQuAD file. */
async function evaluate(
  name: string,
  context: JobContext,
  options: EvaluateOptions,
): Promise<QuestionAnsweringEvaluation> {
  const open = await openReader(name, context);
  try {
    const { examples, data, split } = await examplesFor(open.dir, context, options);
    const mayBeNone = examples.some(({ answers }) => answers.length === 0);
    const given = await answerQuestions(open, examples, { handle_impossible_answer: mayBeNone });
    const scores = scoreAnswers(
      examples,
      given.map(([first]) => first?.answer ?? ''),
    );
    const f1 = scores.map((one) => one.f1);
    const rival = scoreAnswers(examples, examples.map(overlappingClause));
    return {
      ...{ data, split, examples: examples.length, unit: answerUnit(examples) },
      exact: mean(scores.map(({ exact }) => exact)),
      f1: mean(f1),
      interval: bootstrapInterval(f1),
      baselines: { overlapping_clause: mean(rival.map((one) => one.f1)) },
    };
  } finally {
    await open.reader.release();
  }
}

async function examplesFor(
  dir: string,
  context: JobContext,
  options: EvaluateOptions,
): Promise<{ examples: readonly QuestionExample[]; data: string; split: string }> {
  const { split = 'test' } = options;
  const set = await measuredSet(dir, options.data);
  const { id } = set;
  const dataset = await loadQuestionDataset(id, context.folders, loadOptions(set, context));
  tellNotes(dataset, context);
  const { splits } = dataset;
  if (options.data !== undefined && /\.json(\.gz)?$/.test(id))
    return { examples: Object.values(splits).flat(), data: id, split: 'all' };
  return { examples: partOf(splits, split), data: id, split };
}

function report(result: QuestionAnsweringEvaluation): string {
  const [low, high] = result.interval;
  return [
    `${result.data}, ${result.split}: ${result.examples} questions (F1 by ${result.unit})`,
    scoreLine(
      'Transformer',
      `F1 ${percent(result.f1)}  (95 % interval ${percent(low)} – ${percent(high)}), exact ${percent(result.exact)}`,
    ),
    ...Object.entries(result.baselines).map(([name, value]) => scoreLine(name, `F1 ${percent(value)}`)),
  ].join('\n');
}

/** Questions to spans of their contexts. */
export const questionAnswering: Task<QuestionAnsweringRecipe, QuestionAnsweringEvaluation, AnswerSpan> = {
  prepare: async (recipe, context) => {
    const dataset = await loadQuestionDataset(recipe.data.id, context.folders, loadOptions(recipe.data, context));
    const start = recipe.startFrom ? await openStart(recipe.startFrom, 'ForQuestionAnswering', context.hub) : undefined;
    return prepareQuestionAnswering(recipe, dataset, context, start);
  },
  evaluate,
  report,
  open: async (name, context) => {
    const open = await openReader(name, context);
    return {
      answer: async (texts) =>
        (
          await answerQuestions(
            open,
            texts.map((text, i) => questionFrom(text, i + 1)),
          )
        ).map(([first]) => first as AnswerSpan),
      line: ({ answer, score, start, end }) => `${answer}\t${percent(score)}\t${start}–${end}`,
      release: () => open.reader.release(),
    };
  },
};
