// Where genes are cut: exon to intron, intron to exon, or neither.
import { type DnaClassificationRecipe, trainDefaults } from '../src/tasks/index.ts';

export const dnaSplice: DnaClassificationRecipe = {
  task: 'dna-classification',
  name: 'dna-splice',
  about: 'Windows of 60 bases to the kind of splice junction; ten folds over distinct sequences (data.options.fold).',
  seed: 1,
  data: { id: 'splice', limit: 0, broken: 'fail', options: { fold: 0 } },
  startFrom: '',
  augment: [],
  tokens: { kind: 'kmer', k: 1, overlap: true, vocabSize: 512 },
  model: {
    dim: 64,
    layers: 3,
    heads: 4,
    ffnDim: 128,
    maxLength: 64,
    dropout: 0.2,
    attentionDropout: 0,
    initializerRange: 0.02,
  },
  train: {
    ...trainDefaults,
    steps: 1500,
    batchSize: 32,
    learningRate: 1e-3,
    warmup: 150,
    weightDecay: 0.05,
    labelSmoothing: 0.05,
  },
};
