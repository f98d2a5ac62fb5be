// How the files of T5 and mT5 call our parameters: [theirs, ours].
import type { WeightNames } from '../architecture.ts';

type Pairs = readonly (readonly [string, string])[];

const attention = (theirs: string, ours: string): Pairs => [
  [`${theirs}.q.weight`, `${ours}.query.weight`],
  [`${theirs}.k.weight`, `${ours}.key.weight`],
  [`${theirs}.v.weight`, `${ours}.value.weight`],
  [`${theirs}.o.weight`, `${ours}.output.weight`],
];

function tower(name: 'encoder' | 'decoder'): Pairs {
  const [theirs, ours] = [`${name}.block.{i}.layer`, `${name}.layers.{i}`];
  const last = name === 'encoder' ? 1 : 2;
  const cross: Pairs = [
    ...attention(`${theirs}.1.EncDecAttention`, `${ours}.cross_attention`),
    [`${theirs}.1.layer_norm.weight`, `${ours}.cross_attention_norm.weight`],
  ];
  return [
    ...attention(`${theirs}.0.SelfAttention`, `${ours}.attention`),
    [`${theirs}.0.layer_norm.weight`, `${ours}.attention_norm.weight`],
    ...(name === 'decoder' ? cross : []),
    [`${theirs}.${last}.DenseReluDense.wi.weight`, `${ours}.feed_forward.plain.weight`],
    [`${theirs}.${last}.DenseReluDense.wi_0.weight`, `${ours}.feed_forward.gate.weight`],
    [`${theirs}.${last}.DenseReluDense.wi_1.weight`, `${ours}.feed_forward.up.weight`],
    [`${theirs}.${last}.DenseReluDense.wo.weight`, `${ours}.feed_forward.down.weight`],
    [`${theirs}.${last}.layer_norm.weight`, `${ours}.feed_forward_norm.weight`],
    [`${name}.block.0.layer.0.SelfAttention.relative_attention_bias.weight`, `${name}.relative.weight`],
    [`${name}.final_layer_norm.weight`, `${name}.norm.weight`],
  ];
}

/** The first layer's `up` is called `wi` where nothing is gated. */
const ungated = ([theirs, ours]: readonly [string, string]): readonly [string, string] => [
  theirs,
  ours.replace('.plain.', '.up.'),
];

/** `model_type` t5 and mt5. Copies of tied tables are not read. */
export function t5Weights(options: {
  readonly isGated: boolean;
  readonly isTied: boolean;
  readonly part?: 'encoder';
}): WeightNames {
  const layers = [...tower('encoder'), ...tower('decoder')];
  const unwanted = options.isGated ? '.plain.' : '.up.';
  return {
    prefix: 'transformer.',
    renames: [
      ['shared.weight', 'shared.weight'],
      ['encoder.embed_tokens.weight', 'shared.weight'],
      ...layers.filter(([, ours]) => !ours.includes(unwanted)).map(ungated),
      ['lm_head.weight', 'vocabulary.weight'],
    ],
    ignored: [
      /^(encoder|decoder)\.embed_tokens\.weight$/,
      /\.EncDecAttention\.relative_attention_bias\.weight$/,
      ...(options.isTied ? [/^lm_head\.weight$/] : []),
      ...(options.part === 'encoder' ? [/^decoder\./, /^lm_head\.weight$/] : []),
    ],
  };
}
