// What stands on a decoder: next-token scores, a label for the text (read at its last token), a label for every token.
import {
  type CrossEntropyOptions,
  castTo,
  crossEntropy,
  type Dim,
  equal,
  expand,
  gatherElements,
  max,
  multiply,
  not,
  range,
  reshape,
  slice,
  squeeze,
  type Tensor,
} from '../graph/index.ts';
import { type LinearLayer, linearWith, type Module, normalInit } from '../nn/index.ts';
import type { ForwardRequest, HubConfig, Inputs } from './architecture.ts';
import { classificationLoss, shiftLabels } from './losses.ts';

/** What a decoder's head may use. */
export interface DecoderContext {
  readonly config: HubConfig;
  readonly inputs: Inputs;
  readonly loss: CrossEntropyOptions;
  readonly request: ForwardRequest;
  readonly labels: number;
  readonly padId: number | undefined;
  readonly classifierDropout: number;
  readonly initDeviation: number;
  /** Scores `[B, T, V]` of states `[B, T, D]`. */
  readonly vocabulary: (module: Module, states: Tensor) => Tensor;
}

/** Named results of a head from the last hidden state `[B, T, D]`. */
export type DecoderHead = (module: Module, states: Tensor, context: DecoderContext) => Record<string, Tensor>;

/** The bare decoder. */
export const bareDecoder: DecoderHead = (_module, states) => ({ last_hidden_state: states });

/** Scores of the next token at every place; the loss at place t scores token t + 1. */
export const nextToken: DecoderHead = (module, states, { inputs, loss, request, vocabulary }) => {
  const kept = request.logits === 'last' ? slice(states, 1, -1, states.shape[1] as Dim) : states;
  const logits = vocabulary(module, kept);
  return inputs.labels ? { loss: crossEntropy(logits, shiftLabels(inputs.labels), loss), logits } : { logits };
};

function classifier(bias: boolean, deviation: number): LinearLayer {
  return linearWith({ bias, initialize: normalInit(deviation) });
}

/** A label for the text, from its last token that is not padding, on whichever side the padding is. */
export const lastToken: DecoderHead = (module, states, context) => {
  const pooled = lastStates(states, context);
  const logits = module.child('classifier', (m) => classifier(false, context.initDeviation)(m, pooled, context.labels));
  const { labels } = context.inputs;
  return labels ? { loss: classificationLoss(logits, labels, context.config, context.loss), logits } : { logits };
};

/** A label for every token. */
export const everyToken: DecoderHead = (module, states, context) => {
  const kept = module.dropout(states, context.classifierDropout, 'classifier_dropout');
  const logits = module.child('classifier', (m) => classifier(true, context.initDeviation)(m, kept, context.labels));
  const { labels } = context.inputs;
  return labels ? { loss: crossEntropy(logits, labels, context.loss), logits } : { logits };
};

/**
 * The state `[B, D]` of every row's last real token: the last that is not the padding id; without one, the last that the
 * mask shows (the reference refuses batches then); without either, the last of all.
 */
function lastStates(states: Tensor, { inputs, padId }: DecoderContext): Tensor {
  const [batch, tokens, dim] = states.shape as [Dim, Dim, Dim];
  const real =
    padId === undefined ? inputs.attention_mask : castTo(not(equal(inputs.input_ids as Tensor, padId)), 'int64');
  if (!real) return squeeze(slice(states, 1, -1, tokens), [1]);
  const last = max(multiply(real, range(tokens)), { axes: [1], keepdims: true });
  const index = expand(reshape(last, [batch, 1, 1]), [batch, 1, dim]);
  return squeeze(gatherElements(states, index, 1), [1]);
}
