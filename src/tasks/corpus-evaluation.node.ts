// How well a run predicts the tokens of a text that it was not trained on.
import { loadPlainText } from '../data/index.node.ts';
import { DataError } from '../data/index.ts';
import { loadTokenizer } from '../tokens/index.node.ts';
import { readRunInfo } from '../train/index.node.ts';
import { type CorpusSetup, type CorpusText, cutCorpus, meanLoss, validationRows } from './corpus-job.ts';
import { ownLength } from './encode-texts.ts';
import { openModel } from './forward.node.ts';
import type { JobContext } from './job.ts';
import type { RecipeBase } from './recipe.ts';
import { ModelRunner } from './runner.ts';
import type { EvaluateOptions, Evaluation } from './task.node.ts';

/** Prediction of tokens, in nats per token. */
export interface CorpusEvaluation extends Evaluation {
  readonly loss: number;
  readonly perplexity: number;
}

/** What the task adds: the text of its recipe, and the arrays of some windows. */
export interface CorpusMeasure<R extends RecipeBase> {
  readonly corpusOf: (recipe: R, context: JobContext) => Promise<CorpusText>;
  readonly batchOf: CorpusSetup['batchOf'];
}

/** Measures a run on the held-out tenth of its text, or on all of another text (`data`: a catalogue id or a file). */
export async function evaluateCorpus<R extends RecipeBase>(
  name: string,
  context: JobContext,
  { data }: EvaluateOptions,
  { corpusOf, batchOf }: CorpusMeasure<R>,
): Promise<CorpusEvaluation> {
  const { dir, model, parameters } = await openModel(name, context.hub);
  const tokenizer = await loadTokenizer(dir);
  const text =
    data === undefined
      ? cutCorpus((await corpusOf((await readRunInfo(dir)).recipe as unknown as R, context)).text)[1]
      : (await loadPlainText(data, context.folders, context.data)).text;
  const { ids } = tokenizer.encode(text, { addSpecialTokens: false, special: 'text', ...ownLength });
  const rows = validationRows(ids, model.maxLength ?? 512);
  if (rows.length === 0)
    throw new DataError(
      `evaluate: expected at least ${model.maxLength ?? 512} tokens, got ${ids.length} (${data ?? dir})`,
    );
  const runner = await ModelRunner.create(model, { ...context, inputs: ['input_ids', 'labels'], want: ['loss'] });
  try {
    const scores = await meanLoss(runner, parameters, rows, (some) => batchOf(some, tokenizer, 0));
    const { loss, perplexity } = scores as { loss: number; perplexity: number };
    const run = data ?? String(((await readRunInfo(dir)).recipe as unknown as R).data.id);
    return { data: run, split: data === undefined ? 'validation' : 'all', examples: rows.length, loss, perplexity };
  } finally {
    await runner.release();
  }
}

/** The evaluation for people. */
export function reportCorpus({ data, split, examples, loss, perplexity }: CorpusEvaluation): string {
  return `${data}, ${split}: ${examples} windows\n  loss ${loss.toFixed(4)} nats per token, perplexity ${perplexity.toFixed(3)}`;
}
