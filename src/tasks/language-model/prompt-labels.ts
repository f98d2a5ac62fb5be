// Classification by a language model that was never taught it: which label word goes on best after a prompt (Radford et al. 2019,
// Brown et al. 2020).
import type { NamedArrays, NdArray } from '../../array/index.ts';
import { DataError, padded } from '../../data/index.ts';
import type { Model } from '../../models/index.ts';
import type { Tokenizer } from '../../tokens/index.ts';
import { logSumExp } from '../generation/scores.ts';
import { softmax } from '../labels.ts';
import { ModelRunner } from '../runner.ts';
import type { SessionTarget } from '../session.ts';

/** Where the text stands in a prompt. */
export const TEXT = '{text}';

/** How labels are asked for. */
export interface PromptLabels {
  /** For example `{text} It was`. */
  readonly prompt: string;
  /** What may follow: labels by the words that stand for them, for example `{ positive: ' good', negative: ' bad' }`. */
  readonly words: Readonly<Record<string, string>>;
}

/** Scores label words with one decoder. */
export class PromptClassifier {
  readonly #runner: ModelRunner;
  readonly #tokenizer: Tokenizer;
  readonly #model: Model;

  private constructor(runner: ModelRunner, tokenizer: Tokenizer, model: Model) {
    this.#runner = runner;
    this.#tokenizer = tokenizer;
    this.#model = model;
  }

  /** @throws DataError for a model that predicts no next tokens */
  static async create(model: Model, tokenizer: Tokenizer, target: SessionTarget): Promise<PromptClassifier> {
    if (!/(LMHeadModel|ForCausalLM)$/.test(model.className))
      throw new DataError(`expected a model that predicts next tokens, got ${model.className}`);
    const inputs = ['input_ids', 'attention_mask'];
    return new PromptClassifier(
      await ModelRunner.create(model, { ...target, inputs, want: ['logits'] }),
      tokenizer,
      model,
    );
  }

  /**
   * Probabilities of the labels, in their order: each word's log-probability after the prompt, summed over its tokens, made to sum to 1.
   * @throws DataError for a prompt without a place for the text, less than two labels, a word of no tokens, or a text too long
   */
  async probabilities(parameters: NamedArrays, text: string, { prompt, words }: PromptLabels): Promise<number[]> {
    const [before, after, more] = prompt.split(TEXT);
    if (after === undefined || more !== undefined)
      throw new DataError(`prompt: expected one ${TEXT} in it, got '${prompt}'`);
    if (Object.keys(words).length < 2)
      throw new DataError(`words: expected two labels at least, got ${Object.keys(words).length}`);
    const encode = (part: string): number[] =>
      this.#tokenizer.encodeIds(part, { addSpecialTokens: false, special: 'text' });
    const begun = `${before}${text}${after}`;
    const start = encode(begun).length;
    const rows = Object.entries(words).map(([label, word]) => {
      const ids = encode(begun + word);
      if (ids.length <= start)
        throw new DataError(`words: expected a word that adds a token to the prompt, got '${word}' (${label})`);
      return ids;
    });
    const longest = Math.max(...rows.map((row) => row.length));
    const room = this.#model.maxLength ?? Number.POSITIVE_INFINITY;
    if (longest > room)
      throw new DataError(`prompt: expected at most ${room} tokens with text and word, got ${longest}; cut the text`);
    const { logits } = await this.#runner.run(parameters, padded(rows, Number(this.#model.config.pad_token_id ?? 0)));
    const scores = rows.map((row, r) => continuationScore(logits as NdArray, r, row, start));
    return softmax(scores);
  }

  release(): Promise<void> {
    return this.#runner.release();
  }
}

/** Log-probability in nats of a row's ids from place `start` on, from logits `[B, T, V]`. */
function continuationScore({ shape, data }: NdArray, row: number, ids: readonly number[], start: number): number {
  const [, places = 0, vocabulary = 0] = shape;
  let sum = 0;
  for (let t = Math.max(1, start); t < ids.length; t++) {
    const at = (row * places + t - 1) * vocabulary;
    const scores = (data as Float32Array).subarray(at, at + vocabulary);
    sum += (scores[ids[t] as number] as number) - logSumExp(scores);
  }
  return sum;
}
