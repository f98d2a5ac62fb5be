// A question answerer: scores of starts and ends for rows, answers for questions.
import type { NamedArrays, NdArray } from '../../array/index.ts';
import { batchesByLength, padded, paddedRows } from '../../data/index.ts';
import type { Model } from '../../models/index.ts';
import type { Tokenizer } from '../../tokens/index.ts';
import { ModelRunner } from '../runner.ts';
import type { SessionTarget } from '../session.ts';
import { type AnswerOptions, type AnswerSpan, bestAnswers, type ScoredFeature } from './answers.ts';
import { type Feature, featuresOf, type QuestionInput, type WindowOptions } from './features.ts';

/** Rows go through the model so many at a time. */
const EVALUATION_BATCH = 32;

/** Whether a model tells question and context apart by type. */
export const hasTypes = ({ inputs, config }: Model): boolean =>
  inputs.token_type_ids !== undefined && Number(config.type_vocab_size ?? 2) > 1;

/** Rows as `input_ids`, `attention_mask`, and `token_type_ids` where the model has them, int64 `[B, T]`. */
export function featureBatch(features: readonly Feature[], model: Model): Record<string, NdArray<'int64'>> {
  const batch = padded(
    features.map(({ ids }) => ids),
    Number(model.config.pad_token_id ?? 0),
  );
  if (!hasTypes(model)) return batch;
  const types = features.map(({ typeIds }) => typeIds);
  return { ...batch, token_type_ids: paddedRows(types, 0) };
}

/** Answers questions with one loaded model. */
export class AnswerReader {
  readonly #runner: ModelRunner;
  readonly #model: Model;
  readonly #tokenizer: Tokenizer;

  private constructor(runner: ModelRunner, model: Model, tokenizer: Tokenizer) {
    this.#runner = runner;
    this.#model = model;
    this.#tokenizer = tokenizer;
  }

  static async create(model: Model, tokenizer: Tokenizer, context: SessionTarget): Promise<AnswerReader> {
    const inputs = ['input_ids', 'attention_mask', ...(hasTypes(model) ? ['token_type_ids'] : [])];
    return new AnswerReader(
      await ModelRunner.create(model, { ...context, inputs, want: ['logits'] }),
      model,
      tokenizer,
    );
  }

  /** Scores of every question's rows, in their order; rows of similar length go together. */
  async #scored(parameters: NamedArrays, perQuestion: readonly (readonly Feature[])[]): Promise<ScoredFeature[]> {
    const features = perQuestion.flat();
    const asked = perQuestion.flatMap((own, question) => own.map(() => question));
    const lengths = features.map(({ ids }) => ids.length);
    const scored = new Array<ScoredFeature>(features.length);
    for (const chosen of batchesByLength(lengths, EVALUATION_BATCH)) {
      const batch = featureBatch(
        chosen.map((i) => features[i] as Feature),
        this.#model,
      );
      const nameOf = (row: number): string => `question ${(asked[chosen[row] as number] as number) + 1}`;
      const { start_logits: starts, end_logits: ends } = (await this.#runner.run(parameters, batch, nameOf)) as {
        start_logits: NdArray<'float32'>;
        end_logits: NdArray<'float32'>;
      };
      const width = batch.input_ids?.shape[1] as number;
      const row = ({ data }: NdArray<'float32'>, r: number): ArrayLike<number> =>
        data.subarray(r * width, (r + 1) * width);
      chosen.forEach((i, r) => {
        scored[i] = { feature: features[i] as Feature, start: row(starts, r), end: row(ends, r) };
      });
    }
    return scored;
  }

  /** The best answers to each question, the likeliest first. */
  async answers(
    parameters: NamedArrays,
    questions: readonly QuestionInput[],
    options: AnswerOptions & WindowOptions,
  ): Promise<AnswerSpan[][]> {
    const perQuestion = questions.map((question) => featuresOf(this.#tokenizer, question, options));
    const scored = await this.#scored(parameters, perQuestion);
    let at = 0;
    return questions.map(({ context }, i) => {
      const own = scored.slice(at, (at += (perQuestion[i] as Feature[]).length));
      return bestAnswers(context, own, options);
    });
  }

  release(): Promise<void> {
    return this.#runner.release();
  }
}
