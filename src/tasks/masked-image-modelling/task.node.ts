// Painting of hidden patches by run folders: get ready, measure.
import { DataError } from '../../data/index.ts';
import { aheadOf } from '../ahead.node.ts';
import { openModel } from '../forward.node.ts';
import type { JobContext } from '../job.ts';
import { limited } from '../limited.ts';
import { scoreLine } from '../reporting.ts';
import { partOf } from '../run-data.node.ts';
import { measuredOriginals } from '../sense-classification/broken.node.ts';
import { preprocessorIn } from '../sense-classification/open.node.ts';
import { Originals } from '../sense-classification/originals.ts';
import { pictures } from '../sense-classification/pictures.ts';
import type { EvaluateOptions, Evaluation, Task } from '../task.node.ts';
import { Painter } from './painter.ts';
import { maskedBatchSource, picturesOf } from './pictures.node.ts';
import { prepareMaskedImageModelling } from './prepare.ts';
import type { MaskedImageModellingRecipe } from './recipe.ts';
import { meanPatches, patchShapeOf, patchTargets, squaredError } from './targets.ts';

/** How well hidden patches are painted: mean squared errors over them. */
export interface PaintingEvaluation extends Evaluation {
  readonly loss: number;
  /** Cheap rivals on the same hidden patches. */
  readonly baselines: Readonly<Record<string, number>>;
}

/** Training pictures that the mean picture is taken of. */
const SAMPLE = 2000;

async function evaluate(name: string, context: JobContext, options: EvaluateOptions): Promise<PaintingEvaluation> {
  const { dir, model, parameters } = await openModel(name, context.hub);
  const read = pictures.readerOf(model.config, await preprocessorIn(dir));
  const set = await measuredOriginals(dir, options.data);
  const { split = 'test' } = options;
  const { splits } = (await picturesOf(set, context)).dataset;
  const examples = partOf(splits, split);
  if (examples.length === 0) throw new DataError(`evaluate: expected pictures, got none (${set.id}, ${split})`);
  const shape = patchShapeOf(model);
  const known = limited(splits.train, SAMPLE, 0);
  const sample = await new Originals(known, read, 0).rows([...known.keys()]);
  const average = meanPatches(sample, shape);
  const painter = await Painter.create(model, context);
  const [rows, own, mean, flat]: [number[], number[], number[], number[]] = [[], [], [], []];
  try {
    for await (const { pixels, mask, loss } of painter.paint(parameters, new Originals(examples, read, 0))) {
      const targets = patchTargets(pixels, shape);
      rows.push(mask.shape[0] as number);
      own.push(loss);
      mean.push(squaredError(targets, mask, average));
      flat.push(squaredError(targets, mask, undefined));
    }
  } finally {
    await painter.release();
  }
  const over = (values: readonly number[]): number =>
    values.reduce((sum, value, i) => sum + value * (rows[i] as number), 0) / examples.length;
  return {
    ...{ data: set.id, split, examples: examples.length, loss: over(own) },
    baselines: { [`mean_of_${known.length}_pictures`]: over(mean), nothing: over(flat) },
  };
}

/** The evaluation for people. */
function report({ data, split, examples, loss, baselines }: PaintingEvaluation): string {
  const lines = Object.entries({ Transformer: loss, ...baselines }).map(([who, value]) =>
    scoreLine(who, value.toFixed(4)),
  );
  return [`${data}, ${split}: ${examples} pictures, mean squared error of hidden patches`, ...lines].join('\n');
}

/** Hidden patches painted: pre-training of picture encoders. */
export const maskedImageModelling: Task<MaskedImageModellingRecipe, PaintingEvaluation> = {
  prepare: async (recipe, context) => {
    const { dataset, leftOut } = await picturesOf(recipe.data, context);
    const job = await prepareMaskedImageModelling(recipe, dataset, context);
    return aheadOf(job, maskedBatchSource(recipe, job, context, leftOut), recipe.train, context);
  },
  evaluate,
  report,
};
