// A class for a whole input: labels as an input, the linear head, its loss by what the labels are; and states under their names.
import {
  binaryCrossEntropy,
  type CrossEntropyOptions,
  crossEntropy,
  meanSquaredError,
  slice,
  squeeze,
  type Tensor,
} from '../graph/index.ts';
import type { LinearLayer, Module, TowerResult } from '../nn/index.ts';
import type { HubConfig, InputSpec } from './architecture.ts';

/** `labels`: ids `[B]`, or numbers (`problem_type` regression), or 0 and 1 for every class (multi_label_classification). */
export function classLabels(hub: HubConfig, count: number): InputSpec {
  const problem = hub.problem_type ?? (count === 1 ? 'regression' : 'single_label_classification');
  if (problem === 'single_label_classification') return { dtype: 'int64', shape: ['batch'], optional: true };
  const shape = problem === 'regression' && count === 1 ? ['batch'] : ['batch', count];
  return { dtype: 'float32', shape, optional: true };
}

/** Cross-entropy for ids, squared error for regression, binary cross-entropy for several classes at once. */
export function classLoss(logits: Tensor, labels: Tensor, hub: HubConfig, options: CrossEntropyOptions): Tensor {
  if (labels.dtype === 'int64') return crossEntropy(logits, labels, options);
  if (hub.problem_type === 'multi_label_classification') return binaryCrossEntropy(logits, labels);
  return meanSquaredError(labels.shape.length === 1 ? squeeze(logits, [-1]) : logits, labels);
}

/** What a classifier needs beside its features. */
export interface ClassContext {
  readonly hub: HubConfig;
  readonly count: number;
  readonly layer: LinearLayer;
  readonly labels: Tensor | undefined;
  readonly loss: CrossEntropyOptions;
}

/** `logits` of features `[B, F]` by `classifier`, and their `loss` where there are labels. */
export function classify(module: Module, features: Tensor, context: ClassContext): Record<string, Tensor> {
  const { hub, count, layer, labels, loss } = context;
  const logits = module.child('classifier', (m) => layer(m, features, count));
  return labels ? { loss: classLoss(logits, labels, hub, loss), logits } : { logits };
}

/** The state of one token, `[B, D]`. */
export function stateOf(states: Tensor, place = 0): Tensor {
  return squeeze(slice(states, 1, place, place + 1), [1]);
}

/** `hidden_states.{i}`, `attentions.{i}` and `cross_attentions.{i}` of a tower, with `prefix` in front where there are several. */
export function towerStates(
  tower: Pick<TowerResult, 'hiddenStates' | 'attentions' | 'crossAttentions'>,
  prefix = '',
): Record<string, Tensor> {
  const numbered = (name: string, tensors: readonly Tensor[]): (readonly [string, Tensor])[] =>
    tensors.map((tensor, i) => [`${prefix}${name}.${i}`, tensor] as const);
  return Object.fromEntries([
    ...numbered('hidden_states', tower.hiddenStates),
    ...numbered('attentions', tower.attentions),
    ...numbered('cross_attentions', tower.crossAttentions),
  ]);
}
