// What a run says of broken originals, for whatever it is measured on.
import { readRunInfo } from '../../train/index.node.ts';
import { recipeOf } from '../run-data.node.ts';
import type { OriginalsRecipe } from './whole.ts';

/** The choice of a run folder; none for other models. */
async function brokenOf(dir: string): Promise<Pick<OriginalsRecipe, 'broken'>> {
  const recipe = await readRunInfo(dir).then(
    (run) => run.recipe as { readonly data?: OriginalsRecipe },
    () => undefined,
  );
  const broken = recipe?.data?.broken;
  return broken === undefined ? {} : { broken };
}

/** The set to measure a run folder on, as `measuredSet`, with the run's choice. */
export async function measuredOriginals(
  dir: string,
  asked: string | undefined,
): Promise<Pick<OriginalsRecipe, 'id' | 'options' | 'broken'>> {
  return asked === undefined ? (await recipeOf(dir)).data : { id: asked, ...(await brokenOf(dir)) };
}
