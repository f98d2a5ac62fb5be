// How well a run predicts the tokens of a text that it was not trained on.
import { loadPlainText } from '../data/index.node.ts';
import { DataError } from '../data/index.ts';
import type { Encoding, Tokenizer } from '../tokens/index.ts';
import { type CorpusSetup, type CorpusText, cutCorpus, meanLoss, validationRows } from './corpus-job.ts';
import { ownLength } from './encode-texts.ts';
import { type OpenModel, openModel } from './forward.node.ts';
import type { JobContext } from './job.ts';
import type { ModelRecipe, RecipeBase } from './recipe.ts';
import { recipeOf } from './run-data.node.ts';
import { ModelRunner } from './runner.ts';
import type { EvaluateOptions, Evaluation } from './task.node.ts';
import { tokenizerOf } from './text-model.node.ts';
import { rowLength } from './trained-model.ts';
import { longestText } from './windows.ts';

/** Prediction of tokens, in nats per token. */
export interface CorpusEvaluation extends Evaluation {
  readonly loss: number;
  readonly perplexity: number;
}

/** What is measured on, and with. */
export interface HeldOut<R extends RecipeBase> {
  readonly open: OpenModel;
  readonly tokenizer: Tokenizer;
  readonly text: string;
  readonly encoding: Encoding;
  /** Reads `input_ids` and `labels`, gives `loss`. */
  readonly runner: ModelRunner;
  readonly context: JobContext;
  /** What the run was trained on; absent where the text is not the run's own. */
  readonly training?: { readonly recipe: R; readonly text: string };
}

/** What the task adds: the text of its recipe, the arrays of some windows, and what else it measures. */
export interface CorpusMeasure<R extends RecipeBase, M extends object = object> {
  readonly corpusOf: (recipe: R, context: JobContext) => Promise<CorpusText>;
  readonly batchOf: CorpusSetup['batchOf'];
  readonly measureMore?: (held: HeldOut<R>) => Promise<M>;
}

/** Measures a run on the held-out tenth of its text, or on all of another text (`data`: a catalogue id or a file). */
export async function evaluateCorpus<R extends RecipeBase & { readonly model: ModelRecipe }, M extends object = object>(
  name: string,
  context: JobContext,
  { data }: EvaluateOptions,
  { corpusOf, batchOf, measureMore }: CorpusMeasure<R, M>,
): Promise<CorpusEvaluation & M> {
  const open = await openModel(name, context.hub);
  const { dir, model, parameters } = open;
  const tokenizer = await tokenizerOf(open);
  const recipe = data === undefined ? await recipeOf<R>(dir) : undefined;
  const [trainText, text] = recipe
    ? cutCorpus((await corpusOf(recipe, context)).text)
    : ['', (await loadPlainText(data as string, context.folders, context.data)).text];
  const encoding = tokenizer.encode(text, { addSpecialTokens: false, special: 'text', ...ownLength });
  const { ids } = encoding;
  const length = recipe ? rowLength(model, recipe.model.maxLength) : longestText(model, tokenizer);
  const rows = validationRows(ids, length);
  if (rows.length === 0)
    throw new DataError(`evaluate: expected at least ${length} tokens, got ${ids.length} (${data ?? dir})`);
  const runner = await ModelRunner.create(model, { ...context, inputs: ['input_ids', 'labels'], want: ['loss'] });
  try {
    const scores = await meanLoss(runner, parameters, rows, (some) => batchOf(some, tokenizer, 0));
    const { loss, perplexity } = scores as { loss: number; perplexity: number };
    const training = recipe ? { training: { recipe, text: trainText } } : {};
    const more = await measureMore?.({ ...{ open, tokenizer, text, encoding, runner, context }, ...training });
    return {
      ...{ data: data ?? (recipe as R).data.id, split: data === undefined ? 'validation' : 'all' },
      ...{ examples: rows.length, loss, perplexity },
      ...(more as M),
    };
  } finally {
    await runner.release();
  }
}

/** The evaluation for people. */
export function reportCorpus({ data, split, examples, loss, perplexity }: CorpusEvaluation): string {
  return `${data}, ${split}: ${examples} windows\n  loss ${loss.toFixed(4)} nats per token, perplexity ${perplexity.toFixed(3)}`;
}
