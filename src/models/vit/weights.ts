// How ViT's and DeiT's files call our parameters.
import { affine, type WeightNames } from '../architecture.ts';
import { encoderNames } from '../patch-encoder.ts';

/** `vit.…` or `deit.…`; Transformers 5 drops `encoder.` and renames the layers' parts in memory. */
export function vitWeights(prefix: 'vit' | 'deit'): WeightNames {
  const layers = encoderNames(`${prefix}.encoder.layer`, `${prefix}.layers`);
  return {
    prefix: `${prefix}.`,
    renames: [
      ...['cls_token', 'distillation_token', 'mask_token'].map((name): [string, string] => [
        `${prefix}.embeddings.${name}`,
        `embeddings.${name}`,
      ]),
      [`${prefix}.embeddings.position_embeddings`, 'embeddings.positions'],
      ...affine(`${prefix}.embeddings.patch_embeddings.projection`, 'embeddings.patches'),
      ...layers.written,
      ...affine(`${prefix}.layernorm`, 'norm'),
      ...affine(`${prefix}.pooler.dense`, 'pooler'),
      ...affine('classifier', 'classifier'),
      ...affine('cls_classifier', 'cls_classifier'),
      ...affine('distillation_classifier', 'distillation_classifier'),
      ...affine('decoder.0', 'decoder'),
      ...layers.read,
    ],
    ignored: [],
  };
}
