// What stands on the encoder to pre-train it: words at masked places, and ELECTRA's question whether a word was replaced.
import { binaryCrossEntropy, castTo, crossEntropy, squeeze, type Tensor } from '../../graph/index.ts';
import { activationNamed, layerNormWith, type Module, project, zerosInit } from '../../nn/index.ts';
import { atLabels } from '../losses.ts';
import { layersOf } from './encoder.ts';
import type { Head } from './heads.ts';

/** Scores of every word at every place, by the embedding table or one of its own. `activation`: the encoder's when absent. */
export function maskedLanguageModel(activation?: string): Head {
  return (module, states, { config, inputs, loss }) =>
    module.child('language_model', (m) => {
      const { linear, initialize } = layersOf(config);
      const act = activationNamed(activation ?? config.activation);
      const read = atLabels(states, inputs);
      const hidden = act(m.child('dense', (n) => linear(n, read.states, config.embeddingDim)));
      const normal = m.child('norm', (n) => layerNormWith(config.normEpsilon)(n, hidden));
      const tableIn = (parent: Module, name: string): Tensor =>
        parent.child(name, (n) => n.parameter('weight', [config.vocabSize, config.embeddingDim], initialize));
      const table = config.isTied ? module.child('embeddings', (n) => tableIn(n, 'word')) : tableIn(m, 'decoder');
      const logits = project(normal, table, m.parameter('bias', [config.vocabSize], zerosInit));
      return read.labels ? { loss: crossEntropy(logits, read.labels, loss), logits } : { logits };
    });
}

/** Whether each word was replaced, `[B, T]`; labels 0 or 1, the loss over the tokens that the mask shows. */
export const replacedWords: Head = (module, states, { config, inputs }) =>
  module.child('discriminator', (m) => {
    const { linear } = layersOf(config);
    const hidden = activationNamed(config.activation)(m.child('dense', (n) => linear(n, states, config.dim)));
    const logits = squeeze(
      m.child('prediction', (n) => linear(n, hidden, 1)),
      [-1],
    );
    if (!inputs.labels) return { logits };
    const float = (x: Tensor): Tensor => castTo(x, 'float32');
    const counts = inputs.attention_mask && float(inputs.attention_mask);
    return { loss: binaryCrossEntropy(logits, float(inputs.labels), counts), logits };
  });
