// What is trained: a model's own loss, and how much of it a batch holds.
import type { NamedArrays } from '../array/index.ts';
import type { Model } from '../models/index.ts';
import type { Objective } from '../train/index.ts';

/** A model's own loss on the named inputs. */
export function objectiveOf(model: Model, names: readonly string[], smoothing = 0): Objective {
  return {
    inputs: Object.fromEntries(names.map((name) => [name, model.inputs[name] as Model['inputs'][string]])),
    loss: (module, inputs) => {
      const { loss } = model.forward(module, inputs, { smoothing }).values;
      if (!loss)
        throw new RangeError(`objectiveOf: expected ${model.className} to give a loss for ${names.join(', ')}`);
      return loss;
    },
  };
}

/** Real tokens of a batch. */
export function tokensIn(batch: NamedArrays): number {
  const mask = batch.attention_mask ?? batch.input_ids;
  if (!mask) return 0;
  return batch.attention_mask
    ? Number((mask.data as BigInt64Array).reduce((sum, one) => sum + one, 0n))
    : mask.data.length;
}
