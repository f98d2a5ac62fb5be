// Chinese questions on paragraphs of Wikipedia, answered by a span of the paragraph.
import { type QuestionAnsweringRecipe, trainDefaults } from '../src/tasks/index.ts';
import { mlmZh } from './mlm-zh.ts';

export const qaZh: QuestionAnsweringRecipe = {
  task: 'question-answering',
  name: 'qa-zh',
  about:
    'Answers to Chinese questions as spans of a paragraph (CMRC 2018: trained on its dev part, tested on its trial part).',
  seed: 1,
  data: { id: 'qa-zh-cmrc2018', limit: 0 },
  startFrom: '',
  tokenizer: mlmZh.tokenizer,
  // a family whose answers Transformers.js can read too; after masked pre-training the checkpoint's family is taken
  model: { ...mlmZh.model, family: 'bert', dropout: 0.1 },
  stride: 32,
  emptyWindows: 1,
  maxAnswerTokens: 40,
  train: {
    ...trainDefaults,
    steps: 600,
    batchSize: 24,
    learningRate: 7e-4,
    warmup: 100,
    weightDecay: 0.05,
    evaluateEvery: 200,
    saveEvery: 200,
  },
};
