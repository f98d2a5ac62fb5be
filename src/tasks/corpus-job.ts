// Prediction of tokens on one long text: what next-token and masked-token prediction share.
import { int64, type NamedArrays, type NdArray } from '../array/index.ts';
import { DataError, randomWindows } from '../data/index.ts';
import type { HubConfig } from '../models/index.ts';
import type { Tokenizer } from '../tokens/index.ts';
import type { EvaluationProgress, Metrics } from '../train/index.ts';
import { ownLength } from './encode-texts.ts';
import type { Job, JobContext } from './job.ts';
import { objectiveOf } from './objective.ts';
import type { ModelRecipe, TextRecipe } from './recipe.ts';
import { ModelRunner } from './runner.ts';
import type { Start } from './start.ts';
import { filesForLength, type TokenFrame, tokenizerFiles, trainRecipeTokenizer } from './tokenizer.ts';
import { type GoesOn, rowLength, trainedModel } from './trained-model.ts';

/** One long text. */
export interface CorpusText {
  readonly text: string;
  readonly checksums: Readonly<Record<string, string>>;
}

/** Validation batches of a fixed set of windows, one after the other. */
const VALIDATION_WINDOWS = 400;

/** Training and validation part: the last tenth is for validation, as nanoGPT does. */
export function cutCorpus(text: string): [train: string, validation: string] {
  const cut = Math.floor(text.length * 0.9);
  return [text.slice(0, cut), text.slice(cut)];
}

/** Rows of one length as int64 `[B, T]`. */
export const matrix = (rows: readonly (readonly number[])[]): NdArray<'int64'> =>
  int64([rows.length, rows[0]?.length ?? 0], rows.flat());

/** Windows that tile the validation part, the same at every evaluation. */
export function validationRows(ids: readonly number[], length: number): number[][] {
  const count = Math.min(VALIDATION_WINDOWS, Math.floor(ids.length / length));
  const stride = Math.floor((ids.length - length) / Math.max(1, count - 1));
  return Array.from({ length: count }, (_, i) => ids.slice(i * stride, i * stride + length));
}

/** What makes one way of predicting tokens differ from another. */
export interface CorpusSetup {
  readonly recipe: TextRecipe & { readonly model: ModelRecipe } & Pick<GoesOn, 'lora'>;
  /** A checkpoint to go on from: its tokenizer and its configuration are taken. */
  readonly start?: Start | undefined;
  readonly frame: TokenFrame;
  readonly corpus: CorpusText;
  readonly context: JobContext;
  readonly configOf: (tokenizer: Tokenizer) => HubConfig;
  /** The arrays of some windows; `step` seeds what is random. */
  readonly batchOf: (rows: readonly (readonly number[])[], tokenizer: Tokenizer, step: number) => NamedArrays;
  /** Which of these arrays training reads; default: `input_ids` and `labels`. */
  readonly learnsFrom?: readonly string[];
}

/** The tokenizer's files of a start; what was made for shorter rows takes those of the run too. */
function filesOf({ files, tokenizer }: Start, length: number): Readonly<Record<string, string>> {
  const most = tokenizer.config?.modelMaxLength;
  return most !== undefined && most < length ? filesForLength(files, length) : files;
}

/** A job on one long text: the tokenizer and the windows come from its first nine tenths, the measure from the last. */
export async function prepareCorpusJob(setup: CorpusSetup): Promise<Job> {
  const { recipe, start, corpus, context, frame, configOf, batchOf, learnsFrom = ['input_ids', 'labels'] } = setup;
  const [trainText, validationText] = cutCorpus(corpus.text);
  const tokenizer = start?.tokenizer ?? trainRecipeTokenizer(trainText.split(/(?<=\n)/), recipe.tokenizer, frame);
  const encode = (text: string): number[] =>
    tokenizer.encode(text, { addSpecialTokens: false, special: 'text', ...ownLength }).ids;
  const [trainIds, validationIds] = [encode(trainText), encode(validationText)];
  context.note(
    `${trainIds.length} tokens to train on, ${validationIds.length} to validate, vocabulary ${tokenizer.vocabSize}`,
  );
  const { note } = context;
  const about = { start, task: 'CAUSAL_LM', head: [], note } as const;
  const { plain, adapted, model, initial, published } = trainedModel(
    start?.config ?? configOf(tokenizer),
    recipe,
    about,
  );
  const length = rowLength(plain, recipe.model.maxLength);
  if (trainIds.length <= length || validationIds.length < length)
    throw new DataError(
      `${recipe.name}: expected a text with at least ${length} tokens in each part, got ${trainIds.length} to train on and ${validationIds.length} to validate; take a longer text, or a smaller model.maxLength`,
    );
  const { batchSize } = recipe.train;
  const runner = await ModelRunner.create(plain, { ...context, inputs: ['input_ids', 'labels'], want: ['loss'] });
  const held = validationRows(validationIds, length);
  return {
    model: plain,
    adapted,
    files: start ? filesOf(start, length) : tokenizerFiles(tokenizer, frame, length),
    initial,
    objective: objectiveOf(model, learnsFrom, recipe.train.labelSmoothing),
    batchesAt: (step) => [
      batchOf(randomWindows(trainIds, { batchSize, length, seed: recipe.seed, step }), tokenizer, step),
    ],
    unitsOf: (batch) => batch.input_ids?.data.length ?? 0,
    evaluate: (weights, tell) =>
      meanLoss(runner, published(weights), held, (rows) => batchOf(rows, tokenizer, 0), tell),
    best: { metric: 'loss', mode: 'min' },
    checksums: corpus.checksums,
    release: () => runner.release(),
  };
}

/** Mean loss of rows, by batches of 40. */
export async function meanLoss(
  runner: ModelRunner,
  parameters: NamedArrays,
  rows: readonly number[][],
  batchOf: (rows: readonly number[][]) => NamedArrays,
  tell?: EvaluationProgress,
): Promise<Metrics> {
  let [sum, count] = [0, 0];
  for (let at = 0; at < rows.length; at += 40) {
    const some = rows.slice(at, at + 40);
    const { loss } = await runner.run(parameters, batchOf(some));
    sum += (loss?.data[0] as number) * some.length;
    count += some.length;
    tell?.(count, rows.length);
  }
  return { loss: sum / count, perplexity: Math.exp(sum / count) };
}
