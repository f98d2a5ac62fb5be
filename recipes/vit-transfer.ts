// Does pre-training help where labels are few? (`tesserae compare vit-transfer`) Fewer targets: `--set 'targets={"…": {"id": …, "limit": …}}'`.
import type { TransferRecipe } from '../src/tasks/index.ts';
import { vitFinetune } from './vit-finetune.ts';
import { vitPretrain } from './vit-pretrain.ts';
import { vitPretrainMae } from './vit-pretrain-mae.ts';

export const vitTransfer: TransferRecipe = {
  name: 'vit-transfer',
  about: {
    en: 'One encoder pre-trained on digits, with labels and by painting, under a new head: on drawings and characters, which are strokes too, and on clothes, which are not.',
    zh: '同一个编码器在数字上预训练（有标签，或补画图块），换上新的分类头：用于同为笔画的简笔画，以及并非笔画的衣物。',
  },
  pretrain: { labels: vitPretrain, painting: vitPretrainMae },
  finetune: vitFinetune,
  targets: {
    'clothes, 100 labels': { id: 'fashion-mnist', limit: 100 },
    'clothes, 1,000 labels': { id: 'fashion-mnist', limit: 1000 },
    'drawings, 30 labels': { id: 'quickdraw3', limit: 30 },
    // 136 characters, five of each, white on black as the digits are
    'characters, 680 labels': { id: 'omniglot', limit: 680, options: { ink: 'white' } },
  },
  ways: {
    full: { frozen: '', learningRates: [3e-4, 1e-3] },
    frozen: { frozen: '^(embeddings|encoder|norm)\\.', learningRates: [3e-3, 1e-2] },
  },
  seeds: [1, 2, 3],
};
