// Pre-training on two genomes by hiding bases; dna-promoters can start from it.
import { type MaskedDnaModellingRecipe, trainDefaults } from '../src/tasks/index.ts';
import { dnaPromoters } from './dna-promoters.ts';

export const dnaMlm: MaskedDnaModellingRecipe = {
  task: 'masked-dna-modelling',
  name: 'dna-mlm',
  about:
    'Hidden 3-mers of the genomes of Escherichia coli and of phage lambda, three in a row since they overlap; fine-tune with --set startFrom=RUN.',
  seed: 1,
  // as many bases as fit beside [CLS] and [SEP], and those that the windows of an epoch are moved by
  data: { id: 'genomes', limit: 0, options: { length: 256 } },
  tokens: dnaPromoters.tokens,
  model: { ...dnaPromoters.model, maxLength: 128, dropout: 0.1 },
  train: {
    ...trainDefaults,
    steps: 4000,
    batchSize: 32,
    learningRate: 2e-3,
    warmup: 200,
    evaluateEvery: 500,
    saveEvery: 500,
  },
};
