// Clothes: the same ViT as for digits.
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
    dim: 64,
    layers: 4,
    heads: 4,
    ffnDim: 128,
    dropout: 0.1,
    attentionDropout: 0,
    initializerRange: 64 ** -0.5,
    dropPath: 0,
    layerScale: 0,
  },
  train: {
    ...trainDefaults,
    steps: 6000,
    batchSize: 100,
    learningRate: 2e-3,
    warmup: 300,
    weightDecay: 0.05,
    labelSmoothing: 0.05,
    evaluateEvery: 1000,
    saveEvery: 500,
  },
};
