// Small talkers: a GPT-2 that learns the answers of conversations.
import { type DialogueRecipe, noLora, trainDefaults } from '../src/tasks/index.ts';

export const chatZh: DialogueRecipe = {
  task: 'dialogue',
  name: 'chat-zh',
  about: 'Chinese conversations about music and travel (KdConv): a small GPT-2 learns the answers.',
  seed: 1,
  data: { id: 'dialog-zh-kdconv', limit: 0 },
  startFrom: '',
  lora: noLora,
  tokenizer: { kind: 'char', vocabSize: 4000, minFrequency: 1, lowercase: false },
  model: {
    dim: 128,
    layers: 4,
    heads: 4,
    ffnDim: 512,
    maxLength: 192,
    dropout: 0.1,
    attentionDropout: 0,
    initializerRange: 0.02,
  },
  answers: 40,
  train: {
    ...trainDefaults,
    steps: 1500,
    batchSize: 8,
    learningRate: 1e-3,
    warmup: 100,
    finalShare: 0.1,
    weightDecay: 0.1,
    evaluateEvery: 250,
    saveEvery: 250,
  },
};

export const chatEn: DialogueRecipe = {
  ...chatZh,
  name: 'chat-en',
  about: 'English small talk (ChatterBot corpus): a small GPT-2 learns the answers.',
  data: { id: 'dialog-chatterbot', options: { languages: ['en'] }, limit: 0 },
  tokenizer: { kind: 'byte-bpe', vocabSize: 2000, minFrequency: 2, lowercase: false },
  model: { ...chatZh.model, maxLength: 128 },
};
