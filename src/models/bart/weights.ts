// How the files of BART and Marian call our parameters: [theirs, ours].
import { affine, type WeightNames } from '../architecture.ts';
import { POSITIONS, TOWER_TABLES } from './config.ts';

type Pairs = readonly (readonly [string, string])[];

const attention = (theirs: string, ours: string): Pairs =>
  (
    [
      ['q_proj', 'query'],
      ['k_proj', 'key'],
      ['v_proj', 'value'],
      ['out_proj', 'output'],
    ] as const
  ).flatMap(([theirPart, ourPart]) => affine(`${theirs}.${theirPart}`, `${ours}.${ourPart}`));

function tower(name: 'encoder' | 'decoder'): Pairs {
  const [theirs, ours] = [`model.${name}.layers.{i}`, `${name}.layers.{i}`];
  return [
    ...attention(`${theirs}.self_attn`, `${ours}.attention`),
    ...affine(`${theirs}.self_attn_layer_norm`, `${ours}.attention_norm`),
    ...attention(`${theirs}.encoder_attn`, `${ours}.cross_attention`),
    ...affine(`${theirs}.encoder_attn_layer_norm`, `${ours}.cross_attention_norm`),
    ...affine(`${theirs}.fc1`, `${ours}.feed_forward.up`),
    ...affine(`${theirs}.fc2`, `${ours}.feed_forward.down`),
    ...affine(`${theirs}.final_layer_norm`, `${ours}.feed_forward_norm`),
    [`model.${name}.embed_positions.weight`, `${name}.position.weight`],
    ...affine(`model.${name}.layernorm_embedding`, `${name}.embedding_norm`),
    [`model.${name}.embed_tokens.weight`, `${name}.word.weight`],
  ];
}

/** Copies of tied tables are not read. */
export function bartWeights(options: {
  readonly sharesTables: boolean;
  readonly isTied: boolean;
  readonly computesPositions: boolean;
}): WeightNames {
  return {
    prefix: 'model.',
    renames: [
      ['model.shared.weight', 'shared.weight'],
      ['model.encoder.embed_tokens.weight', 'shared.weight'],
      ['model.decoder.embed_tokens.weight', 'shared.weight'],
      ...tower('encoder'),
      ...tower('decoder'),
      ['lm_head.weight', 'vocabulary.weight'],
      ['final_logits_bias', 'logits_bias'],
    ],
    ignored: [
      /^(model\.)?(encoder|decoder)\.version$/,
      /^final_logits_bias$/,
      ...(options.sharesTables ? [TOWER_TABLES] : [/(^|\.)shared\.weight$/]),
      ...(options.isTied ? [/^lm_head\.weight$/] : []),
      ...(options.computesPositions ? [POSITIONS] : []),
    ],
  };
}
