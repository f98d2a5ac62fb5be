// Emoji as pictures: embedded, so that pictures need no download.
import { type ImageClassificationRecipe, trainDefaults } from '../src/tasks/index.ts';

export const vitEmoji: ImageClassificationRecipe = {
  task: 'image-classification',
  name: 'vit-emoji',
  about: 'Emoji drawn in three styles to their group, tested on concepts and on a style never seen.',
  seed: 1,
  data: { id: 'emoji-pictures', limit: 0, broken: 'fail', options: { size: 32 } },
  startFrom: '',
  augment: [{ kind: 'flip' }, { kind: 'pad-crop', pixels: 3 }],
  tokens: { size: 32, channels: 3, patch: 4 },
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
    steps: 1200,
    batchSize: 64,
    learningRate: 1e-3,
    warmup: 100,
    weightDecay: 0.05,
    labelSmoothing: 0.1,
  },
};

/** For the quickstart: two layers and a third of the steps. */
export const vitEmojiShort: ImageClassificationRecipe = {
  ...vitEmoji,
  name: 'vit-emoji-short',
  about:
    'Emoji drawn in three styles to their group, in a minute: the recipe vit-emoji with two layers and a third of its steps.',
  model: { ...vitEmoji.model, layers: 2 },
  train: { ...vitEmoji.train, steps: 400, warmup: 50, learningRate: 2e-3 },
};
