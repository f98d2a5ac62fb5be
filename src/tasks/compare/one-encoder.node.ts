// Trains one encoder on several modalities: every row is a run of the common loop.
import { join } from 'node:path';
import { parameterSpecs } from '../../models/index.ts';
import type { ClassificationEvaluation } from '../classification-score.ts';
import { openModel } from '../forward.node.ts';
import { percent } from '../reporting.ts';
import { evaluateRun } from '../tasks.node.ts';
import { tokensOf } from './cell-tokens.node.ts';
import { type CellContext, measuredOnce, trainedCell } from './cells.node.ts';
import {
  countParts,
  encoderShapes,
  type OneEncoderComparison,
  type OneEncoderRecipe,
  type OneEncoderRow,
  withEncoder,
} from './one-encoder.ts';

/** Trains every part below `out` and measures it; what is there already is taken. @throws RangeError where the encoders differ */
export async function compareModalities(
  recipe: OneEncoderRecipe,
  out: string,
  context: CellContext,
): Promise<OneEncoderComparison> {
  const rows: OneEncoderRow[] = [];
  let shapes: string | undefined;
  for (const [modality, part] of Object.entries(recipe.parts)) {
    const own = withEncoder(part, recipe);
    const cell = await trainedCell(own, join(out, own.name), context);
    const { dir, seconds } = cell;
    const measured = await measuredOnce(cell, 'measured', async () => {
      const { evaluation } = await evaluateRun<ClassificationEvaluation>(dir, context);
      const { data, examples, accuracy, interval, labels, baselines } = evaluation;
      const majority = baselines.majority_class ?? Number.NaN;
      const tokens = await tokensOf(own, context);
      return { data, examples, accuracy, interval, labels: labels.length, majority, tokens };
    });
    const { model } = await openModel(dir);
    const specs = parameterSpecs(model);
    const found = JSON.stringify(encoderShapes(specs));
    if (found !== (shapes ??= found))
      throw new RangeError(`compare: expected the same encoder for all parts, got another one (${modality}, ${dir})`);
    context.note(`${modality}: ${percent(measured.accuracy)}, majority ${percent(measured.majority)}`);
    rows.push({
      ...{ modality, class: model.className, ...measured, ...countParts(specs) },
      ...(seconds === undefined ? {} : { seconds }),
    });
  }
  return { recipe, rows };
}
