// Sounds of the surroundings: rain, dogs, clocks.
import { type AudioClassificationRecipe, trainDefaults } from '../src/tasks/index.ts';

export const astEsc10: AudioClassificationRecipe = {
  task: 'audio-classification',
  name: 'ast-esc10',
  about: 'Ten kinds of sounds, 400 clips of five seconds, in five folds (data.options.fold).',
  seed: 1,
  data: { id: 'esc10-8k', limit: 0, broken: 'fail', options: { fold: 1 } },
  startFrom: '',
  augment: [{ kind: 'shift' }, { kind: 'noise' }, { kind: 'spec-augment' }],
  tokens: { rate: 8000, mels: 64, frames: 496, patch: 16, stride: [16, 16] },
  model: {
    dim: 96,
    layers: 4,
    heads: 4,
    ffnDim: 192,
    dropout: 0.2,
    attentionDropout: 0,
    initializerRange: 0.02,
    dropPath: 0,
    layerScale: 0,
  },
  train: {
    ...trainDefaults,
    steps: 1500,
    batchSize: 32,
    learningRate: 1e-3,
    warmup: 150,
    weightDecay: 0.05,
    labelSmoothing: 0.1,
  },
};
