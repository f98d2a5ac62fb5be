// `pipeline('question-answering', model)` with the result shapes of Transformers.
import type { Pipeline, PipelineContext } from '../pipeline.node.ts';
import type { AnswerSpan } from './answers.ts';
import type { QuestionInput } from './features.ts';
import { type AnswerQuestionsOptions, answerQuestions, openReader, questionFrom } from './task.node.ts';

type Asked = QuestionInput | string;

/** A question answerer that is ready to be called. One answer is given as it is, more (`top_k`) as a list. */
export interface QuestionAnsweringPipeline extends Pipeline {
  /** As Transformers.js: question, context. */
  (question: string, context: string, options?: AnswerQuestionsOptions): Promise<AnswerSpan | AnswerSpan[]>;
  /** As Transformers: `{ question, context }`. */
  (asked: QuestionInput, options?: AnswerQuestionsOptions): Promise<AnswerSpan | AnswerSpan[]>;
  /** Several; a text is JSON with both fields, or both with a tab between. */
  (asked: readonly Asked[], options?: AnswerQuestionsOptions): Promise<(AnswerSpan | AnswerSpan[])[]>;
}

/** Opens a question answerer. @throws DataError for a model of another kind */
export async function questionAnsweringPipeline(
  model: string,
  context: PipelineContext,
): Promise<QuestionAnsweringPipeline> {
  const open = await openReader(model, context);
  const answer = async (
    asked: readonly Asked[],
    options: AnswerQuestionsOptions = {},
  ): Promise<(AnswerSpan | AnswerSpan[])[]> => {
    const questions = asked.map((one, i) => (typeof one === 'string' ? questionFrom(one, i + 1) : one));
    const found = await answerQuestions(open, questions, options);
    return found.map((answers) => (answers.length === 1 ? (answers[0] as AnswerSpan) : answers));
  };
  const call = async (
    first: string | QuestionInput | readonly Asked[],
    second?: string | AnswerQuestionsOptions,
    third?: AnswerQuestionsOptions,
  ): Promise<never> => {
    const isList = Array.isArray(first);
    const options = typeof second === 'string' ? third : second;
    const one = typeof second === 'string' ? { question: first as string, context: second } : (first as Asked);
    const found = await answer(isList ? (first as readonly Asked[]) : [one], options);
    return (isList ? found : found[0]) as never;
  };
  return Object.assign(call, { dispose: () => open.reader.release() });
}
