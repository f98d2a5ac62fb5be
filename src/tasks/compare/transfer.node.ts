// Runs the comparison of pre-trained encoders with encoders from nothing: every cell is a run of the common loop.
import { join } from 'node:path';
import { DataError } from '../../data/index.ts';
import type { ClassificationEvaluation } from '../classification-score.ts';
import { percent } from '../reporting.ts';
import { evaluateRun } from '../tasks.node.ts';
import { answersOf } from './answers.node.ts';
import { type Cell, type CellContext, measuredOnce, trainedCell } from './cells.node.ts';
import { spreadOf } from './quality.ts';
import {
  gainOver,
  NOTHING,
  type TransferCell,
  type TransferComparison,
  type TransferRecipe,
  type TransferWay,
} from './transfer.ts';

/** One fine-tuning, apart from its seed and rate. */
interface Place {
  readonly target: string;
  readonly start: string;
  readonly way: keyof TransferRecipe['ways'];
}

interface Setup {
  readonly recipe: TransferRecipe;
  readonly out: string;
  /** Run folders of the pre-trainings, by name; '' for nothing. */
  readonly starts: Readonly<Record<string, string>>;
  readonly context: CellContext;
}

/** Trains everything below `out` and measures it; what is there already is taken. @throws RangeError for less than two seeds */
export async function compareTransfer(
  recipe: TransferRecipe,
  out: string,
  context: CellContext,
): Promise<TransferComparison> {
  spreadOf(recipe.seeds);
  const starts: Record<string, string> = { [NOTHING]: '' };
  for (const [name, pretrain] of Object.entries(recipe.pretrain)) {
    const dir = join(out, pretrain.name);
    await trainedCell(pretrain, dir, context);
    starts[name] = dir;
  }
  const setup: Setup = { recipe, out, starts, context };
  const cells: TransferCell[] = [];
  const baselines: Record<string, Record<string, number>> = {};
  for (const target of Object.keys(recipe.targets)) {
    const { own, rivals } = await compareOn(target, setup);
    cells.push(...own);
    baselines[target] = rivals;
  }
  return { recipe, cells, baselines };
}

const waysOf = ({ ways }: TransferRecipe): Place['way'][] => (ways.frozen ? ['full', 'frozen'] : ['full']);

interface Tuned {
  readonly rate: number;
  /** Right answers by seed and test example. */
  readonly right: readonly (readonly number[])[];
  readonly dirs: readonly string[];
}

async function compareOn(
  target: string,
  setup: Setup,
): Promise<{ readonly own: TransferCell[]; readonly rivals: Record<string, number> }> {
  const { recipe, starts, context } = setup;
  const reference = await tuned({ target, start: NOTHING, way: 'full' }, setup);
  const own: TransferCell[] = [];
  for (const start of Object.keys(starts))
    for (const way of waysOf(recipe)) {
      const { rate, right } =
        start === NOTHING && way === 'full' ? reference : await tuned({ target, start, way }, setup);
      const cell = { target, start, way, learning_rate: rate, ...gainOver(right, reference.right) };
      context.note(`${target}, from ${start}, ${way}: ${percent(cell.accuracy)}`);
      own.push(cell);
    }
  const rivals: Record<string, number> = {};
  for (const dir of reference.dirs) {
    const scores = await measuredOnce({ dir }, 'rivals', async () => {
      const { evaluation } = await evaluateRun<ClassificationEvaluation>(dir, context);
      return evaluation.baselines;
    });
    for (const [name, score] of Object.entries(scores))
      rivals[name] = (rivals[name] ?? 0) + score / recipe.seeds.length;
  }
  return { own, rivals };
}

/** Tries the rates with the first seed, and trains the best one with all. */
async function tuned(place: Place, setup: Setup): Promise<Tuned> {
  const { recipe } = setup;
  const { learningRates } = recipe.ways[place.way] as TransferWay;
  const first = recipe.seeds[0] as number;
  const tried: { rate: number; value: number }[] = [];
  for (const rate of learningRates) {
    const { best } = await finetuned(place, rate, first, setup);
    tried.push({ rate, value: best?.value ?? 0 });
  }
  const [start] = tried;
  if (!start) throw new DataError(`compare: expected learning rates, got none (ways.${place.way})`);
  const { rate } = tried.reduce((better, one) => (one.value > better.value ? one : better), start);
  const [right, dirs]: [(readonly number[])[], string[]] = [[], []];
  for (const seed of recipe.seeds) {
    const cell = await finetuned(place, rate, seed, setup);
    const answers = async (dir: string) => (await answersOf[recipe.finetune.task](dir, setup.context)).test;
    right.push(await measuredOnce(cell, 'measured', answers));
    dirs.push(cell.dir);
  }
  return { rate, right, dirs };
}

function finetuned(place: Place, rate: number, seed: number, setup: Setup): Promise<Cell> {
  const { recipe, out, starts, context } = setup;
  const { target, start, way } = place;
  const { frozen } = recipe.ways[way] as TransferWay;
  const cell: TransferRecipe['finetune'] = {
    ...recipe.finetune,
    seed,
    data: recipe.targets[target] as TransferRecipe['targets'][string],
    startFrom: starts[start] as string,
    train: { ...recipe.finetune.train, learningRate: rate, frozen },
  };
  const folder = `${target}, ${start}, ${way}, ${rate}, ${seed}`.replace(/[^\w.]+/g, '-');
  return trainedCell(cell, join(out, folder), context);
}
