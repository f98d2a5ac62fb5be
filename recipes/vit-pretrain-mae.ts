// Pre-training without labels: three quarters of the patches are hidden and painted (He et al. 2022).
import { type MaskedImageModellingRecipe, trainDefaults } from '../src/tasks/index.ts';

export const vitPretrainMae: MaskedImageModellingRecipe = {
  task: 'masked-image-modelling',
  name: 'vit-pretrain-mae',
  about:
    'A picture encoder pre-trained on 54,000 digits without their labels, by painting patches that it does not see.',
  seed: 1,
  data: { id: 'mnist', limit: 0, broken: 'fail' },
  augment: [],
  tokens: { size: 28, channels: 1, patch: 4 },
  model: { dim: 64, layers: 4, heads: 4, ffnDim: 128, dropout: 0, attentionDropout: 0, initializerRange: 0.02 },
  decoder: { dim: 32, layers: 1, heads: 2, ffnDim: 64 },
  maskRatio: 0.75,
  normalizesTarget: true,
  train: {
    ...trainDefaults,
    steps: 10000,
    batchSize: 100,
    learningRate: 1.5e-3,
    warmup: 500,
    weightDecay: 0.05,
    beta2: 0.95,
    evaluateEvery: 1000,
    saveEvery: 500,
  },
};
