// Text to one of several labels: a BERT-style encoder with a classifier on `[CLS]`.
import { int64, type NamedArrays, type NdArray, Random } from '../array/index.ts';
import {
  accuracy,
  batchSchedule,
  confusionMatrix,
  macroF1,
  padded,
  type TextDataset,
  type TextExample,
} from '../data/index.ts';
import { type HubConfig, type Model, modelFor, parameterSpecs } from '../models/index.ts';
import { initializeParameters } from '../nn/index.ts';
import type { Tokenizer } from '../tokens/index.ts';
import type { Objective } from '../train/index.ts';
import { type Job, type JobContext, tokenizerTrainers } from './job.ts';
import type { MaskedLanguageModelRecipe, TextClassificationRecipe } from './recipe.ts';
import { ModelRunner } from './runner.ts';

/** Texts go through the model so many at a time. */
const EVALUATION_BATCH = 64;

/** One label with its probability, as `pipeline('text-classification')` gives it. */
export interface Classification {
  readonly label: string;
  /** In [0, 1]. */
  readonly score: number;
}

/** What encoding a set of texts met. */
export interface EncodedTexts {
  readonly rows: number[][];
  /** Texts that were cut to the model's length. */
  readonly truncated: number;
  /** Tokens that are not in the vocabulary, and all tokens. */
  readonly unknown: number;
  readonly total: number;
}

/** Ids of texts, at most `maxLength` each. */
export function encodeTexts(tokenizer: Tokenizer, texts: readonly string[], maxLength: number): EncodedTexts {
  const unknownId = tokenizer.tokenToId('[UNK]');
  let [truncated, unknown, total] = [0, 0, 0];
  const rows = texts.map((text) => {
    const { ids } = tokenizer.encode(text, { special: 'text' });
    const kept = ids.length > maxLength ? tokenizer.encode(text, { special: 'text', maxLength }).ids : ids;
    if (kept !== ids) truncated++;
    total += kept.length;
    for (const id of kept) if (id === unknownId) unknown++;
    return kept;
  });
  return { rows, truncated, unknown, total };
}

/** A `config.json` for a new encoder of the recipe's size. */
export function encoderConfig(
  recipe: TextClassificationRecipe | MaskedLanguageModelRecipe,
  tokenizer: Tokenizer,
  className: string,
  labels: readonly string[],
): HubConfig {
  const { model } = recipe;
  return {
    architectures: [className],
    model_type: 'bert',
    vocab_size: tokenizer.vocabSize,
    hidden_size: model.dim,
    num_hidden_layers: model.layers,
    num_attention_heads: model.heads,
    intermediate_size: model.ffnDim,
    hidden_act: 'gelu',
    max_position_embeddings: model.maxLength,
    type_vocab_size: 1,
    layer_norm_eps: 1e-12,
    hidden_dropout_prob: model.dropout,
    attention_probs_dropout_prob: model.attentionDropout,
    initializer_range: 0.02,
    pad_token_id: tokenizer.tokenToId('[PAD]') ?? 0,
    id2label: Object.fromEntries(labels.map((label, id) => [id, label])),
    label2id: Object.fromEntries(labels.map((label, id) => [label, id])),
  };
}

/** Classifies texts with one loaded model. */
export class TextClassifier {
  readonly #runner: ModelRunner;
  readonly #tokenizer: Tokenizer;
  readonly #model: Model;
  readonly labels: readonly string[];

  private constructor(runner: ModelRunner, tokenizer: Tokenizer, model: Model) {
    this.#runner = runner;
    this.#tokenizer = tokenizer;
    this.#model = model;
    this.labels = labelsOf(model);
  }

  static async create(
    model: Model,
    tokenizer: Tokenizer,
    context: Pick<JobContext, 'runtime' | 'session'>,
  ): Promise<TextClassifier> {
    const inputs = ['input_ids', 'attention_mask'];
    const runner = await ModelRunner.create(model, { ...context, inputs, want: ['logits'] });
    return new TextClassifier(runner, tokenizer, model);
  }

