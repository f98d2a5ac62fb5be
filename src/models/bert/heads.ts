// What stands on the encoder to classify: pooler, classifiers of texts, tokens, choices and places; and their losses.
import { type CrossEntropyOptions, crossEntropy, slice, split, squeeze, type Tensor, tanh } from '../../graph/index.ts';
import { activationNamed, type Module } from '../../nn/index.ts';
import type { HubConfig, Inputs } from '../architecture.ts';
import { perChoice } from '../choices.ts';
import { classificationLoss, spanLoss } from '../losses.ts';
import type { BertConfig } from './config.ts';
import { layersOf } from './encoder.ts';

/** What a head may use. */
export interface HeadContext {
  readonly config: BertConfig;
  readonly hub: HubConfig;
  /** As given, choices not flattened. */
  readonly inputs: Inputs;
  readonly loss: CrossEntropyOptions;
  readonly hasPooler: boolean;
}

/** Named results of a head from the last hidden state `[B, T, D]` (`[B·C, T, D]` of choices). */
export type Head = (module: Module, states: Tensor, context: HeadContext) => Record<string, Tensor>;

/** One vector `[B, D]` for a text, from the states of its tokens; dropout of the classifier included. */
export type Summary = (module: Module, states: Tensor, config: BertConfig) => Tensor;

/** The state of the first token, `[B, D]`. */
function firstState(states: Tensor): Tensor {
  return squeeze(slice(states, 1, 0, 1), [1]);
}

/** `tanh(W h_[CLS] + b)` below `pooler`. */
function pool(module: Module, states: Tensor, config: BertConfig): Tensor {
  return module.child('pooler', (m) => tanh(layersOf(config).linear(m, firstState(states), config.dim)));
}

function scores(module: Module, features: Tensor, config: BertConfig, count: number): Tensor {
  return module.child('classifier', (m) => layersOf(config).linear(m, features, count));
}

/** The bare model with its pooler, where it has one. */
export const bareWithPooler: Head = (module, states, { config, hasPooler }) => ({
  last_hidden_state: states,
  ...(hasPooler ? { pooler_output: pool(module, states, config) } : {}),
});

/** The bare model without one (DistilBERT, ELECTRA). */
export const bare: Head = (_module, states) => ({ last_hidden_state: states });

/** BERT: the pooled `[CLS]`. */
export const pooled: Summary = (module, states, config) =>
  module.dropout(pool(module, states, config), config.classifierDropout, 'classifier_dropout');

/**
 * One hidden layer on the first state: tanh for RoBERTa, gelu for ELECTRA, both with dropout before it; relu for DistilBERT.
 */
export function hiddenSummary(activation: 'tanh' | 'gelu' | 'relu'): Summary {
  return (module, states, config) => {
    const first = firstState(states);
    const kept = activation === 'relu' ? first : module.dropout(first, config.classifierDropout, 'hidden_dropout');
    const hidden = module.child('classifier_hidden', (m) =>
      activationNamed(activation)(layersOf(config).linear(m, kept, config.dim)),
    );
    return module.dropout(hidden, config.classifierDropout, 'classifier_dropout');
  };
}

/** ELECTRA's summary of a choice: gelu of one layer on the first state. */
export const summarized: Summary = (module, states, config) => {
  const hidden = module.child('summary', (m) => layersOf(config).linear(m, firstState(states), config.dim));
  return module.dropout(activationNamed('gelu')(hidden), config.dropout, 'summary_dropout');
};

/** A label for the text. */
export function text(summary: Summary): Head {
  return (module, states, { config, hub, inputs, loss }) => {
    const logits = scores(module, summary(module, states, config), config, config.labels.length);
    return inputs.labels ? { loss: classificationLoss(logits, inputs.labels, hub, loss), logits } : { logits };
  };
}

/** Which of several texts: one score each, `[B, C]`. */
export function choice(summary: Summary): Head {
  return (module, states, { config, inputs, loss }) => {
    const logits = perChoice(scores(module, summary(module, states, config), config, 1), inputs.input_ids as Tensor);
    return inputs.labels ? { loss: crossEntropy(logits, inputs.labels, loss), logits } : { logits };
  };
}

/** A label for every token. */
export const tokens: Head = (module, states, { config, inputs, loss }) => {
  const kept = module.dropout(states, config.classifierDropout, 'classifier_dropout');
  const logits = scores(module, kept, config, config.labels.length);
  return inputs.labels ? { loss: crossEntropy(logits, inputs.labels, loss), logits } : { logits };
};

/** Start and end of the answer. */
export const answers: Head = (module, states, { config, inputs, loss }) => {
  const both = module.child('answers', (m) => layersOf(config).linear(m, states, 2));
  const [start, end] = split(both, [1, 1], -1).map((t) => squeeze(t, [-1])) as [Tensor, Tensor];
  const { start_positions: first, end_positions: last } = inputs;
  const logits = { start_logits: start, end_logits: end };
  return first && last ? { loss: spanLoss({ start, end }, { start: first, end: last }, loss), ...logits } : logits;
};
