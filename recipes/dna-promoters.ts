// Where genes begin.
import { type DnaClassificationRecipe, trainDefaults } from '../src/tasks/index.ts';

export const dnaPromoters: DnaClassificationRecipe = {
  task: 'dna-classification',
  name: 'dna-promoters',
  about:
    'Promoters of Escherichia coli against other places, by 3-mers; --set tokens.k=1 or tokens.kind=bpe for the other units.',
  seed: 1,
  data: { id: 'promoters', limit: 0, broken: 'fail', options: { organism: 'ecoli', fold: 0 } },
  startFrom: '',
  augment: [],
  tokens: { kind: 'kmer', k: 3, overlap: true, vocabSize: 512 },
  model: {
    dim: 64,
    layers: 3,
    heads: 4,
    ffnDim: 128,
    maxLength: 256,
    dropout: 0.2,
    attentionDropout: 0,
    initializerRange: 0.02,
  },
  train: {
    ...trainDefaults,
    steps: 1200,
    batchSize: 32,
    learningRate: 1e-3,
    warmup: 120,
    weightDecay: 0.05,
    labelSmoothing: 0.05,
  },
};
