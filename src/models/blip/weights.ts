// How BLIP's files call our parameters.
import { affine, type WeightNames } from '../architecture.ts';

type Pairs = readonly (readonly [string, string])[];

const textNames = (theirs: string, ours: string): Pairs => [
  [`${theirs}.embeddings.word_embeddings.weight`, `${ours}.embeddings.word.weight`],
  [`${theirs}.embeddings.position_embeddings.weight`, `${ours}.embeddings.position.weight`],
  ...affine(`${theirs}.embeddings.LayerNorm`, `${ours}.embeddings.norm`),
  ...(
    [
      ['attention.self.query', 'attention.query'],
      ['attention.self.key', 'attention.key'],
      ['attention.self.value', 'attention.value'],
      ['attention.output.dense', 'attention.output'],
      ['attention.output.LayerNorm', 'attention_norm'],
      ['crossattention.self.query', 'cross_attention.query'],
      ['crossattention.self.key', 'cross_attention.key'],
      ['crossattention.self.value', 'cross_attention.value'],
      ['crossattention.output.dense', 'cross_attention.output'],
      ['crossattention.output.LayerNorm', 'cross_attention_norm'],
      ['intermediate.dense', 'feed_forward.up'],
      ['output.dense', 'feed_forward.down'],
      ['output.LayerNorm', 'feed_forward_norm'],
    ] as const
  ).flatMap(([name, mine]) => affine(`${theirs}.encoder.layer.{i}.${name}`, `${ours}.encoder.layers.{i}.${mine}`)),
];

const visionNames: Pairs = [
  ['vision_model.embeddings.class_embedding', 'vision_model.embeddings.class_token'],
  ['vision_model.embeddings.position_embedding', 'vision_model.embeddings.positions'],
  ...affine('vision_model.embeddings.patch_embedding', 'vision_model.embeddings.patches'),
  ...(
    [
      ['self_attn.qkv', 'attention.qkv'],
      ['self_attn.projection', 'attention.output'],
      ['layer_norm1', 'attention_norm'],
      ['layer_norm2', 'feed_forward_norm'],
      ['mlp.fc1', 'feed_forward.up'],
      ['mlp.fc2', 'feed_forward.down'],
    ] as const
  ).flatMap(([name, mine]) =>
    affine(`vision_model.encoder.layers.{i}.${name}`, `vision_model.encoder.layers.{i}.${mine}`),
  ),
  ...affine('vision_model.post_layernorm', 'vision_model.norm'),
];

/** All classes: each file holds the towers that its class has. */
export const blipWeights: WeightNames = {
  prefix: '',
  renames: [
    ...visionNames,
    ...textNames('text_model', 'text_model'),
    ...affine('text_model.pooler.dense', 'text_model.pooler'),
    ...textNames('text_encoder', 'text_encoder'),
    ...textNames('text_decoder.bert', 'text_decoder'),
    ...affine('text_decoder.cls.predictions.transform.dense', 'text_decoder.language_model.dense'),
    ...affine('text_decoder.cls.predictions.transform.LayerNorm', 'text_decoder.language_model.norm'),
    ['text_decoder.cls.predictions.bias', 'text_decoder.language_model.bias'],
    ['visual_projection.weight', 'visual_projection.weight'],
    ['text_projection.weight', 'text_projection.weight'],
    ['logit_scale', 'logit_scale'],
    ...affine('vision_proj', 'vision_proj'),
    ...affine('text_proj', 'text_proj'),
    ...affine('itm_head', 'itm_head'),
  ],
  ignored: [/embeddings\.position_ids$/, /\.cls\.predictions\.decoder\.(weight|bias)$/],
};
