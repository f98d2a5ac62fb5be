// Does pre-training on unlabelled reviews help where labels are few? (`tesserae compare mlm-transfer`)
import { type TransferRecipe, trainDefaults } from '../src/tasks/index.ts';
import { mlmPretrain } from './mlm-pretrain.ts';
import { sentimentZh } from './sentiment-zh.ts';

export const mlmTransfer: TransferRecipe = {
  name: 'mlm-transfer',
  about: {
    en: 'One encoder of Chinese reviews, from nothing and from guessing masked characters of the same reviews.',
    zh: '中文评论的同一个编码器：从零开始，以及从猜测同一批评论中被遮盖的字开始。',
  },
  pretrain: { masking: mlmPretrain },
  finetune: {
    ...sentimentZh,
    about: 'Chinese hotel reviews to positive or negative, by the encoder of mlm-pretrain.',
    model: { ...mlmPretrain.model, dropout: 0.3 },
    train: {
      ...trainDefaults,
      steps: 300,
      batchSize: 32,
      warmup: 30,
      weightDecay: 0.05,
      labelSmoothing: 0.05,
      evaluateEvery: 100,
      saveEvery: 300,
    },
  },
  targets: {
    '500 labels': { ...sentimentZh.data, limit: 500 },
    '2,000 labels': { ...sentimentZh.data, limit: 2000 },
    'all labels': sentimentZh.data,
  },
  ways: { full: { frozen: '', learningRates: [5e-4] } },
  seeds: [1, 2, 3],
};
