// Training on changed originals: which stages a list of augmentations touches, and what a mixed batch is trained on.
import { float32, int64, type NamedArrays, type NdArray, type RandomKey } from '../../array/index.ts';
import {
  type AugmentationSpec,
  type AugmentedModality,
  type AugmentPlan,
  augmentations,
  partnersOf,
} from '../../data/index.ts';
import { add, crossEntropy, multiply, reshape, subtract, type Tensor } from '../../graph/index.ts';
import type { Model } from '../../models/index.ts';
import type { Objective } from '../../train/index.ts';

/** Whether originals or features change: where neither does, rows can be kept from epoch to epoch. */
export function changesOf(
  sense: AugmentedModality,
  specs: readonly AugmentationSpec[],
): { readonly originals: boolean; readonly features: boolean } {
  const { original, features } = augmentations[sense];
  return {
    originals: specs.some(({ kind }) => Object.hasOwn(original, kind)),
    features: specs.some(({ kind }) => Object.hasOwn(features, kind)),
  };
}

/** A batch whose rows are mixed with each other, with the partners' labels and the share of the own ones. */
export function mixed(
  batch: NamedArrays,
  input: string,
  mix: NonNullable<AugmentPlan<unknown>['mix']>,
  key: RandomKey,
): NamedArrays {
  const { input: values, share } = mix(batch[input] as NdArray<'float32'>, key);
  const labels = batch.labels as NdArray<'int64'>;
  const partners = partnersOf([...labels.data]).map(Number);
  return {
    ...batch,
    [input]: values,
    partner_labels: int64(labels.shape, partners),
    share: float32([1], [share]),
  };
}

/** share · CE(logits, labels) + (1 − share) · CE(logits, partners): soft labels, as cross-entropy is linear in its target. */
export function mixedObjective(model: Model, input: string, smoothing: number): Objective {
  const { [input]: values, labels } = model.inputs as Required<Model['inputs']>;
  if (!values || !labels)
    throw new RangeError(`mixedObjective: expected a classifier with ${input}, got ${model.className}`);
  return {
    inputs: { [input]: values, labels, partner_labels: labels, share: { dtype: 'float32', shape: [1] } },
    loss: (module, inputs) => {
      const { logits } = model.forward(module, { [input]: inputs[input] as Tensor }).values;
      const share = reshape(inputs.share as Tensor, []);
      const lossOf = (name: string): Tensor => crossEntropy(logits as Tensor, inputs[name] as Tensor, { smoothing });
      return add(multiply(share, lossOf('labels')), multiply(subtract(1, share), lossOf('partner_labels')));
    },
  };
}
