// Chinese named entities, characters: persons, places, organisations.
import { type TokenClassificationRecipe, trainDefaults } from '../src/tasks/index.ts';

export const nerZh: TokenClassificationRecipe = {
  task: 'token-classification',
  name: 'ner-zh',
  about: 'Persons, places and organisations in Chinese sentences, character by character (Universal NER, GSDSimp).',
  seed: 1,
  data: { id: 'ner-zh-uner-gsdsimp', limit: 0 },
  startFrom: '',
  tokenizer: { kind: 'char', vocabSize: 4000, minFrequency: 2, lowercase: true },
  model: {
    family: 'modernbert',
    dim: 128,
    layers: 3,
    heads: 4,
    ffnDim: 256,
    maxLength: 192,
    dropout: 0.3,
    attentionDropout: 0,
    initializerRange: 0.088,
  },
  scheme: 'IOB2',
  subwords: 'first',
  hiddenTokens: 0.1,
  crf: true,
  tokenWeight: 1,
  train: {
    ...trainDefaults,
    steps: 1500,
    batchSize: 32,
    learningRate: 2e-3,
    warmup: 100,
    weightDecay: 0.05,
    evaluateEvery: 250,
    saveEvery: 500,
  },
};

export const nerZhWeibo: TokenClassificationRecipe = {
  ...nerZh,
  name: 'ner-zh-weibo',
  about: 'Named and nominal mentions of persons, places, organisations and states in Chinese microblogs (Weibo NER).',
  data: { id: 'ner-zh-weibo', limit: 0 },
  train: { ...nerZh.train, steps: 1000 },
};
