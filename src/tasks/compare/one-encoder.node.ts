// Trains one encoder on several modalities: every row is a run of the common loop for each seed.
import { join } from 'node:path';
import { bootstrapCrossed, DataError } from '../../data/index.ts';
import { parameterSpecs } from '../../models/index.ts';
import type { ClassificationEvaluation } from '../classification-score.ts';
import { openModel } from '../forward.node.ts';
import { percent } from '../reporting.ts';
import { evaluateRun } from '../tasks.node.ts';
import { answersOf } from './answers.node.ts';
import { tokensOf } from './cell-tokens.node.ts';
import { type Cell, type CellContext, measuredOnce, trainedCell } from './cells.node.ts';
import {
  type ClassifyingRecipe,
  countParts,
  encoderShapes,
  type OneEncoderComparison,
  type OneEncoderRecipe,
  type OneEncoderRow,
  withEncoder,
} from './one-encoder.ts';

/** What is kept of a cell: which test examples it gets right, and what its data are. */
interface Measured extends Pick<OneEncoderRow, 'data' | 'tokens' | 'majority'> {
  readonly labels: number;
  readonly right: readonly number[];
}

/** Trains every part with every seed below `out` and measures it; what is there already is taken. @throws RangeError where the encoders differ, DataError without seeds */
export async function compareModalities(
  recipe: OneEncoderRecipe,
  out: string,
  context: CellContext,
): Promise<OneEncoderComparison> {
  if (recipe.seeds.length === 0) throw new DataError('compare: expected at least one seed, got none');
  const rows: OneEncoderRow[] = [];
  let shapes: string | undefined;
  for (const [modality, part] of Object.entries(recipe.parts)) {
    const cells: Cell[] = [];
    const found: Measured[] = [];
    for (const seed of recipe.seeds) {
      const own = withEncoder(part, recipe, seed);
      const cell = await trainedCell(own, join(out, `${own.name}-${seed}`), context);
      cells.push(cell);
      found.push(await measuredOnce(cell, 'measured', (dir) => measured(own, dir, context)));
    }
    const [{ dir }, { right, ...facts }] = [cells[0] as Cell, found[0] as Measured];
    const { model } = await openModel(dir);
    const specs = parameterSpecs(model);
    const own = JSON.stringify(encoderShapes(specs));
    if (own !== (shapes ??= own))
      throw new RangeError(`compare: expected the same encoder for all parts, got another one (${modality}, ${dir})`);
    const answers = found.map((one) => one.right);
    const accuracies = answers.map(mean);
    const accuracy = mean(accuracies);
    context.note(`${modality}: ${percent(accuracy)}, majority ${percent(facts.majority)}`);
    rows.push({
      ...{ modality, class: model.className, ...facts, ...countParts(specs), examples: right.length },
      ...{ accuracies, accuracy, interval: bootstrapCrossed(answers) },
      ...(cells.every(({ seconds }) => seconds !== undefined)
        ? { seconds: mean(cells.map(({ seconds = 0 }) => seconds)) }
        : {}),
    });
  }
  return { recipe, rows };
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

async function measured(recipe: ClassifyingRecipe, dir: string, context: CellContext): Promise<Measured> {
  const { evaluation } = await evaluateRun<ClassificationEvaluation>(dir, context);
  const { data, labels, baselines } = evaluation;
  const majority = baselines.majority_class ?? Number.NaN;
  const { test } = await answersOf[recipe.task](dir, context);
  return { data, labels: labels.length, majority, tokens: await tokensOf(recipe, context), right: test };
}
