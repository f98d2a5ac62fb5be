// Pre-training on DNA in run folders: get ready, measure beside counting.
import type { NdArray } from '../../array/index.ts';
import { loadSequenceDataset } from '../../data/index.node.ts';
import { DataError, type SequenceDataset } from '../../data/index.ts';
import { loadTokenizer } from '../../tokens/index.node.ts';
import { meanLoss } from '../corpus-job.ts';
import { SPELLING_FILE, spellingIn } from '../dna-classification/spelling.node.ts';
import { openModel } from '../forward.node.ts';
import type { JobContext } from '../job.ts';
import { limited } from '../limited.ts';
import { scoreLine, tellNotes } from '../reporting.ts';
import { learntFrom, loadOptions, measuredSet, partOf } from '../run-data.node.ts';
import { ModelRunner } from '../runner.ts';
import type { EvaluateOptions, Evaluation, Task } from '../task.node.ts';
import { longestText } from '../windows.ts';
import { heldWindows, prepareMaskedDna } from './prepare.ts';
import type { MaskedDnaModellingRecipe } from './recipe.ts';
import { type AskedRow, maskingRivals } from './rivals.ts';
import { type Cutting, maskedWindows, scoredInputs } from './windows.ts';

/** Prediction of hidden tokens, in nats a token. */
export interface MaskedDnaEvaluation extends Evaluation {
  readonly loss: number;
  readonly perplexity: number;
  /** The same of cheap rivals on the same hidden tokens. */
  readonly baselines: Readonly<Record<string, number>>;
}

const basesOf = (examples: SequenceDataset['splits']['train']): Promise<string[]> =>
  Promise.all(examples.map(({ load }) => load()));

/** Rows of a batch without `[CLS]`, `[SEP]` and filling, as they were before something was hidden. */
function askedRows(rows: readonly (readonly number[])[], labels: NdArray): AskedRow[] {
  const width = labels.shape[1] as number;
  return rows.map((row, r) => ({
    ids: row.slice(1, -1),
    labels: row.slice(1, -1).map((_, t) => Number(labels.data[r * width + t + 1])),
  }));
}

async function evaluate(
  name: string,
  context: JobContext,
  { data, split = 'test' }: EvaluateOptions,
): Promise<MaskedDnaEvaluation> {
  const { dir, model, parameters } = await openModel(name, context.hub);
  const set = await measuredSet(dir, data);
  const { splits } = await loadSequenceDataset(set.id, context.folders, loadOptions(set, context));
  const tokenizer = await loadTokenizer(dir);
  const cutting: Cutting = {
    tokenizer,
    spelling: await spellingIn(dir, tokenizer),
    length: longestText(model, tokenizer),
  };
  const rows = heldWindows(await basesOf(partOf(splits, split)), cutting);
  if (rows.length === 0) throw new DataError(`evaluate: expected sequences, got none (${set.id}, ${split})`);
  const runner = await ModelRunner.create(model, { ...context, inputs: scoredInputs, want: ['loss'] });
  const batchOf = (some: readonly number[][]) => maskedWindows(some, cutting, { seed: 0, step: 0 });
  const asked: AskedRow[] = [];
  try {
    const scores = await meanLoss(runner, parameters, rows, (some) => {
      const batch = batchOf(some);
      asked.push(...askedRows(some, batch.labels as NdArray));
      return batch;
    });
    const { loss, perplexity } = scores as { loss: number; perplexity: number };
    const known = heldWindows(await basesOf(await learntFrom(dir, data, splits.train, limited)), cutting);
    const baselines = maskingRivals(
      known.map((row) => row.slice(1, -1)),
      asked,
      cutting,
    );
    return { data: set.id, split, examples: rows.length, loss, perplexity, baselines };
  } finally {
    await runner.release();
  }
}

/** The evaluation for people. */
function report({ data, split, examples, loss, baselines }: MaskedDnaEvaluation): string {
  const lines = Object.entries({ Transformer: loss, ...baselines }).map(([who, value]) =>
    scoreLine(who, value.toFixed(4)),
  );
  return [`${data}, ${split}: ${examples} windows, nats per hidden token`, ...lines].join('\n');
}

/** Hidden tokens of DNA: pre-training of its encoders. */
export const maskedDnaModelling: Task<MaskedDnaModellingRecipe, MaskedDnaEvaluation> = {
  prepare: async (recipe, context) => {
    const { data, seed } = recipe;
    const dataset = await loadSequenceDataset(data.id, context.folders, loadOptions(data, context));
    tellNotes(dataset, context);
    const pieces = {
      train: await basesOf(limited(dataset.splits.train, data.limit, seed)),
      validation: await basesOf(dataset.splits.validation),
      checksums: dataset.checksums,
    };
    return prepareMaskedDna(recipe, pieces, context, SPELLING_FILE);
  },
  evaluate,
  report,
};
