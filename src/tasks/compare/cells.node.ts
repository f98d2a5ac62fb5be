// The cells of a comparison that trains recipes: each has a run folder, and a file with what was measured, so that a comparison that was
// interrupted goes on where it was.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, writeFileAtomic } from '../../checkpoints/index.node.ts';
import type { Recipe } from '../tasks.ts';
import { resumeRun, type TrainOptions, type TrainResult, trainRun } from '../train.node.ts';

/** Where cells are trained. */
export type CellContext = Omit<TrainOptions, 'out' | 'events'>;

/** A trained recipe and what was measured of it. */
export interface Cell<M> {
  /** The run folder. */
  readonly dir: string;
  /** CPU seconds of training, its evaluations included; absent where it was interrupted. */
  readonly seconds?: number;
  /** The best validation metric, and its step. */
  readonly best: { readonly step: number; readonly value: number } | null;
  readonly measured: M;
}

const FILE = 'cell.json';

/** Trains a recipe in `dir` and measures the run; found again when both were done before. @throws RangeError for a folder with the run of another recipe, AbortError */
export async function trainedCell<M>(
  recipe: Recipe,
  dir: string,
  context: CellContext,
  measure: (dir: string) => Promise<M>,
): Promise<Cell<M>> {
  if (existsSync(join(dir, 'run.json'))) await requireSame(recipe, dir);
  const known = await readJson(join(dir, FILE)).catch(() => undefined);
  if (known) return { ...(known as unknown as Omit<Cell<M>, 'dir'>), dir };
  const used = process.cpuUsage();
  const isNew = !existsSync(join(dir, 'run.json'));
  const result: TrainResult = await (isNew ? trainRun(recipe, { ...context, out: dir }) : resumeRun(dir, context));
  const { user, system } = process.cpuUsage(used);
  if (result.interrupted)
    throw new DOMException(`compare: interrupted; the same command goes on (${dir})`, 'AbortError');
  const cell = {
    ...(isNew ? { seconds: (user + system) / 1e6 } : {}),
    best: result.state.best,
    measured: await measure(dir),
  };
  await writeFileAtomic(join(dir, FILE), `${JSON.stringify(cell)}\n`);
  return { ...cell, dir };
}

async function requireSame(recipe: Recipe, dir: string): Promise<void> {
  const { recipe: found } = await readJson(join(dir, 'run.json'));
  if (JSON.stringify(found) !== JSON.stringify(recipe))
    throw new RangeError(
      `compare: expected no run, or one of the recipe ${recipe.name} with the same settings, got another (${dir})\nGive another folder with --out, or remove this one.`,
    );
}
