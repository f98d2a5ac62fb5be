// Motions that no single frame shows: sparse tubes of a clip.
import { trainDefaults, type VideoClassificationRecipe } from '../src/tasks/index.ts';

export const tubeMotion: VideoClassificationRecipe = {
  task: 'video-classification',
  name: 'tube-motion',
  about: 'Moving emoji to the kind of motion, by tubes of 16 frames; tested on emoji and on a style never seen.',
  seed: 1,
  // 236 clips are learnt by heart, and so are 8,000: of those to come most are made when they are asked for
  data: { id: 'moving-emoji-mp4', limit: 0, broken: 'fail', options: { generated: 60_000 } },
  startFrom: '',
  augment: [],
  tokens: {
    frames: 16,
    size: 48,
    channels: 1,
    kernel: [8, 12, 12],
    tubes: [
      { size: [8, 12, 12], stride: [8, 12, 12], offset: [0, 0, 0] },
      { size: [16, 12, 12], stride: [16, 12, 12], offset: [0, 0, 0] },
    ],
  },
  model: {
    dim: 96,
    layers: 4,
    heads: 4,
    ffnDim: 192,
    dropout: 0.1,
    attentionDropout: 0,
    initializerRange: 96 ** -0.5,
    dropPath: 0,
    layerScale: 0,
  },
  train: {
    ...trainDefaults,
    steps: 3000,
    batchSize: 32,
    learningRate: 1e-3,
    warmup: 150,
    weightDecay: 0.05,
    labelSmoothing: 0.05,
    evaluateEvery: 500,
  },
};
