// Next-token prediction (a GPT-2-style decoder) and masked-token prediction (a BERT-style encoder) on one long text.
import { int64, type NamedArrays, type NdArray } from '../array/index.ts';
import { maskTokens, randomWindows } from '../data/index.ts';
import { type HubConfig, type Model, modelFor, parameterSpecs } from '../models/index.ts';
import { initializeParameters } from '../nn/index.ts';
import type { Tokenizer } from '../tokens/index.ts';
import type { Metrics } from '../train/index.ts';
import { type Job, type JobContext, tokenizerTrainers } from './job.ts';
import type { LanguageModelRecipe, MaskedLanguageModelRecipe } from './recipe.ts';
import { ModelRunner } from './runner.ts';
import { encoderConfig, objectiveOf } from './text-classification.ts';

/** A text cut in two: the last tenth is for validation, as nanoGPT does. */
interface Corpus {
  readonly text: string;
  readonly checksums: Readonly<Record<string, string>>;
}

/** Validation batches of a fixed set of windows, one after the other. */
const VALIDATION_WINDOWS = 400;

function decoderConfig(recipe: LanguageModelRecipe, tokenizer: Tokenizer): HubConfig {
  const { model } = recipe;
  return {
    architectures: ['GPT2LMHeadModel'],
    model_type: 'gpt2',
    vocab_size: tokenizer.vocabSize,
    n_embd: model.dim,
    n_layer: model.layers,
    n_head: model.heads,
    n_inner: model.ffnDim,
    n_positions: model.maxLength,
    activation_function: 'gelu_new',
    layer_norm_epsilon: 1e-5,
    resid_pdrop: model.dropout,
    embd_pdrop: model.dropout,
    attn_pdrop: model.attentionDropout,
    initializer_range: 0.02,
  };
}

const matrix = (rows: readonly (readonly number[])[]): NdArray<'int64'> =>
  int64([rows.length, rows[0]?.length ?? 0], rows.flat());

/** Windows that tile the validation part, the same at every evaluation. */
function validationRows(ids: readonly number[], length: number): number[][] {
  const count = Math.min(VALIDATION_WINDOWS, Math.floor(ids.length / length));
  const stride = Math.floor((ids.length - length) / Math.max(1, count - 1));
  return Array.from({ length: count }, (_, i) => ids.slice(i * stride, i * stride + length));
}

interface Setup {
  readonly recipe: LanguageModelRecipe | MaskedLanguageModelRecipe;
  readonly corpus: Corpus;
  readonly context: JobContext;
  readonly configOf: (tokenizer: Tokenizer) => HubConfig;
  /** The arrays of some windows; `step` seeds what is random. */
  readonly batchOf: (rows: readonly (readonly number[])[], tokenizer: Tokenizer, step: number) => NamedArrays;
}

async function prepare({ recipe, corpus, context, configOf, batchOf }: Setup): Promise<Job> {
  const cut = Math.floor(corpus.text.length * 0.9);
  const [trainText, validationText] = [corpus.text.slice(0, cut), corpus.text.slice(cut)];
  const tokenizer = tokenizerTrainers[recipe.tokenizer.kind](trainText.split(/(?<=\n)/), recipe.tokenizer);
  const encode = (text: string): number[] => tokenizer.encode(text, { addSpecialTokens: false, special: 'text' }).ids;
  const [trainIds, validationIds] = [encode(trainText), encode(validationText)];
  context.note(
    `${trainIds.length} tokens to train on, ${validationIds.length} to validate, vocabulary ${tokenizer.vocabSize}`,
  );
  const model: Model = modelFor(configOf(tokenizer));
  const { maxLength: length } = recipe.model;
  const { batchSize } = recipe.train;
  const runner = await ModelRunner.create(model, { ...context, inputs: ['input_ids', 'labels'], want: ['loss'] });
  const held = validationRows(validationIds, length);
  return {
    model,
    tokenizer,
    initial: initializeParameters(parameterSpecs(model), recipe.seed),
    objective: objectiveOf(model, ['input_ids', 'labels'], recipe.train.labelSmoothing),
    batchesAt: (step) => [
      batchOf(randomWindows(trainIds, { batchSize, length, seed: recipe.seed, step }), tokenizer, step),
    ],
    unitsOf: (batch) => batch.input_ids?.data.length ?? 0,
    evaluate: (parameters) => meanLoss(runner, parameters, held, (rows) => batchOf(rows, tokenizer, 0)),
    best: { metric: 'loss', mode: 'min' },
    checksums: corpus.checksums,
    release: () => runner.release(),
  };
}

async function meanLoss(
  runner: ModelRunner,
  parameters: NamedArrays,
  rows: readonly number[][],
  batchOf: (rows: readonly number[][]) => NamedArrays,
): Promise<Metrics> {
  let [sum, count] = [0, 0];
  for (let at = 0; at < rows.length; at += 40) {
    const some = rows.slice(at, at + 40);
    const { loss } = await runner.run(parameters, batchOf(some));
    sum += (loss?.data[0] as number) * some.length;
    count += some.length;
  }
  return { loss: sum / count, perplexity: Math.exp(sum / count) };
}

/** Prepares next-token prediction. */
export function prepareLanguageModel(recipe: LanguageModelRecipe, corpus: Corpus, context: JobContext): Promise<Job> {
  const batchOf: Setup['batchOf'] = (rows) => {
    const ids = matrix(rows);
    return { input_ids: ids, labels: ids };
  };
  return prepare({ recipe, corpus, context, configOf: (tokenizer) => decoderConfig(recipe, tokenizer), batchOf });
}

/** Prepares masked-token prediction. Windows get `[CLS]` in front and `[SEP]` behind, as classifiers see them. */
export function prepareMaskedLanguageModel(
  recipe: MaskedLanguageModelRecipe,
  corpus: Corpus,
  context: JobContext,
): Promise<Job> {
  const batchOf: Setup['batchOf'] = (rows, tokenizer, step) => {
    const id = (token: string): number => tokenizer.tokenToId(token) as number;
    const special = new Set(['[PAD]', '[CLS]', '[SEP]'].map(id));
    const framed = rows.map((row) => [id('[CLS]'), ...row.slice(0, -2), id('[SEP]')]);
    const vocabulary = { maskId: id('[MASK]'), vocabSize: tokenizer.vocabSize, special };
    const masked = maskTokens(framed, vocabulary, { seed: recipe.seed, step });
    return { input_ids: matrix(masked.rows), labels: matrix(masked.labels) };
  };
  const configOf = (tokenizer: Tokenizer): HubConfig =>
    encoderConfig(recipe, tokenizer, 'BertForMaskedLM', ['LABEL_0', 'LABEL_1']);
  return prepare({ recipe, corpus, context, configOf, batchOf });
}
