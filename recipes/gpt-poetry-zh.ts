// Classical Chinese poems, character by character (chinese-poetry: Tang poems, Song lyrics, the Book of Songs).
import { type LanguageModelRecipe, noLora, trainDefaults } from '../src/tasks/index.ts';

export const gptPoetryZh: LanguageModelRecipe = {
  task: 'language-model',
  name: 'gpt-poetry-zh',
  about: 'Classical Chinese poems, one character after the other, by a small GPT-2.',
  seed: 1,
  data: { id: 'lm-zh-poetry', limit: 0 },
  startFrom: '',
  lora: noLora,
  tokenizer: { kind: 'char', vocabSize: 6000, minFrequency: 2, lowercase: false },
  model: {
    dim: 128,
    layers: 4,
    heads: 4,
    ffnDim: 512,
    maxLength: 96,
    dropout: 0.1,
    attentionDropout: 0,
    initializerRange: 128 ** -0.5,
  },
  verse: { poems: 50, temperature: 0.8 },
  train: {
    ...trainDefaults,
    steps: 4000,
    batchSize: 16,
    learningRate: 1e-3,
    warmup: 100,
    finalShare: 0.1,
    weightDecay: 0.1,
    evaluateEvery: 500,
    saveEvery: 500,
  },
};
