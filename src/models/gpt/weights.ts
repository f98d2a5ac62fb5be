// How GPT-2's files call our parameters: [theirs, ours].
import { affine, type WeightNames } from '../architecture.ts';

/** `model_type` gpt2. The mask is a buffer of old files; the language model's head is the embedding table. */
export const gptWeights: WeightNames = {
  prefix: 'transformer.',
  renames: [
    ['transformer.wte.weight', 'wte.weight'],
    ['transformer.wpe.weight', 'wpe.weight'],
    ...affine('transformer.ln_f', 'norm'),
    ...affine('transformer.h.{i}.ln_1', 'layers.{i}.attention_norm'),
    ...affine('transformer.h.{i}.attn.c_attn', 'layers.{i}.attention.qkv'),
    ...affine('transformer.h.{i}.attn.c_proj', 'layers.{i}.attention.output'),
    ...affine('transformer.h.{i}.ln_2', 'layers.{i}.feed_forward_norm'),
    ...affine('transformer.h.{i}.mlp.c_fc', 'layers.{i}.feed_forward.up'),
    ...affine('transformer.h.{i}.mlp.c_proj', 'layers.{i}.feed_forward.down'),
    ['score.weight', 'classifier.weight'],
  ],
  ignored: [/\.attn\.(masked_)?bias$/, /^lm_head\.weight$/],
};

/** `GPT2ForTokenClassification` calls its head otherwise. */
export const gptTokenWeights: WeightNames = {
  ...gptWeights,
  renames: [
    ...gptWeights.renames.filter(([theirs]) => theirs !== 'score.weight'),
    ...affine('classifier', 'classifier'),
  ],
};
