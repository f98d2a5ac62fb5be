// The quickstart: name and keywords of an emoji, in six languages, to one of nine groups.
import { type TextClassificationRecipe, trainDefaults } from '../src/tasks/index.ts';

export const emojiGroups: TextClassificationRecipe = {
  task: 'text-classification',
  name: 'emoji-groups',
  about: 'Name and keywords of an emoji to its group, tested on concepts that training saw in no language.',
  seed: 1,
  data: { id: 'emoji-groups', options: { languages: ['en', 'zh', 'de', 'fr', 'es', 'ja'] }, limit: 0 },
  startFrom: '',
  tokenizer: { kind: 'wordpiece', vocabSize: 6000, minFrequency: 2, lowercase: true },
  hiddenTokens: 0.25,
  model: {
    family: 'modernbert',
    pooling: 'mean',
    dim: 128,
    layers: 1,
    heads: 4,
    ffnDim: 256,
    maxLength: 64,
    dropout: 0.4,
    attentionDropout: 0,
    initializerRange: 0.02,
  },
  train: {
    ...trainDefaults,
    steps: 2000,
    batchSize: 32,
    learningRate: 1e-3,
    warmup: 100,
    weightDecay: 0.05,
    labelSmoothing: 0.1,
    evaluateEvery: 200,
    saveEvery: 200,
  },
};
