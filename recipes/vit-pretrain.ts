// Pre-training with labels. Digits and not clothes: all 60,000 pictures are there, and strokes are what drawings and characters are made of.
import { type ImageClassificationRecipe, trainDefaults } from '../src/tasks/index.ts';
import { vitPretrainMae } from './vit-pretrain-mae.ts';

export const vitPretrain: ImageClassificationRecipe = {
  task: 'image-classification',
  name: 'vit-pretrain',
  about: 'The encoder of vit-pretrain-mae pre-trained on the same digits with their labels.',
  seed: 1,
  data: { id: 'mnist', limit: 0, broken: 'fail' },
  startFrom: '',
  augment: [{ kind: 'pad-crop', pixels: 2 }],
  tokens: vitPretrainMae.tokens,
  model: { ...vitPretrainMae.model, dropout: 0.1, dropPath: 0, layerScale: 0 },
  train: {
    ...trainDefaults,
    steps: 3000,
    batchSize: 100,
    learningRate: 1e-3,
    warmup: 300,
    weightDecay: 0.05,
    labelSmoothing: 0.1,
    evaluateEvery: 1000,
    saveEvery: 500,
  },
};
