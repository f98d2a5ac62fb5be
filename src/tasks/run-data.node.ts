// The data of a run: what its recipe says of it, and the part that is measured on.
import type { LoadOptions } from '../data/index.node.ts';
import { DataError } from '../data/index.ts';
import { readRunInfo } from '../train/index.node.ts';
import type { JobContext } from './job.ts';
import type { DataRecipe, RecipeBase } from './recipe.ts';

/** The recipe that a run folder was made by. @throws CheckpointError when there is none */
export async function recipeOf<R extends RecipeBase>(dir: string): Promise<R> {
  return (await readRunInfo(dir)).recipe as unknown as R;
}

/** The set to measure on: another one that is asked for, or the run's own with its options. */
export async function measuredSet(dir: string, asked: string | undefined): Promise<Pick<DataRecipe, 'id' | 'options'>> {
  return asked === undefined ? (await recipeOf(dir)).data : { id: asked };
}

/** What rivals may learn from: all of another set that is asked for, of the run's own what the run learnt from, drawn as it draws. */
export async function learntFrom<E>(
  dir: string,
  asked: string | undefined,
  train: readonly E[],
  draw: (examples: readonly E[], limit: number, seed: number) => readonly E[],
): Promise<readonly E[]> {
  if (asked !== undefined) return train;
  const { data, seed } = await recipeOf(dir);
  return draw(train, data.limit ?? 0, seed);
}

/** What loaders take besides the id. */
export function loadOptions(
  { options = {} }: Pick<DataRecipe, 'options'>,
  context: Pick<JobContext, 'data'>,
): LoadOptions {
  return { options, access: context.data ?? {} };
}

/** One part of a set. @throws DataError for a part that it does not have, listing those it has */
export function partOf<E>(splits: Readonly<Record<string, readonly E[]>>, split: string): readonly E[] {
  const examples = Object.hasOwn(splits, split) ? splits[split] : undefined;
  if (examples) return examples;
  throw new DataError(`evaluate: expected a split among ${Object.keys(splits).join(', ')}, got '${split}'`);
}
