// Translation from scratch by a small Transformer with strong dropout. Captions of pictures (Multi30k, Elliott et al. 2016) with the size of
// `transformer_tiny` in studies of that data (Wu et al. 2021); everyday sentences (Tatoeba) for Chinese.
import { type TextToTextRecipe, trainDefaults } from '../src/tasks/index.ts';

type Languages = readonly [source: 'en' | 'de' | 'fr' | 'zh', target: 'en' | 'de' | 'fr' | 'zh'];

const shared = {
  task: 'text-to-text',
  seed: 1,
  target: 'text',
  model: { dim: 128, layers: 4, heads: 4, ffnDim: 256, maxLength: 128, dropout: 0.3, attentionDropout: 0 },
  train: {
    ...trainDefaults,
    steps: 12_000,
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
} as const satisfies Partial<TextToTextRecipe>;

function captions([source, target]: Languages, about: string): TextToTextRecipe {
  return {
    ...shared,
    name: `translate-${source}-${target}`,
    about,
    data: { id: 'mt-multi30k', options: { source, target }, limit: 0 },
    tokenizer: { kind: 'bpe', vocabSize: 6000, minFrequency: 2, lowercase: false },
  };
}

/** The four translations. */
export const translations: readonly TextToTextRecipe[] = [
  captions(
    ['en', 'de'],
    'English captions to German ones, from scratch, by an encoder-decoder with a joint vocabulary.',
  ),
  captions(
    ['de', 'en'],
    'German captions to English ones, from scratch, by an encoder-decoder with a joint vocabulary.',
  ),
  captions(
    ['en', 'fr'],
    'English captions to French ones, from scratch, by an encoder-decoder with a joint vocabulary.',
  ),
  {
    ...shared,
    name: 'translate-en-zh',
    about: 'Everyday English sentences to Chinese, from scratch, by an encoder-decoder with a joint vocabulary.',
    data: { id: 'mt-en-zh-tatoeba', options: { source: 'en' }, limit: 0 },
    tokenizer: { kind: 'bpe', vocabSize: 8000, minFrequency: 2, lowercase: false },
  },
];
