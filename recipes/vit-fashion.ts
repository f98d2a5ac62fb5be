// Clothes: a ViT half as wide again as that for digits, for half an hour.
import { type ImageClassificationRecipe, trainDefaults } from '../src/tasks/index.ts';

export const vitFashion: ImageClassificationRecipe = {
  task: 'image-classification',
  name: 'vit-fashion',
  about: 'Grey pictures of clothes to their kind, by patches of 4 × 4 pixels.',
  seed: 1,
  data: { id: 'fashion-mnist', limit: 0, broken: 'fail' },
  startFrom: '',
  augment: [{ kind: 'flip' }],
  tokens: { size: 28, channels: 1, patch: 4 },
  model: {
    dim: 96,
    layers: 4,
    heads: 4,
    ffnDim: 192,
    dropout: 0,
    attentionDropout: 0,
    initializerRange: 0.102,
    dropPath: 0,
    layerScale: 0,
  },
  train: {
    ...trainDefaults,
    steps: 8000,
    batchSize: 100,
    learningRate: 1.5e-3,
    warmup: 300,
    weightDecay: 0.05,
    labelSmoothing: 0.05,
    evaluateEvery: 2000,
    saveEvery: 500,
  },
};
