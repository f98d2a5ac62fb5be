// nanoGPT's CPU recipe for characters of Shakespeare (karpathy/nanoGPT, README "I only have a macbook").
import { type LanguageModelRecipe, noLora, trainDefaults } from '../src/tasks/index.ts';

export const gptShakespeare: LanguageModelRecipe = {
  task: 'language-model',
  name: 'gpt-shakespeare',
  about: 'Characters of Shakespeare, one after the other, by a small GPT-2.',
  seed: 1,
  data: { id: 'lm-en-tinyshakespeare', limit: 0 },
  startFrom: '',
  lora: noLora,
  tokenizer: { kind: 'char', vocabSize: 200, minFrequency: 1, lowercase: false },
  model: {
    dim: 128,
    layers: 4,
    heads: 4,
    ffnDim: 512,
    maxLength: 64,
    dropout: 0,
    attentionDropout: 0,
    initializerRange: 0.088,
  },
  train: {
    ...trainDefaults,
    steps: 2000,
    batchSize: 12,
    learningRate: 1e-3,
    warmup: 100,
    finalShare: 0.1,
    weightDecay: 0.1,
    beta2: 0.99,
    evaluateEvery: 250,
    saveEvery: 500,
  },
};

/** Wider, on windows twice as long, for half an hour. */
export const gptShakespeareLong: LanguageModelRecipe = {
  ...gptShakespeare,
  name: 'gpt-shakespeare-long',
  about: 'Characters of Shakespeare by a wider GPT-2 on longer windows, in half an hour.',
  model: {
    ...gptShakespeare.model,
    dim: 192,
    heads: 6,
    ffnDim: 768,
    maxLength: 128,
    dropout: 0.1,
    initializerRange: 192 ** -0.5,
  },
  train: { ...gptShakespeare.train, steps: 3000, batchSize: 16, evaluateEvery: 500 },
};