  /** Probabilities of every label for every text, in the labels' order. */
  async probabilities(parameters: NamedArrays, texts: readonly string[]): Promise<number[][]> {
    return this.probabilitiesOfRows(parameters, encodeTexts(this.#tokenizer, texts, this.#model.maxLength ?? 512).rows);
  }

  /** The same for texts that are encoded already. Rows of similar length go together. */
  async probabilitiesOfRows(parameters: NamedArrays, rows: readonly (readonly number[])[]): Promise<number[][]> {
    const results = new Array<number[]>(rows.length);
    const order = [...rows.keys()].sort((a, b) => (rows[a] as number[]).length - (rows[b] as number[]).length);
    const padId = Number(this.#model.config.pad_token_id ?? 0);
    for (let at = 0; at < order.length; at += EVALUATION_BATCH) {
      const chosen = order.slice(at, at + EVALUATION_BATCH);
      const { logits } = await this.#runner.run(
        parameters,
        padded(
          chosen.map((i) => rows[i] as number[]),
          padId,
        ),
      );
      chosen.forEach((i, r) => {
        results[i] = softmaxRow(logits as NdArray, r);
      });
    }
    return results;
  }

  release(): Promise<void> {
    return this.#runner.release();
  }
}

/** The names of a classifier's labels, in order. */
export function labelsOf(model: Model): string[] {
  const table = (model.config.id2label ?? {}) as Record<string, string>;
  return Object.keys(table).map((id) => table[id] as string);
}

function softmaxRow(logits: NdArray, row: number): number[] {
  const classes = logits.shape[1] as number;
  const values = Array.from((logits.data as Float32Array).subarray(row * classes, (row + 1) * classes));
  const largest = Math.max(...values);
  const exps = values.map((value) => Math.exp(value - largest));
  const total = exps.reduce((a, b) => a + b, 0);
  return exps.map((value) => value / total);
}

/** Index of the largest probability. */
export function best(probabilities: readonly number[]): number {
  return probabilities.indexOf(Math.max(...probabilities));
}

/** Scores of predictions against the examples' labels. */
export function score(
  examples: readonly TextExample[],
  labels: readonly string[],
  probabilities: readonly (readonly number[])[],
): { accuracy: number; macroF1: number; matrix: number[][] } {
  const truth = examples.map((example) => labels.indexOf(example.label));
  const predicted = probabilities.map(best);
  const matrix = confusionMatrix(truth, predicted, labels.length);
  return { accuracy: accuracy(truth, predicted), macroF1: macroF1(matrix), matrix };
}

/** What a run may start from instead of nothing: a pre-trained encoder with its tokenizer. */
export interface Start {
  readonly tokenizer: Tokenizer;
  readonly config: HubConfig;
  /** Parameters by our names; those the classifier lacks are initialised. */
  readonly parameters: NamedArrays;
}

/** Prepares a training job from a recipe and its data. */
export async function prepareTextClassification(
  recipe: TextClassificationRecipe,
  dataset: TextDataset,
  context: JobContext,
  start?: Start,
): Promise<Job> {
  const { labels } = dataset;
  const train = limited(dataset.splits.train, recipe);
  const texts = train.map((example) => example.text);
  const tokenizer = start?.tokenizer ?? tokenizerTrainers[recipe.tokenizer.kind](texts, recipe.tokenizer);
  const fresh = encoderConfig(recipe, tokenizer, 'BertForSequenceClassification', labels);
  const config = start
    ? { ...start.config, architectures: fresh.architectures, id2label: fresh.id2label, label2id: fresh.label2id }
    : fresh;
  const model = modelFor(config);
  const maxLength = Math.min(model.maxLength ?? recipe.model.maxLength, recipe.model.maxLength);
  const encoded = encodeTexts(tokenizer, texts, maxLength);
  if (encoded.truncated > 0)
    context.note(`${encoded.truncated} of ${texts.length} texts are longer than ${maxLength} tokens and are cut`);
  if (encoded.unknown > 0)
    context.note(
      `${encoded.unknown} of ${encoded.total} tokens are unknown to the vocabulary of ${tokenizer.vocabSize}`,
    );
  const ids = train.map((example) => labels.indexOf(example.label));
  const padId = Number(config.pad_token_id ?? 0);
  const schedule = batchSchedule(
    encoded.rows.map((row) => row.length),
    recipe.train.batchSize,
    recipe.seed,
  );
  const initial = { ...initializeParameters(parameterSpecs(model), recipe.seed), ...start?.parameters };
  const classifier = await TextClassifier.create(model, tokenizer, context);
  const { validation } = dataset.splits;
  const validationRows = encodeTexts(
    tokenizer,
    validation.map((example) => example.text),
    maxLength,
  ).rows;
  return {
    model,
    tokenizer,
    initial: Object.fromEntries([...parameterSpecs(model).keys()].map((name) => [name, initial[name] as NdArray])),
    objective: objectiveOf(model, ['input_ids', 'attention_mask', 'labels'], recipe.train.labelSmoothing),
    batchesAt: (step) => {
      const chosen = schedule(step);
      const batch = padded(
        chosen.map((i) => encoded.rows[i] as number[]),
        padId,
      );
      return [
        {
          ...batch,
          labels: int64(
            [chosen.length],
            chosen.map((i) => ids[i] as number),
          ),
        },
      ];
    },
    unitsOf: tokensIn,
    evaluate: async (parameters) => {
      const { accuracy: right, macroF1: f1 } = score(
        validation,
        labels,
        await classifier.probabilitiesOfRows(parameters, validationRows),
      );
      return { accuracy: right, macro_f1: f1 };
    },
    best: { metric: 'accuracy', mode: 'max' },
    checksums: dataset.checksums,
    release: () => classifier.release(),
  };
}

/** As many examples as the recipe allows, after a seeded shuffle. */
function limited(examples: readonly TextExample[], recipe: TextClassificationRecipe): readonly TextExample[] {
  if (recipe.data.limit === 0) return examples;
  return new Random({ seed: recipe.seed, site: 'limit' }).shuffled(examples).slice(0, recipe.data.limit);
}

/** Real tokens of a batch. */
export function tokensIn(batch: NamedArrays): number {
  const mask = batch.attention_mask ?? batch.input_ids;
  if (!mask) return 0;
  return batch.attention_mask
    ? Number((mask.data as BigInt64Array).reduce((sum, one) => sum + one, 0n))
    : mask.data.length;
}

/** A model's own loss on the named inputs. */
export function objectiveOf(model: Model, names: readonly string[], smoothing = 0): Objective {
  return {
    inputs: Object.fromEntries(names.map((name) => [name, model.inputs[name] as Model['inputs'][string]])),
    loss: (module, inputs) => {
      const { loss } = model.forward(module, inputs, { smoothing }).values;
      if (!loss)
        throw new RangeError(`objectiveOf: expected ${model.className} to give a loss for ${names.join(', ')}`);
      return loss;
    },
  };
}
