// Spoken digits: a spectrogram cut into patches like a picture. At 16,000 samples a second, for which Transformers.js makes its frames too.
import { type AudioClassificationRecipe, trainDefaults } from '../src/tasks/index.ts';

export const astDigits: AudioClassificationRecipe = {
  task: 'audio-classification',
  name: 'ast-digits',
  about: 'Spoken digits of six people, by patches of a log-mel spectrogram; official split, or one speaker left out.',
  seed: 1,
  data: { id: 'fsdd', limit: 0, broken: 'fail', options: { speaker: 'none' } },
  startFrom: '',
  augment: [],
  tokens: { rate: 16000, mels: 48, frames: 96, patch: 8, stride: [8, 8] },
  model: {
    dim: 96,
    layers: 4,
    heads: 4,
    ffnDim: 192,
    dropout: 0.1,
    attentionDropout: 0,
    initializerRange: 0.1,
    dropPath: 0,
    layerScale: 0,
  },
  train: {
    ...trainDefaults,
    steps: 1500,
    batchSize: 64,
    learningRate: 1e-3,
    warmup: 150,
    weightDecay: 0.05,
    labelSmoothing: 0.05,
  },
};
