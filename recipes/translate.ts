// Captions of pictures from one language to another (Multi30k, Elliott et al. 2016), by a small Transformer with strong dropout: the size of
// `transformer_tiny` in studies of this data (Wu et al. 2021).
import { type TextToTextRecipe, trainDefaults } from '../src/tasks/index.ts';

export const translateEnDe: TextToTextRecipe = {
  task: 'text-to-text',
  name: 'translate-en-de',
  about: 'English captions to German ones, from scratch, by an encoder-decoder with a joint vocabulary.',
  seed: 1,
  data: { id: 'mt-multi30k', options: { source: 'en', target: 'de' }, limit: 0 },
  target: 'text',
  tokenizer: { kind: 'bpe', vocabSize: 6000, minFrequency: 2, lowercase: false },
  model: { dim: 128, layers: 4, heads: 4, ffnDim: 256, maxLength: 128, dropout: 0.3, attentionDropout: 0 },
  train: {
    ...trainDefaults,
    steps: 12000,
    batchSize: 1000,
    batchTokens: 4000,
    learningRate: 2e-3,
    warmup: 800,
    weightDecay: 0.01,
    labelSmoothing: 0.1,
    averageLast: 5,
    evaluateEvery: 500,
    saveEvery: 500,
  },
};
