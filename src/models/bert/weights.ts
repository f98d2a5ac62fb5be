// How BERT's, RoBERTa's and DistilBERT's files call our parameters: [theirs, ours].
import { affine, type WeightNames } from '../architecture.ts';

type Pairs = readonly (readonly [string, string])[];

const embeddings = (prefix: string): Pairs => [
  [`${prefix}embeddings.word_embeddings.weight`, 'embeddings.word.weight'],
  [`${prefix}embeddings.position_embeddings.weight`, 'embeddings.position.weight'],
  [`${prefix}embeddings.token_type_embeddings.weight`, 'embeddings.token_type.weight'],
  ...affine(`${prefix}embeddings.LayerNorm`, 'embeddings.norm'),
];

const bertLayers = (prefix: string): Pairs =>
  (
    [
      ['attention.self.query', 'attention.query'],
      ['attention.self.key', 'attention.key'],
      ['attention.self.value', 'attention.value'],
      ['attention.output.dense', 'attention.output'],
      ['attention.output.LayerNorm', 'attention_norm'],
      ['intermediate.dense', 'feed_forward.up'],
      ['output.dense', 'feed_forward.down'],
      ['output.LayerNorm', 'feed_forward_norm'],
    ] as const
  ).flatMap(([theirs, ours]) => affine(`${prefix}encoder.layer.{i}.${theirs}`, `encoder.layers.{i}.${ours}`));

const distilLayers: Pairs = (
  [
    ['attention.q_lin', 'attention.query'],
    ['attention.k_lin', 'attention.key'],
    ['attention.v_lin', 'attention.value'],
    ['attention.out_lin', 'attention.output'],
    ['sa_layer_norm', 'attention_norm'],
    ['ffn.lin1', 'feed_forward.up'],
    ['ffn.lin2', 'feed_forward.down'],
    ['output_layer_norm', 'feed_forward_norm'],
  ] as const
).flatMap(([theirs, ours]) => affine(`distilbert.transformer.layer.{i}.${theirs}`, `encoder.layers.{i}.${ours}`));

const buffers = [/embeddings\.position_ids$/, /embeddings\.token_type_ids$/];

/** `model_type` bert. */
export const bertWeights: WeightNames = {
  prefix: 'bert.',
  renames: [
    ...embeddings('bert.'),
    ...bertLayers('bert.'),
    ...affine('bert.pooler.dense', 'pooler'),
    ...affine('classifier', 'classifier'),
    ...affine('qa_outputs', 'answers'),
    ...affine('cls.predictions.transform.dense', 'language_model.dense'),
    ...affine('cls.predictions.transform.LayerNorm', 'language_model.norm'),
    ['cls.predictions.bias', 'language_model.bias'],
  ],
  ignored: [...buffers, /^cls\.predictions\.decoder\./, /^cls\.seq_relationship\./],
};

/** `model_type` roberta. */
export const robertaWeights: WeightNames = {
  prefix: 'roberta.',
  renames: [
    ...embeddings('roberta.'),
    ...bertLayers('roberta.'),
    ...affine('roberta.pooler.dense', 'pooler'),
    ...affine('classifier.dense', 'classifier_hidden'),
    ...affine('classifier.out_proj', 'classifier'),
    ...affine('qa_outputs', 'answers'),
    ...affine('lm_head.dense', 'language_model.dense'),
    ...affine('lm_head.layer_norm', 'language_model.norm'),
    ['lm_head.bias', 'language_model.bias'],
  ],
  ignored: [...buffers, /^lm_head\.decoder\./],
};

/** `RobertaForTokenClassification` calls its classifier as BERT does. */
export const robertaTokenWeights: WeightNames = {
  ...robertaWeights,
  renames: [
    ...robertaWeights.renames.filter(([theirs]) => !theirs.startsWith('classifier.')),
    ...affine('classifier', 'classifier'),
  ],
};

/** `model_type` distilbert. */
export const distilBertWeights: WeightNames = {
  prefix: 'distilbert.',
  renames: [
    ...embeddings('distilbert.'),
    ...distilLayers,
    ...affine('pre_classifier', 'classifier_hidden'),
    ...affine('classifier', 'classifier'),
    ...affine('qa_outputs', 'answers'),
    ...affine('vocab_transform', 'language_model.dense'),
    ...affine('vocab_layer_norm', 'language_model.norm'),
    ['vocab_projector.bias', 'language_model.bias'],
  ],
  ignored: [...buffers, /^vocab_projector\.weight$/],
};
