// A class for a whole input: the linear head, and its loss by what the labels are.
import { type CrossEntropyOptions, slice, squeeze, type Tensor } from '../graph/index.ts';
import type { LinearLayer, Module } from '../nn/index.ts';
import type { HubConfig } from './architecture.ts';
import { classificationLoss } from './losses.ts';

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
  return labels ? { loss: classificationLoss(logits, labels, hub, loss), logits } : { logits };
}

/** The state of one token, `[B, D]`. */
export function stateOf(states: Tensor, place = 0): Tensor {
  return squeeze(slice(states, 1, place, place + 1), [1]);
}
