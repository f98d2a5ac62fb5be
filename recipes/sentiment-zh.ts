// Chinese hotel reviews, characters, positive or negative.
import { type TextClassificationRecipe, trainDefaults } from '../src/tasks/index.ts';

export const sentimentZh: TextClassificationRecipe = {
  task: 'text-classification',
  name: 'sentiment-zh',
  about: 'Chinese hotel reviews to positive or negative, character by character, tested on a held-out fifth.',
  seed: 1,
  data: { id: 'sent-zh-chnsenticorp-htl', limit: 0 },
  startFrom: '',
  tokenizer: { kind: 'char', vocabSize: 4000, minFrequency: 2, lowercase: true },
  hiddenTokens: 0,
  model: {
    family: 'bert',
    pooling: 'cls',
    dim: 128,
    layers: 2,
    heads: 4,
    ffnDim: 256,
    maxLength: 192,
    dropout: 0.3,
    attentionDropout: 0,
    initializerRange: 0.02,
  },
  train: {
    ...trainDefaults,
    steps: 1800,
    batchSize: 32,
    learningRate: 7e-4,
    warmup: 100,
    weightDecay: 0.05,
    labelSmoothing: 0.05,
  },
};
