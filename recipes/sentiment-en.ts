// English film reviews (Stanford Sentiment Treebank): trained on phrases, tested on sentences.
import { type TextClassificationRecipe, trainDefaults } from '../src/tasks/index.ts';

export const sentimentEn: TextClassificationRecipe = {
  task: 'text-classification',
  name: 'sentiment-en',
  about: 'English film reviews to positive or negative (SST-2: phrases to train on, whole sentences to test).',
  seed: 1,
  data: { id: 'sent-en-sst5', options: { labels: 'binary' }, limit: 0 },
  architecture: 'encoder',
  startFrom: '',
  tokenizer: { kind: 'wordpiece', vocabSize: 8000, minFrequency: 2, lowercase: true },
  hiddenTokens: 0,
  model: {
    family: 'bert',
    pooling: 'cls',
    dim: 128,
    layers: 2,
    heads: 4,
    ffnDim: 256,
    maxLength: 64,
    dropout: 0.3,
    attentionDropout: 0,
    initializerRange: 0.02,
  },
  train: {
    ...trainDefaults,
    steps: 4000,
    batchSize: 64,
    learningRate: 7e-4,
    warmup: 200,
    weightDecay: 0.05,
    labelSmoothing: 0.05,
    evaluateEvery: 400,
    saveEvery: 400,
  },
};

export const sentimentEn3: TextClassificationRecipe = {
  ...sentimentEn,
  name: 'sentiment-en-3',
  about: 'English film reviews to positive, neutral or negative (SST with three classes).',
  data: { id: 'sent-en-sst5', options: { labels: 'ternary' }, limit: 0 },
};

/** Data whose licence allows weights to be given away: the model in the package is trained by it. */
export const sentimentMr: TextClassificationRecipe = {
  ...sentimentEn,
  name: 'sentiment-mr',
  about: 'Sentences of English film reviews to positive or negative (Pang & Lee 2005), from 8,500 of them.',
  data: { id: 'sent-en-mr', limit: 0 },
  train: { ...sentimentEn.train, steps: 1500 },
};

export const sentimentEnDecoder: TextClassificationRecipe = {
  ...sentimentEn,
  name: 'sentiment-en-decoder',
  about:
    'English film reviews to positive or negative, read left to right by a decoder with a classifier on the last token.',
  architecture: 'decoder',
};
