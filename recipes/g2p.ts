// Letters of an English word to its sounds (ARPAbet, without stress), as Yolchuyeva et al. 2019 do it with a Transformer.
import { noLora, type TextToTextRecipe, trainDefaults } from '../src/tasks/index.ts';

export const g2p: TextToTextRecipe = {
  task: 'text-to-text',
  name: 'g2p',
  about: 'How English words sound: letters to phonemes of the CMU Pronouncing Dictionary, by an encoder-decoder.',
  seed: 1,
  data: { id: 'cmu-pronouncing', options: { stress: 'dropped' }, limit: 0 },
  target: 'symbols',
  startFrom: '',
  lora: noLora,
  tokenizer: { kind: 'char', vocabSize: 200, minFrequency: 1, lowercase: true },
  model: {
    dim: 128,
    layers: 4,
    heads: 4,
    ffnDim: 256,
    maxLength: 64,
    dropout: 0.1,
    attentionDropout: 0,
    initializerRange: 128 ** -0.5,
  },
  train: {
    ...trainDefaults,
    steps: 9000,
    batchSize: 1000,
    batchTokens: 4000,
    learningRate: 1e-3,
    warmup: 400,
    weightDecay: 0.01,
    labelSmoothing: 0.1,
    averageDecay: 0,
    evaluateEvery: 1500,
    saveEvery: 500,
  },
};

/** For the quickstart: two thirds of one pass over the words, by two layers. */
export const g2pShort: TextToTextRecipe = {
  ...g2p,
  name: 'g2p-short',
  about: 'How English words sound, in a minute: the recipe g2p with two layers and few of its steps.',
  model: { ...g2p.model, layers: 2, dropout: 0 },
  train: {
    ...g2p.train,
    steps: 400,
    warmup: 60,
    learningRate: 3e-3,
    evaluateEvery: 200,
    saveEvery: 200,
  },
};
