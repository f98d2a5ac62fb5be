// How ModernBERT's files call our parameters: [theirs, ours].
import { affine, type WeightNames } from '../architecture.ts';

/** `model_type` modernbert. A tied head of the masked language model is a copy of the embedding table; its bias is its own. */
export const modernBertWeights = (isTied: boolean): WeightNames => ({
  prefix: 'model.',
  renames: [
    ['model.embeddings.tok_embeddings.weight', 'embeddings.word.weight'],
    ...affine('model.embeddings.norm', 'embeddings.norm'),
    ...affine('model.layers.{i}.attn_norm', 'layers.{i}.attention_norm'),
    ...affine('model.layers.{i}.attn.Wqkv', 'layers.{i}.attention.qkv'),
    ...affine('model.layers.{i}.attn.Wo', 'layers.{i}.attention.output'),
    ...affine('model.layers.{i}.mlp_norm', 'layers.{i}.feed_forward_norm'),
    ...affine('model.layers.{i}.mlp.Wi', 'layers.{i}.feed_forward.gate_up'),
    ...affine('model.layers.{i}.mlp.Wo', 'layers.{i}.feed_forward.down'),
    ...affine('model.final_norm', 'norm'),
    ...affine('head.dense', 'head.dense'),
    ...affine('head.norm', 'head.norm'),
    ...affine('classifier', 'classifier'),
    ...affine('decoder', 'language_model'),
  ],
  ignored: isTied ? [/^decoder\.weight$/] : [],
});
