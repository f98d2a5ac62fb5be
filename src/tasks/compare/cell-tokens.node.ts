// How many tokens a recipe's model reads for one example.
import type { Model } from '../../models/index.ts';
import { traceForward } from '../forward.ts';
import { tokensIn } from '../objective.ts';
import { prepareJob } from '../tasks.node.ts';
import type { CellContext } from './cells.node.ts';
import type { ClassifyingRecipe } from './one-encoder.ts';

/** Batches that lengths of texts are taken from. */
const BATCHES = 20;

/** Places of the states of the first layer; undefined where the input decides. */
export function fixedTokens(model: Model): number | undefined {
  const inputs = Object.keys(model.inputs).filter((name) => /^(input_ids|pixel_values|input_values)$/.test(name));
  const count = traceForward(model, inputs).states['hidden_states.0']?.shape.at(-2);
  return typeof count === 'number' ? count : undefined;
}

/** Tokens of an example, special ones included; where examples differ, the average over some training batches. */
export async function tokensOf(recipe: ClassifyingRecipe, context: CellContext): Promise<number> {
  const job = await prepareJob(recipe, { ...context, note: () => undefined });
  try {
    const fixed = fixedTokens(job.model);
    if (fixed !== undefined) return fixed;
    let [tokens, rows] = [0, 0];
    for (let step = 1; step <= BATCHES; step++)
      for (const batch of await job.batchesAt(step)) {
        tokens += tokensIn(batch);
        rows += batch.labels?.shape[0] ?? 0;
      }
    return tokens / rows;
  } finally {
    await job.release();
  }
}
