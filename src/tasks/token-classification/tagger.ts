// A token classifier: scores of every label for every token, and the labels that follow from them.
import type { NamedArrays, NdArray } from '../../array/index.ts';
import { batchesByLength, padded } from '../../data/index.ts';
import type { Model } from '../../models/index.ts';
import { best, labelsOf, softmax } from '../labels.ts';
import { ModelRunner } from '../runner.ts';
import type { SessionTarget } from '../session.ts';
import { bestPlaces, type WindowedText } from '../windows.ts';
import { type Chain, chainOf, marginals, viterbi } from './chain.ts';

/** Rows go through the model so many at a time. */
const EVALUATION_BATCH = 64;

/** Tags texts with one loaded model. */
export class TokenTagger {
  readonly #runner: ModelRunner;
  readonly #model: Model;
  readonly labels: readonly string[];

  private constructor(runner: ModelRunner, model: Model) {
    this.#runner = runner;
    this.#model = model;
    this.labels = labelsOf(model);
  }

  static async create(model: Model, context: SessionTarget): Promise<TokenTagger> {
    const inputs = ['input_ids', 'attention_mask'];
    return new TokenTagger(await ModelRunner.create(model, { ...context, inputs, want: ['logits'] }), model);
  }

  /** Scores `[T][C]` of the tokens of each text, every one from its best window. Rows of similar length go together. */
  async scores(parameters: NamedArrays, texts: readonly WindowedText[]): Promise<Float32Array[][]> {
    const rows = texts.flatMap(({ windows }) => windows.map(({ ids }) => ids));
    const textOf = texts.flatMap(({ windows }, text) => windows.map(() => text));
    const padId = Number(this.#model.config.pad_token_id ?? 0);
    const found = new Array<(place: number) => Float32Array>(rows.length);
    const lengths = rows.map((row) => row.length);
    for (const chosen of batchesByLength(lengths, EVALUATION_BATCH)) {
      const batch = padded(
        chosen.map((i) => rows[i] as readonly number[]),
        padId,
      );
      const nameOf = (row: number): string => `text ${(textOf[chosen[row] as number] as number) + 1}`;
      const { logits } = (await this.#runner.run(parameters, batch, nameOf)) as { logits: NdArray<'float32'> };
      const [, width = 0, classes = 0] = logits.shape;
      chosen.forEach((i, r) => {
        found[i] = (place) => logits.data.subarray((r * width + place) * classes, (r * width + place + 1) * classes);
      });
    }
    let base = 0;
    return texts.map((text) => {
      const own = base;
      base += text.windows.length;
      return bestPlaces(text).map(({ window, place }) => (found[own + window] as (at: number) => Float32Array)(place));
    });
  }

  release(): Promise<void> {
    return this.#runner.release();
  }
}

/** How labels follow from the scores of a sequence. */
export interface Decoder {
  /** The best label of each place, by number. */
  readonly best: (scores: readonly ArrayLike<number>[]) => number[];
  /** Probabilities of the labels at each place, rows that sum to 1. */
  readonly probabilities: (scores: readonly ArrayLike<number>[]) => number[][];
}

/** Every token by itself. */
export const byPlace: Decoder = { best: (scores) => scores.map(best), probabilities: (scores) => scores.map(softmax) };
const byChain = (chain: Chain): Decoder => ({
  best: (scores) => viterbi(chain, scores),
  probabilities: (scores) => marginals(chain, scores),
});

/** The decoder that a model's parameters ask for: place by place, or along the chain of its CRF. */
export function decoderOf(parameters: NamedArrays): Decoder {
  const chain = chainOf(parameters);
  return chain ? byChain(chain) : byPlace;
}
