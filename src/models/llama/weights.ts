// How the files of the Llama family call our parameters: [theirs, ours].
import { affine, type WeightNames } from '../architecture.ts';

/** All members of the family. A tied head is a copy of the embedding table, where it is stored at all. */
export function llamaWeights(isTied: boolean): WeightNames {
  return {
    prefix: 'model.',
    renames: [
      ['model.embed_tokens.weight', 'embed.weight'],
      ...(
        [
          ['self_attn.q_proj', 'attention.query'],
          ['self_attn.k_proj', 'attention.key'],
          ['self_attn.v_proj', 'attention.value'],
          ['self_attn.o_proj', 'attention.output'],
          ['self_attn.q_norm', 'attention.query_norm'],
          ['self_attn.k_norm', 'attention.key_norm'],
          ['mlp.gate_proj', 'feed_forward.gate'],
          ['mlp.up_proj', 'feed_forward.up'],
          ['mlp.down_proj', 'feed_forward.down'],
          ['input_layernorm', 'attention_norm'],
          ['post_attention_layernorm', 'feed_forward_norm'],
        ] as const
      ).flatMap(([theirs, ours]) => affine(`model.layers.{i}.${theirs}`, `layers.{i}.${ours}`)),
      ['model.norm.weight', 'norm.weight'],
      ['lm_head.weight', 'vocabulary.weight'],
      ...affine('score', 'classifier'),
    ],
    ignored: [/\.rotary_emb\.inv_freq$/, ...(isTied ? [/^lm_head\.weight$/] : [])],
  };
}
