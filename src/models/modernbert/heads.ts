// What stands on ModernBERT: masked words, labels of texts and tokens, answers, choices; and their losses.
import {
  type CrossEntropyOptions,
  castTo,
  crossEntropy,
  type Dim,
  dimValue,
  divide,
  multiply,
  slice,
  split,
  squeeze,
  sum,
  type Tensor,
  unsqueeze,
} from '../../graph/index.ts';
import { activationNamed, type Module, project, truncatedNormalInit, zerosInit } from '../../nn/index.ts';
import type { HubConfig, Inputs } from '../architecture.ts';
import { perChoice } from '../choices.ts';
import { atLabels, classificationLoss, spanLoss } from '../losses.ts';
import type { ModernBertConfig as Config } from './config.ts';
import { layerOf, normOf, outDeviation } from './encoder.ts';

/** `norm(activation(W h))`, which all heads begin with; the last axis is kept. */
function headed(module: Module, x: Tensor, config: Config): Tensor {
  return module.child('head', (m) => {
    const dense = m.child('dense', (n) =>
      layerOf(config, config.bias.classifier, outDeviation(config))(n, x, config.dim),
    );
    return m.child('norm', (n) => normOf(config)(n, activationNamed(config.classifierActivation)(dense)));
  });
}

function classified(module: Module, x: Tensor, config: Config, count: number): Tensor {
  const kept = module.dropout(headed(module, x, config), config.dropout.classifier, 'classifier_dropout');
  return module.child('classifier', (m) => layerOf(config, true, config.dim ** -0.5)(m, kept, count));
}

/** The first state, or the mean of those that the mask shows, `[B, D]`. */
function pooled(states: Tensor, mask: Tensor | undefined, config: Config): Tensor {
  if (config.pooling === 'cls') return squeeze(slice(states, 1, 0, 1), [1]);
  if (!mask) return divide(sum(states, { axes: [1] }), castTo(dimValue(states.shape[1] as Dim), 'float32'));
  const shown = unsqueeze(castTo(mask, 'float32'), [-1]);
  return divide(sum(multiply(states, shown), { axes: [1] }), sum(shown, { axes: [1] }));
}

/** What a head may use. */
export interface HeadContext {
  readonly config: Config;
  readonly hub: HubConfig;
  readonly inputs: Inputs;
  /** The same with choices flattened. */
  readonly flat: Inputs;
  readonly loss: CrossEntropyOptions;
}

/** Named results of a head from the last hidden state `[B, T, D]`. */
export type Head = (module: Module, states: Tensor, context: HeadContext) => Record<string, Tensor>;

const withLoss = (
  logits: Tensor,
  labels: Tensor | undefined,
  loss: (labels: Tensor) => Tensor,
): Record<string, Tensor> => (labels ? { loss: loss(labels), logits } : { logits });

/** Scores of every word at every place, by the embedding table or one of its own. */
export const words: Head = (module, states, { config, inputs, loss }) => {
  const read = atLabels(states, inputs);
  const hidden = headed(module, read.states, config);
  const tableIn = (parent: Module, name: string, deviation: number): Tensor =>
    parent.child(name, (m) => m.parameter('weight', [config.vocabSize, config.dim], truncatedNormalInit(deviation)));
  const table = config.isTied
    ? module.child('embeddings', (m) => tableIn(m, 'word', config.initDeviation))
    : tableIn(module, 'language_model', outDeviation(config));
  const bias = config.hasDecoderBias
    ? module.child('language_model', (m) => m.parameter('bias', [config.vocabSize], zerosInit))
    : undefined;
  const logits = project(hidden, table, bias);
  return withLoss(logits, read.labels, (labels) => crossEntropy(logits, labels, loss));
};

/** A label for the text. */
export const text: Head = (module, states, { config, hub, inputs, loss }) => {
  const logits = classified(module, pooled(states, inputs.attention_mask, config), config, config.labels.length);
  return withLoss(logits, inputs.labels, (labels) => classificationLoss(logits, labels, hub, loss));
};

/** A label for every token. */
export const tokens: Head = (module, states, { config, inputs, loss }) => {
  const logits = classified(module, states, config, config.labels.length);
  return withLoss(logits, inputs.labels, (labels) => crossEntropy(logits, labels, loss));
};

/** Start and end of the answer. */
export const answers: Head = (module, states, { config, inputs, loss }) => {
  const both = split(classified(module, states, config, 2), [1, 1], -1);
  const [start, end] = both.map((t) => squeeze(t, [-1])) as [Tensor, Tensor];
  const { start_positions: first, end_positions: last } = inputs;
  const logits = { start_logits: start, end_logits: end };
  return first && last ? { loss: spanLoss({ start, end }, { start: first, end: last }, loss), ...logits } : logits;
};

/** Which of several texts, `[B, C]`. */
export const choice: Head = (module, states, { config, inputs, flat, loss }) => {
  const scores = classified(module, pooled(states, flat.attention_mask, config), config, 1);
  const logits = perChoice(scores, inputs.input_ids as Tensor);
  return withLoss(logits, inputs.labels, (labels) => crossEntropy(logits, labels, loss));
};

/** The bare encoder. */
export const bare: Head = (_module, states) => ({ last_hidden_state: states });
