// Multiple choice: several texts for each example, run as one batch.
import { multiplyDims, reshape, type Tensor } from '../graph/index.ts';
import type { Inputs } from './architecture.ts';

/** The axes of a text's ids, and of the ids of an example's choices. */
export const textShapes = { one: ['batch', 'tokens'], choices: ['batch', 'choices', 'tokens'] } as const;

/** Every input `[B, C, T]` as `[B·C, T]`; others as they are. */
export function flattenChoices(inputs: Inputs): Inputs {
  const flat = (x: Tensor): Tensor => {
    const [batch, choices, length] = x.shape as [string, string, string];
    return reshape(x, [multiplyDims(batch, choices), length]);
  };
  return Object.fromEntries(
    Object.entries(inputs).map(([name, x]) => [name, x && x.shape.length === 3 ? flat(x) : x] as const),
  );
}

/** Scores `[B·C, 1]` as `[B, C]`, as many choices as `ids` `[B, C, T]` has. */
export function perChoice(scores: Tensor, ids: Tensor): Tensor {
  return reshape(scores, ids.shape.slice(0, 2));
}
