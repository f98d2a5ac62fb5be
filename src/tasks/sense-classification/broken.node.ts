// What a run says of broken originals, for whatever it is measured on.
import { readRunInfo } from '../../train/index.node.ts';
import type { OriginalsRecipe } from './whole.ts';

/** The choice of a run folder; none for other models. */
export async function brokenOf(dir: string): Promise<Pick<OriginalsRecipe, 'broken'>> {
  const recipe = await readRunInfo(dir).then(
    (run) => run.recipe as { readonly data?: OriginalsRecipe },
    () => undefined,
  );
  const broken = recipe?.data?.broken;
  return broken === undefined ? {} : { broken };
}
