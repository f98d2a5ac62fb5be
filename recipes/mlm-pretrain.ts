// Masked-language-model pre-training on the training texts of the Chinese reviews; sentiment-zh can start from it.
import { type MaskedLanguageModelRecipe, trainDefaults } from '../src/tasks/index.ts';
import { sentimentZh } from './sentiment-zh.ts';

export const mlmPretrain: MaskedLanguageModelRecipe = {
  task: 'masked-language-model',
  name: 'mlm-pretrain',
  about: 'Masked-token pre-training on the training reviews of sentiment-zh; fine-tune with --set startFrom=RUN.',
  seed: 1,
  data: sentimentZh.data,
  startFrom: '',
  tokenizer: sentimentZh.tokenizer,
  // rotary positions and norms before each block learn what hides under a mask from the first hundred steps on; BERT's wait for thousands
  model: { ...sentimentZh.model, family: 'modernbert', layers: 4, maxLength: 128, dropout: 0.1 },
  train: {
    ...trainDefaults,
    steps: 1000,
    batchSize: 32,
    learningRate: 3e-3,
    warmup: 100,
    weightDecay: 0.01,
    evaluateEvery: 250,
    saveEvery: 250,
  },
};
