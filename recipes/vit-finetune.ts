// A few labels: a hundred pictures of clothes, ten of each kind, from nothing or from a pre-trained encoder.
import { type ImageClassificationRecipe, trainDefaults } from '../src/tasks/index.ts';
import { vitPretrain } from './vit-pretrain.ts';

/** Start it from a run: `--set startFrom=runs/vit-pretrain-mae`; keep the encoder: `--set 'train.frozen=^(embeddings|encoder|norm)\.'`. */
export const vitFinetune: ImageClassificationRecipe = {
  ...vitPretrain,
  name: 'vit-finetune',
  about:
    'Clothes to their kind from a hundred labelled pictures, by the encoder of vit-pretrain or of vit-pretrain-mae.',
  data: { id: 'fashion-mnist', limit: 100, broken: 'fail' },
  augment: [{ kind: 'flip' }, { kind: 'pad-crop', pixels: 2 }],
  train: {
    ...trainDefaults,
    steps: 300,
    batchSize: 50,
    learningRate: 1e-3,
    warmup: 30,
    weightDecay: 0.05,
    evaluateEvery: 100,
    saveEvery: 300,
  },
};
