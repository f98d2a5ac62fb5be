// A text model that runs on texts: tokens, batches of similar length, one result a text without its padding.
import { type NamedArrays, type NdArray, ndArray } from '../array/index.ts';
import { batchesByLength, DataError, padded, paddedRows } from '../data/index.ts';
import type { Model } from '../models/index.ts';
import type { EncodeInput, EncodeOptions, Encoding, Tokenizer } from '../tokens/index.ts';
import { noteIn, TextCounter, tellOfCuts } from './encode-texts.ts';
import type { JobContext } from './job.ts';
import { ModelRunner } from './runner.ts';
import type { SessionTarget } from './session.ts';

/** What is run. */
export interface TextRunnerOptions extends SessionTarget {
  /** How the model was fetched; its `note` is told of texts that are cut and of what the vocabulary lacks. */
  readonly hub?: JobContext['hub'] | undefined;
  readonly model: Model;
  readonly parameters: NamedArrays;
  readonly tokenizer: Tokenizer;
  /** Which of the model's results is wanted: `logits`. */
  readonly output: string;
  /** Texts that go through the model at a time. Default 32. */
  readonly batchSize?: number;
  /** Longest input, where that is less than the model's own. */
  readonly maxLength?: number | undefined;
}

/** Runs one result of a model on texts. */
export class TextRunner {
  readonly #runner: ModelRunner;
  readonly #options: TextRunnerOptions;
  /** Tokens of the longest input; undefined where nothing limits it. */
  readonly maxLength: number | undefined;

  private constructor(runner: ModelRunner, options: TextRunnerOptions) {
    this.#runner = runner;
    this.#options = options;
    const { model, tokenizer, maxLength } = options;
    const limits = [model.maxLength, tokenizer.config?.modelMaxLength, maxLength].filter((one) => one !== undefined);
    this.maxLength = limits.length > 0 ? Math.min(...limits) : undefined;
  }

  /** @throws DataError for a model that needs more than one text's tokens */
  static async create(options: TextRunnerOptions): Promise<TextRunner> {
    const { model, output } = options;
    const types = Number(model.config.type_vocab_size ?? 2) > 1 ? ['token_type_ids'] : [];
    const inputs = ['input_ids', 'attention_mask', ...types].filter((name) => name in model.inputs);
    const others = Object.keys(model.inputs).filter((name) => !model.inputs[name]?.optional && !inputs.includes(name));
    if (others.length > 0)
      throw new DataError(`expected a model of texts alone, got ${model.className}, which needs ${others.join(', ')}`);
    return new TextRunner(await ModelRunner.create(model, { ...options, inputs, want: [output] }), options);
  }

  /**
   * Tokens of texts, or of texts with their pairs, cut to the model's length; tells of cuts and of what the vocabulary lacks. Texts come
   * from strangers: special tokens written in them are text.
   */
  encode(texts: readonly EncodeInput[], { truncation }: Pick<EncodeOptions, 'truncation'> = {}): Encoding[] {
    const { maxLength } = this;
    const { tokenizer } = this.#options;
    const own = truncation === undefined ? {} : { truncation };
    const cut = maxLength === undefined ? { truncation: false as const } : { maxLength, ...own };
    const [counter, counted] = [new TextCounter(tokenizer), new Set<string>()];
    const encodings = texts.map((given) => {
      const [text, pair] = typeof given === 'string' ? [given] : given;
      const second = pair === undefined ? {} : { pair };
      const encoding = tokenizer.encode(text, { ...second, ...cut, padding: false, special: 'text' });
      if (!counted.has(text)) counter.add(text, encoding, encoding.overflowing.length > 0);
      counted.add(text);
      return encoding;
    });
    tellOfCuts(counter.met, maxLength ?? 0, tokenizer, noteIn(this.#options));
    return encodings;
  }

  /** The model's result for each: `[T, …]` over the real tokens, or `[…]` where it is one a text. */
  async run(encodings: readonly Encoding[]): Promise<NdArray<'float32'>[]> {
    const { model, parameters, output, batchSize = 32 } = this.#options;
    const lengths = encodings.map(({ ids }) => ids.length);
    const none = lengths.indexOf(0);
    if (none >= 0) throw new DataError(`expected a text with tokens, got none (input ${none + 1})`);
    const results = new Array<NdArray<'float32'>>(encodings.length);
    for (const chosen of batchesByLength(lengths, batchSize)) {
      const ofAll = (part: 'ids' | 'typeIds'): number[][] => chosen.map((i) => (encodings[i] as Encoding)[part]);
      const batch = padded(ofAll('ids'), Number(model.config.pad_token_id ?? 0));
      const inputs = { ...batch, token_type_ids: paddedRows(ofAll('typeIds'), 0) };
      const all = await this.#runner.run(parameters, inputs, (row) => `input ${(chosen[row] as number) + 1}`);
      const array = all[output] as NdArray<'float32'>;
      chosen.forEach((i, row) => {
        results[i] = rowOf(array, row, lengths[i] as number);
      });
    }
    return results;
  }

  release(): Promise<void> {
    return this.#runner.release();
  }
}

/** One row of `[B, T, …]` without its padding, or of `[B, C]`. Not copied. */
function rowOf({ shape, data }: NdArray<'float32'>, row: number, length: number): NdArray<'float32'> {
  const [, first = 1, ...rest] = shape;
  const width = rest.reduce((a, b) => a * b, 1);
  const kept = rest.length > 0 ? length : first;
  const start = row * first * width;
  return ndArray('float32', [kept, ...rest], data.subarray(start, start + kept * width));
}
