// How GPT-2's files call our parameters: [theirs, ours].
import { affine, type WeightNames } from '../architecture.ts';

const body = [
  ['transformer.wte.weight', 'wte.weight'],
  ['transformer.wpe.weight', 'wpe.weight'],
  ...affine('transformer.ln_f', 'norm'),
  ...affine('transformer.h.{i}.ln_1', 'layers.{i}.attention_norm'),
  ...affine('transformer.h.{i}.attn.c_attn', 'layers.{i}.attention.qkv'),
  ...affine('transformer.h.{i}.attn.c_proj', 'layers.{i}.attention.output'),
  ...affine('transformer.h.{i}.ln_2', 'layers.{i}.feed_forward_norm'),
  ...affine('transformer.h.{i}.mlp.c_fc', 'layers.{i}.feed_forward.up'),
  ...affine('transformer.h.{i}.mlp.c_proj', 'layers.{i}.feed_forward.down'),
  ['lm_head.weight', 'vocabulary.weight'],
] as const;

/**
 * `model_type` gpt2. The mask is a buffer of old files; a tied head is a copy of the embedding table.
 * @param classifier what the class calls its classifier
 */
export function gptWeights(isTied: boolean, classifier = 'score'): WeightNames {
  return {
    prefix: 'transformer.',
    renames: [...body, ...affine(classifier, 'classifier')],
    ignored: [/\.attn\.(masked_)?bias$/, ...(isTied ? [/^lm_head\.weight$/] : [])],
  };
}
