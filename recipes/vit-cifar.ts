// Four thousand photographs: what a ViT from nothing can and cannot do with them.
import { type ImageClassificationRecipe, trainDefaults } from '../src/tasks/index.ts';

export const vitCifar: ImageClassificationRecipe = {
  task: 'image-classification',
  name: 'vit-cifar',
  about: 'Photographs of ten kinds, 4,000 to learn from; --set augment=[] for the run without augmentation.',
  seed: 1,
  data: { id: 'cifar10-slice', limit: 0, broken: 'fail' },
  startFrom: '',
  augment: [{ kind: 'flip' }, { kind: 'pad-crop', pixels: 4 }, { kind: 'rand-augment' }, { kind: 'mixup' }],
  tokens: { size: 32, channels: 3, patch: 4 },
  model: {
    dim: 96,
    layers: 5,
    heads: 4,
    ffnDim: 192,
    dropout: 0.1,
    attentionDropout: 0,
    initializerRange: 0.02,
    dropPath: 0,
    layerScale: 0,
  },
  train: {
    ...trainDefaults,
    steps: 4000,
    batchSize: 64,
    learningRate: 1e-3,
    warmup: 200,
    weightDecay: 0.05,
    labelSmoothing: 0.1,
    evaluateEvery: 500,
    saveEvery: 500,
  },
};
