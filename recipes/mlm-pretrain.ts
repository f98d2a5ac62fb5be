// Masked-language-model pre-training on the training texts of the Chinese reviews; sentiment-zh can start from it.
import { type MaskedLanguageModelRecipe, trainDefaults } from '../src/tasks/index.ts';
import { sentimentZh } from './sentiment-zh.ts';

export const mlmPretrain: MaskedLanguageModelRecipe = {
  task: 'masked-language-model',
  name: 'mlm-pretrain',
  about: 'Masked-token pre-training on the training reviews of sentiment-zh; fine-tune with --set startFrom=RUN.',
  seed: 1,
  data: sentimentZh.data,
  tokenizer: sentimentZh.tokenizer,
  model: { ...sentimentZh.model, maxLength: 192, dropout: 0.1 },
  train: {
    ...trainDefaults,
    steps: 3000,
    batchSize: 32,
    learningRate: 1e-3,
    warmup: 200,
    weightDecay: 0.01,
    evaluateEvery: 500,
    saveEvery: 500,
  },
};
