// What stands on the encoder: pooler, classifiers, masked language model, question answering; and their losses.
import {
  add,
  type CrossEntropyOptions,
  crossEntropy,
  meanSquaredError,
  multiply,
  slice,
  split,
  squeeze,
  type Tensor,
  tanh,
} from '../../graph/index.ts';
import { activationNamed, layerNormWith, type Module, project, zerosInit } from '../../nn/index.ts';
import type { Inputs } from '../architecture.ts';
import type { BertConfig } from './config.ts';
import { layersOf } from './encoder.ts';

/** Named results of a head from the last hidden state `[B, T, D]`. */
export type Head = (
  module: Module,
  states: Tensor,
  context: { readonly config: BertConfig; readonly inputs: Inputs; readonly loss: CrossEntropyOptions },
) => Record<string, Tensor>;

type Context = Parameters<Head>[2];

/** The state of the first token, `[B, D]`. */
function firstState(states: Tensor): Tensor {
  return squeeze(slice(states, 1, 0, 1), [1]);
}

/** `tanh(W h_[CLS] + b)` below `pooler`. */
function pool(module: Module, states: Tensor, config: BertConfig): Tensor {
  return module.child('pooler', (m) => tanh(layersOf(config).linear(m, firstState(states), config.dim)));
}

function classified(module: Module, features: Tensor, { config, inputs, loss }: Context): Record<string, Tensor> {
  const logits = module.child('classifier', (m) => layersOf(config).linear(m, features, config.labels.length));
  if (!inputs.labels) return { logits };
  const isRegression = config.labels.length === 1 && inputs.labels.dtype === 'float32';
  const value = isRegression
    ? meanSquaredError(squeeze(logits, [-1]), inputs.labels)
    : crossEntropy(logits, inputs.labels, loss);
  return { loss: value, logits };
}

/** The bare model with its pooler. */
export const bareWithPooler: Head = (module, states, { config }) => ({
  last_hidden_state: states,
  pooler_output: pool(module, states, config),
});

/** The bare model without one (DistilBERT). */
export const bare: Head = (_module, states) => ({ last_hidden_state: states });

/** BERT: classifier on the pooled `[CLS]`. */
export const sequenceOnPooler: Head = (module, states, context) => {
  const pooled = module.dropout(
    pool(module, states, context.config),
    context.config.classifierDropout,
    'classifier_dropout',
  );
  return classified(module, pooled, context);
};

/** One hidden layer on the first state, then the classifier: tanh for RoBERTa, relu for DistilBERT. */
export function sequenceOnHidden(activation: 'tanh' | 'relu'): Head {
  return (module, states, context) => {
    const { config } = context;
    const first = firstState(states);
    const kept = activation === 'tanh' ? module.dropout(first, config.classifierDropout, 'hidden_dropout') : first;
    const hidden = module.child('classifier_hidden', (m) =>
      activationNamed(activation)(layersOf(config).linear(m, kept, config.dim)),
    );
    return classified(module, module.dropout(hidden, config.classifierDropout, 'classifier_dropout'), context);
  };
}

/** A label for every token. */
export const tokens: Head = (module, states, context) =>
  classified(module, module.dropout(states, context.config.classifierDropout, 'classifier_dropout'), context);

/** Start and end of the answer. */
export const answers: Head = (module, states, { config, inputs, loss }) => {
  const both = module.child('answers', (m) => layersOf(config).linear(m, states, 2));
  const [start, end] = split(both, [1, 1], -1).map((t) => squeeze(t, [-1])) as [Tensor, Tensor];
  if (!inputs.start_positions || !inputs.end_positions) return { start_logits: start, end_logits: end };
  const losses = add(crossEntropy(start, inputs.start_positions, loss), crossEntropy(end, inputs.end_positions, loss));
  return { loss: multiply(losses, 0.5), start_logits: start, end_logits: end };
};

/** Scores of every word at every place, by the tied embedding table. */
export const maskedLanguageModel: Head = (module, states, { config, inputs, loss }) =>
  module.child('language_model', (m) => {
    const { linear, initialize } = layersOf(config);
    const hidden = activationNamed(config.activation)(m.child('dense', (n) => linear(n, states, config.dim)));
    const normal = m.child('norm', (n) => layerNormWith(config.normEpsilon)(n, hidden));
    const table = module.child('embeddings', (n) =>
      n.child('word', (w) => w.parameter('weight', [config.vocabSize, config.dim], initialize)),
    );
    const logits = project(normal, table, m.parameter('bias', [config.vocabSize], zerosInit));
    return inputs.labels ? { loss: crossEntropy(logits, inputs.labels, loss), logits } : { logits };
  });
