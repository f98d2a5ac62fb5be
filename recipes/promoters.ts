// Promoters by other units, and after pre-training (`tesserae compare promoter-units`, `promoter-transfer`).
import type { TransferRecipe, VariantsRecipe } from '../src/tasks/index.ts';
import { dnaMlm } from './dna-mlm.ts';
import { dnaPromoters } from './dna-promoters.ts';

export const promoterUnits: VariantsRecipe = {
  name: 'promoter-units',
  about: {
    en: 'Promoters of Escherichia coli by single bases, overlapping 3-mers and byte pairs: the same encoder, the same examples seen.',
    zh: '大肠杆菌启动子：单碱基、重叠 3-mer 与字节对三种单位，编码器与所见样本数相同。',
  },
  base: dnaPromoters,
  variants: {
    'single bases': { tokens: { kind: 'kmer', k: 1 } },
    '3-mers': { tokens: { kind: 'kmer', k: 3 } },
    'byte pairs': { tokens: { kind: 'bpe' } },
  },
  splits: { 'five folds': [0, 1, 2, 3, 4].map((fold) => ({ fold })) },
  seeds: [1],
};

export const promoterTransfer: TransferRecipe = {
  name: 'promoter-transfer',
  about: {
    en: 'Promoters of Escherichia coli by 3-mers, from nothing and from guessing hidden ones of two genomes.',
    zh: '用 3-mer 识别大肠杆菌启动子：从零开始，以及从两个基因组上的遮盖预训练开始。',
  },
  pretrain: { masking: dnaMlm },
  finetune: { ...dnaPromoters, train: { ...dnaPromoters.train, steps: 600, warmup: 60 } },
  targets: {
    '300 labels': { ...dnaPromoters.data, limit: 300 },
    'all labels': dnaPromoters.data,
  },
  ways: { full: { frozen: '', learningRates: [3e-4, 1e-3] } },
  seeds: [1, 2, 3],
};
