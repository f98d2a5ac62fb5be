// Masked-language-model pre-training on Chinese text; ner-zh, ner-zh-weibo and qa-zh can start from it.
import { type MaskedLanguageModelRecipe, trainDefaults } from '../src/tasks/index.ts';
import { nerZh } from './ner-zh.ts';

export const mlmZh: MaskedLanguageModelRecipe = {
  task: 'masked-language-model',
  name: 'mlm-zh',
  about:
    'Masked-character pre-training on the training sentences of two entity sets, the contexts of CMRC 2018 and the dialogues of KdConv; fine-tune with --set startFrom=RUN.',
  seed: 1,
  data: { id: 'ner-zh-uner-gsdsimp+ner-zh-weibo+qa-zh-cmrc2018+dialog-zh-kdconv', limit: 0 },
  startFrom: '',
  tokenizer: nerZh.tokenizer,
  model: { ...nerZh.model, maxLength: 128, dropout: 0.1 },
  train: {
    ...trainDefaults,
    steps: 2000,
    batchSize: 12,
    learningRate: 2e-3,
    warmup: 100,
    evaluateEvery: 500,
    saveEvery: 500,
  },
};
