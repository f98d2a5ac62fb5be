// Trains the variants of a recipe on all folds with all seeds: every cell is a run of the common loop.
import { join } from 'node:path';
import { parameterSpecs } from '../../models/index.ts';
import { countParameters } from '../../nn/index.ts';
import type { ClassificationEvaluation } from '../classification-score.ts';
import { openModel } from '../forward.node.ts';
import { labelsOf } from '../labels.ts';
import { percent } from '../reporting.ts';
import { evaluateRun } from '../tasks.node.ts';
import { answersOf } from './answers.node.ts';
import { tokensOf } from './cell-tokens.node.ts';
import { type Cell, type CellContext, measuredOnce, trainedCell } from './cells.node.ts';
import {
  type Fold,
  type FoldAnswers,
  foldName,
  meanRivals,
  type RightAnswers,
  type RivalRow,
  requireVariants,
  scoredVariant,
  testsOf,
  type VariantRow,
  type VariantsComparison,
  type VariantsRecipe,
  variantRecipe,
} from './variants.ts';

/** What the model of a variant is. */
interface VariantFacts {
  readonly tokens: number;
  readonly parameters: number;
  readonly labels: number;
}

/** What is kept of a cell. */
type Measured = VariantFacts & { readonly right: RightAnswers };

interface Setup {
  readonly recipe: VariantsRecipe;
  readonly out: string;
  readonly context: CellContext;
}

/** Right answers of one variant on one split. */
interface Answered extends VariantFacts {
  /** `[fold][seed]`. */
  readonly answers: readonly (readonly RightAnswers[])[];
  /** Cells of the first seed, by fold. */
  readonly cells: readonly Cell[];
}

/** Trains everything below `out` and measures it; what is there already is taken. @throws DataError for an empty comparison, AbortError */
export async function compareVariants(
  recipe: VariantsRecipe,
  out: string,
  context: CellContext,
): Promise<VariantsComparison> {
  requireVariants(recipe);
  const setup: Setup = { recipe, out, context };
  const rows: VariantRow[] = [];
  const rivals: RivalRow[] = [];
  let chance = Number.NaN;
  for (const [split, folds] of Object.entries(recipe.splits)) {
    let first: Answered | undefined;
    for (const variant of Object.keys(recipe.variants)) {
      const own = await answered(variant, split, folds, setup);
      rows.push(...rowsOf({ variant, split }, folds.map(foldName), own, first));
      for (const { test, accuracy } of rows.filter((row) => row.variant === variant && row.split === split))
        context.note(`${variant}, ${split}, ${test}: ${percent(accuracy)}`);
      chance = 1 / own.labels;
      first ??= own;
    }
    rivals.push(...(await rivalsOf(split, first?.cells ?? [], context)));
  }
  return { recipe, chance, rows, rivals };
}

async function answered(
  variant: string,
  split: string,
  folds: readonly Fold[],
  { recipe, out, context }: Setup,
): Promise<Answered> {
  const [answers, cells]: [RightAnswers[][], Cell[]] = [[], []];
  let facts: VariantFacts = { tokens: Number.NaN, parameters: 0, labels: 0 };
  for (const fold of folds) {
    const bySeed: RightAnswers[] = [];
    for (const seed of recipe.seeds) {
      const own = variantRecipe(recipe, { variant, fold, seed });
      const folder = `${variant}, ${split}, ${foldName(fold)}, ${seed}`.replace(/[^\w.]+/g, '-');
      const cell = await trainedCell(own, join(out, folder), context);
      const { right, ...found } = await measuredOnce(cell, 'measured', async (dir): Promise<Measured> => {
        const { model } = await openModel(dir);
        const [parameters, labels] = [countParameters(parameterSpecs(model)), labelsOf(model).length];
        const tokens = await tokensOf(own, context);
        return { tokens, parameters, labels, right: await answersOf[own.task](dir, context) };
      });
      if (bySeed.length === 0) cells.push(cell);
      bySeed.push(right);
      facts = found;
    }
    answers.push(bySeed);
  }
  return { ...facts, answers, cells };
}

/** A row for each test. */
function rowsOf(
  where: Pick<VariantRow, 'variant' | 'split'>,
  names: readonly string[],
  { tokens, parameters, answers }: Answered,
  first: Answered | undefined,
): VariantRow[] {
  const of = (some: Answered['answers'], test: string): FoldAnswers =>
    some.map((seeds) => seeds.map((right) => right[test] as readonly number[]));
  return testsOf(answers.flat()).map((test) => ({
    ...{ ...where, test, tokens, parameters },
    ...scoredVariant(names, of(answers, test), first && of(first.answers, test)),
  }));
}

/** An evaluation with the tests on what is unlike the training, where a set has them. */
type WithMoreTests = ClassificationEvaluation & {
  readonly more_tests?: Readonly<Record<string, ClassificationEvaluation>>;
};

async function rivalsOf(split: string, cells: readonly Cell[], context: CellContext): Promise<RivalRow[]> {
  const folds: Record<string, Readonly<Record<string, number>>>[] = [];
  for (const cell of cells)
    folds.push(
      await measuredOnce(cell, 'rivals', async (dir) => {
        const { evaluation } = await evaluateRun<WithMoreTests>(dir, context);
        const { baselines, more_tests = {} } = evaluation;
        const more = Object.entries(more_tests).map(([test, own]) => [test, own.baselines] as const);
        return { test: baselines, ...Object.fromEntries(more) };
      }),
    );
  const tests = [...new Set(folds.flatMap(Object.keys))];
  return tests.flatMap((test) =>
    meanRivals(
      { split, test },
      folds.map((fold) => fold[test] ?? {}),
    ),
  );
}
