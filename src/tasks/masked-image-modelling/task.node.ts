// Painting of hidden patches by run folders: get ready, measure.
import { loadPictureDataset } from '../../data/index.node.ts';
import { DataError, type PictureDataset, type SenseExample } from '../../data/index.ts';
import type { Picture } from '../../tokens/index.ts';
import { openModel } from '../forward.node.ts';
import type { JobContext } from '../job.ts';
import { limited } from '../limited.ts';
import type { DataRecipe } from '../recipe.ts';
import { scoreLine } from '../reporting.ts';
import { loadOptions, measuredSet, partOf } from '../run-data.node.ts';
import { preprocessorIn } from '../sense-classification/open.node.ts';
import { Originals } from '../sense-classification/originals.ts';
import { pictures } from '../sense-classification/pictures.ts';
import type { EvaluateOptions, Evaluation, Task } from '../task.node.ts';
import { Painter } from './painter.ts';
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

/** Sets to learn from, one or several: `mnist+fashion-mnist`. */
async function picturesOf(
  data: Pick<DataRecipe, 'id' | 'options'>,
  context: JobContext,
): Promise<Pick<PictureDataset, 'splits' | 'checksums' | 'notes'>> {
  const sets = await Promise.all(
    data.id.split('+').map((id) => loadPictureDataset(id, context.folders, loadOptions(data, context))),
  );
  const all = (part: keyof PictureDataset['splits']): SenseExample<Picture>[] =>
    sets.flatMap(({ splits }) => splits[part]);
  return {
    splits: { train: all('train'), validation: all('validation'), test: all('test') },
    checksums: Object.assign({}, ...sets.map(({ checksums }) => checksums)),
    notes: sets.flatMap(({ notes = [] }) => notes),
  };
}

async function evaluate(name: string, context: JobContext, options: EvaluateOptions): Promise<PaintingEvaluation> {
  const { dir, model, parameters } = await openModel(name, context.hub);
  const read = pictures.readerOf(model.config, await preprocessorIn(dir));
  const set = await measuredSet(dir, options.data);
  const { split = 'test' } = options;
  const { splits } = await picturesOf(set, context);
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
  prepare: async (recipe, context) =>
    prepareMaskedImageModelling(recipe, await picturesOf(recipe.data, context), context),
  evaluate,
  report,
};
