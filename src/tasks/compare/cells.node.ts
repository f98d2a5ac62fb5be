// The cells of a comparison that trains recipes: each has a run folder, with files of what it cost and what was measured, so that a comparison that was
// interrupted goes on where it was.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson, writeFileAtomic } from '../../checkpoints/index.node.ts';
import type { Recipe } from '../tasks.ts';
import { resumeRun, type TrainOptions, trainRun } from '../train.node.ts';

/** Where cells are trained. */
export type CellContext = Omit<TrainOptions, 'out' | 'events'>;

/** A trained recipe. */
export interface Cell {
  /** The run folder. */
  readonly dir: string;
  /** CPU seconds of training, its evaluations included; absent where it was interrupted. */
  readonly seconds?: number;
  /** The best validation metric, and its step. */
  readonly best: { readonly step: number; readonly value: number } | null;
}

/** The text of a file in the cell's folder: read where it is, else made and written. */
async function remembered<T>(dir: string, file: string, make: () => Promise<T>): Promise<T> {
  const path = join(dir, file);
  if (existsSync(path)) return JSON.parse(await readFile(path, 'utf8')) as T;
  const made = await make();
  await writeFileAtomic(path, `${JSON.stringify(made)}\n`);
  return made;
}

/** Trains a recipe in `dir`; found again when that was done before. @throws RangeError for a folder with the run of another recipe, AbortError */
export async function trainedCell(recipe: Recipe, dir: string, context: CellContext): Promise<Cell> {
  const isNew = !existsSync(join(dir, 'run.json'));
  if (!isNew) await requireSame(recipe, dir);
  const cell = await remembered(dir, 'cell.json', async () => {
    const used = process.cpuUsage();
    const result = await (isNew ? trainRun(recipe, { ...context, out: dir }) : resumeRun(dir, context));
    const { user, system } = process.cpuUsage(used);
    if (result.interrupted)
      throw new DOMException(`compare: interrupted; the same command goes on (${dir})`, 'AbortError');
    return { ...(isNew ? { seconds: (user + system) / 1e6 } : {}), best: result.state.best };
  });
  return { ...cell, dir };
}

/** What is measured of a cell, once; kept in its folder under a name. */
export function measuredOnce<M>(
  { dir }: Pick<Cell, 'dir'>,
  what: 'measured' | 'rivals' | 'facts',
  measure: (dir: string) => Promise<M>,
): Promise<M> {
  return remembered(dir, `${what}.json`, () => measure(dir));
}

async function requireSame(recipe: Recipe, dir: string): Promise<void> {
  const { recipe: found } = await readJson(join(dir, 'run.json'));
  if (JSON.stringify(found) !== JSON.stringify(recipe))
    throw new RangeError(
      `compare: expected no run, or one of the recipe ${recipe.name} with the same settings, got another (${dir})\nGive another folder with --out, or remove this one.`,
    );
}
