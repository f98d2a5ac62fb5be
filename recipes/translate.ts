// Translation from scratch by a small Transformer: captions of pictures (Multi30k, Elliott et al. 2016), everyday sentences (Tatoeba) for
// Chinese. Set up for an hour: wide rather than deep, a low rate (norms after each sum learn to look at the source late when it is high), twenty
// passes over the captions. In twenty minutes: `--set train.steps=1600 --set model.dropout=0.1`.
import { noLora, type TextToTextRecipe, trainDefaults } from '../src/tasks/index.ts';

type Languages = readonly [source: 'en' | 'de' | 'fr' | 'zh', target: 'en' | 'de' | 'fr' | 'zh'];

const shared = {
  task: 'text-to-text',
  seed: 1,
  target: 'text',
  startFrom: '',
  lora: noLora,
  model: {
    dim: 256,
    layers: 2,
    heads: 4,
    ffnDim: 512,
    maxLength: 128,
    dropout: 0.2,
    attentionDropout: 0,
    initializerRange: 256 ** -0.5,
  },
  train: {
    ...trainDefaults,
    steps: 5000,
    batchSize: 1000,
    batchTokens: 4000,
    learningRate: 7e-4,
    warmup: 100,
    weightDecay: 0.01,
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
