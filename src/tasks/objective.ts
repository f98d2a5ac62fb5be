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
    weightOf: (batch) => countedLabels(batch, SHIFTING.test(model.className) ? 1 : 0),
  };
}

/** Models whose labels are their own input: the first of each row is not predicted. */
const SHIFTING = /(LMHeadModel|ForCausalLM)$/;

/** How many labels a batch's mean loss is over: one a row, or all that are not −100 from `first` on. */
function countedLabels({ labels }: NamedArrays, first: number): number {
  if (!labels) return 1;
  const [rows = 1, tokens] = labels.shape;
  if (tokens === undefined || labels.dtype !== 'int64') return rows;
  return (labels.data as BigInt64Array).reduce(
    (sum, label, i) => sum + (label !== -100n && i % tokens >= first ? 1 : 0),
    0,
  );
}

/** Real tokens of a batch. */
export function tokensIn(batch: NamedArrays): number {
  const mask = batch.attention_mask ?? batch.input_ids;
  if (!mask) return 0;
  return batch.attention_mask
    ? Number((mask.data as BigInt64Array).reduce((sum, one) => sum + one, 0n))
    : mask.data.length;
}
