// Handwritten digits: the smallest honest job for a ViT.
import { type ImageClassificationRecipe, trainDefaults } from '../src/tasks/index.ts';

export const vitMnist: ImageClassificationRecipe = {
  task: 'image-classification',
  name: 'vit-mnist',
  about: 'Handwritten digits to their class, by patches of 4 × 4 pixels.',
  seed: 1,
  data: { id: 'mnist', limit: 0, broken: 'fail' },
  startFrom: '',
  augment: [{ kind: 'pad-crop', pixels: 2 }],
  tokens: { size: 28, channels: 1, patch: 4 },
  model: {
    dim: 64,
    layers: 4,
    heads: 4,
    ffnDim: 128,
    dropout: 0.1,
    attentionDropout: 0,
    initializerRange: 0.02,
    dropPath: 0,
    layerScale: 0,
  },
  train: {
    ...trainDefaults,
    steps: 5000,
    batchSize: 100,
    learningRate: 2e-3,
    warmup: 300,
    weightDecay: 0.05,
    evaluateEvery: 1000,
    saveEvery: 500,
  },
};
