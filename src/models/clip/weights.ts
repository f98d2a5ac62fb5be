// How CLIP's files call our parameters.
import { affine, type WeightNames } from '../architecture.ts';

type Pairs = readonly (readonly [string, string])[];

const layers = (tower: string): Pairs =>
  (
    [
      ['self_attn.q_proj', 'attention.query'],
      ['self_attn.k_proj', 'attention.key'],
      ['self_attn.v_proj', 'attention.value'],
      ['self_attn.out_proj', 'attention.output'],
      ['layer_norm1', 'attention_norm'],
      ['layer_norm2', 'feed_forward_norm'],
      ['mlp.fc1', 'feed_forward.up'],
      ['mlp.fc2', 'feed_forward.down'],
    ] as const
  ).flatMap(([theirs, ours]) => affine(`${tower}.encoder.layers.{i}.${theirs}`, `${tower}.encoder.layers.{i}.${ours}`));

const renames: Pairs = [
  ['text_model.embeddings.token_embedding.weight', 'text_model.embeddings.token.weight'],
  ['text_model.embeddings.position_embedding.weight', 'text_model.embeddings.position.weight'],
  ...layers('text_model'),
  ...affine('text_model.final_layer_norm', 'text_model.norm'),
  ['vision_model.embeddings.class_embedding', 'vision_model.embeddings.class_token'],
  ['vision_model.embeddings.patch_embedding.weight', 'vision_model.embeddings.patches.weight'],
  ['vision_model.embeddings.position_embedding.weight', 'vision_model.embeddings.positions'],
  // the published name, missing letter included
  ...affine('vision_model.pre_layrnorm', 'vision_model.norm_before'),
  ...layers('vision_model'),
  ...affine('vision_model.post_layernorm', 'vision_model.norm_after'),
  ['visual_projection.weight', 'visual_projection.weight'],
  ['text_projection.weight', 'text_projection.weight'],
  ['logit_scale', 'logit_scale'],
  ...affine('classifier', 'classifier'),
];

const buffers = [/embeddings\.position_ids$/];
const textOnly = [...buffers, /^vision_model\./, /^visual_projection\./, /^logit_scale$/];
const visionOnly = [...buffers, /^text_model\./, /^text_projection\./, /^logit_scale$/];

/** Both towers. */
export const clipWeights: WeightNames = { prefix: '', renames, ignored: buffers };
/** The text tower, also out of a file that holds both. */
export const clipTextWeights: WeightNames = {
  prefix: 'text_model.',
  renames,
  ignored: [...textOnly, /^text_projection\./],
};
/** The text tower with its projection. */
export const clipTextProjectionWeights: WeightNames = { prefix: '', renames, ignored: textOnly };
/** The picture tower, also out of a file that holds both. */
export const clipVisionWeights: WeightNames = {
  prefix: 'vision_model.',
  renames,
  ignored: [...visionOnly, /^visual_projection\./],
};
/** The picture tower with its projection. */
export const clipVisionProjectionWeights: WeightNames = { prefix: '', renames, ignored: visionOnly };
/** The picture tower under a classifier. */
export const clipClassWeights: WeightNames = { ...clipVisionWeights, prefix: '' };
