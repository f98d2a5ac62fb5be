// A text classifier: scores of labels for texts.
import type { NamedArrays, NdArray } from '../../array/index.ts';
import { batchesByLength, padded } from '../../data/index.ts';
import type { Model } from '../../models/index.ts';
import type { Tokenizer } from '../../tokens/index.ts';
import type { EvaluationProgress } from '../../train/index.ts';
import { encodeTexts, noteIn, tellOfCuts } from '../encode-texts.ts';
import type { JobContext } from '../job.ts';
import { labelsOf, scoresOfRow } from '../labels.ts';
import { ModelRunner } from '../runner.ts';
import type { SessionTarget } from '../session.ts';
import { longestText } from '../windows.ts';

/** Texts go through the model so many at a time. */
const EVALUATION_BATCH = 64;

/** Classifies texts with one loaded model. */
export class TextClassifier {
  readonly #runner: ModelRunner;
  readonly #tokenizer: Tokenizer;
  readonly #model: Model;
  readonly #note: (text: string) => void;
  readonly labels: readonly string[];

  private constructor(runner: ModelRunner, tokenizer: Tokenizer, model: Model, note: (text: string) => void) {
    this.#runner = runner;
    this.#tokenizer = tokenizer;
    this.#model = model;
    this.#note = note;
    this.labels = labelsOf(model);
  }

  static async create(
    model: Model,
    tokenizer: Tokenizer,
    context: SessionTarget & Partial<Pick<JobContext, 'hub' | 'note'>>,
  ): Promise<TextClassifier> {
    const inputs = ['input_ids', 'attention_mask'];
    const runner = await ModelRunner.create(model, { ...context, inputs, want: ['logits'] });
    return new TextClassifier(runner, tokenizer, model, noteIn(context));
  }

  /**
   * Scores of every label for every text, in the labels' order: probabilities, unless the configuration's `problem_type` says otherwise
   * (`scoresOfRow`). Tells of texts that are cut and of what the vocabulary lacks.
   */
  async probabilities(parameters: NamedArrays, texts: readonly string[]): Promise<number[][]> {
    const maxLength = longestText(this.#model, this.#tokenizer);
    const encoded = encodeTexts(this.#tokenizer, texts, maxLength);
    tellOfCuts(encoded, maxLength, this.#tokenizer, this.#note);
    return this.probabilitiesOfRows(parameters, encoded.rows);
  }

  /** The same for texts that are encoded already. Rows of similar length go together. */
  async probabilitiesOfRows(
    parameters: NamedArrays,
    rows: readonly (readonly number[])[],
    tell?: EvaluationProgress,
  ): Promise<number[][]> {
    const results = new Array<number[]>(rows.length);
    const padId = Number(this.#model.config.pad_token_id ?? 0);
    const lengths = rows.map((row) => row.length);
    let done = 0;
    for (const chosen of batchesByLength(lengths, EVALUATION_BATCH)) {
      const batch = padded(
        chosen.map((i) => rows[i] as number[]),
        padId,
      );
      const { logits } = await this.#runner.run(parameters, batch, (row) => `text ${(chosen[row] as number) + 1}`);
      chosen.forEach((i, r) => {
        results[i] = scoresOfRow(logits as NdArray, r, this.#model.config);
      });
      done += chosen.length;
      tell?.(done, rows.length);
    }
    return results;
  }

  release(): Promise<void> {
    return this.#runner.release();
  }
}
