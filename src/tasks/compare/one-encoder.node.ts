// Trains one encoder on several modalities: every row is a run of the common loop for each seed.
import { join } from 'node:path';
import { DataError } from '../../data/index.ts';
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
import { type FoldScore, scoredVariant } from './variants.ts';

/** What the data of a part are, whatever the seed. */
type Facts = Pick<OneEncoderRow, 'data' | 'labels' | 'majority' | 'tokens'>;

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
    const answers: (readonly number[])[] = [];
    for (const seed of recipe.seeds) {
      const own = withEncoder(part, recipe, seed);
      const cell = await trainedCell(own, join(out, `${own.name}-${seed}`), context);
      const { right } = await measuredOnce(cell, 'measured', async (dir) => ({
        right: (await answersOf[own.task](dir, context)).test,
      }));
      cells.push(cell);
      answers.push(right);
    }
    const first = cells[0] as Cell;
    const facts = await measuredOnce(first, 'facts', (dir) => factsOf(part, dir, context));
    const { model } = await openModel(first.dir);
    const specs = parameterSpecs(model);
    const found = JSON.stringify(encoderShapes(specs));
    if (found !== (shapes ??= found))
      throw new RangeError(
        `compare: expected the same encoder for all parts, got another one (${modality}, ${first.dir})`,
      );
    const { accuracy, interval, folds } = scoredVariant([modality], [answers]);
    const { examples, accuracies } = folds[0] as FoldScore;
    context.note(`${modality}: ${percent(accuracy)}, majority ${percent(facts.majority)}`);
    const seconds = cells.map((cell) => cell.seconds).filter((one) => one !== undefined);
    rows.push({
      ...{ modality, class: model.className, ...facts, ...countParts(specs), examples },
      ...{ accuracies, accuracy, interval },
      ...(seconds.length === cells.length ? { seconds: seconds.reduce((a, b) => a + b, 0) / seconds.length } : {}),
    });
  }
  return { recipe, rows };
}

async function factsOf(recipe: ClassifyingRecipe, dir: string, context: CellContext): Promise<Facts> {
  const { evaluation } = await evaluateRun<ClassificationEvaluation>(dir, context);
  const { data, labels, baselines } = evaluation;
  const majority = baselines.majority_class ?? Number.NaN;
  return { data, labels: labels.length, majority, tokens: await tokensOf(recipe, context) };
}
