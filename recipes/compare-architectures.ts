// Encoder, encoder-decoder and decoder of one size on the same data (`tesserae compare`).
import type { CompareRecipe } from '../src/tasks/index.ts';

export const compareArchitecturesRecipe: CompareRecipe = {
  name: 'compare-architectures',
  about: {
    en: 'Encoder, encoder-decoder and decoder with as many parameters each: classifying, reversing, going on; six position encodings.',
    zh: '参数量相同的编码器、编码器-解码器与解码器：分类、反转、续写；六种位置编码。',
  },
  data: { id: 'sent-en-sst5', options: { labels: 'binary' }, limit: 20000 },
  tokenizer: { kind: 'bpe', vocabSize: 2000, minFrequency: 2, lowercase: true },
  size: { dim: 64, layers: 4, heads: 4, ffnDim: 256, initializerRange: 0.05 },
  maxLength: 48,
  train: { steps: 1000, batchSize: 32, warmup: 100 },
  learningRates: [1e-3, 3e-4],
  seeds: [1, 2, 3],
  testLimit: 1000,
  reversal: { tokens: 20, shortest: 4, longest: 12 },
  positions: { length: 32, lengths: [16, 32, 64, 128] },
};
