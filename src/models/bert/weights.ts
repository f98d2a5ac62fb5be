// How the files of BERT and its relatives call our parameters: [theirs, ours].
import { affine, type WeightNames } from '../architecture.ts';
import { fileNames } from '../names.ts';

type Pairs = readonly (readonly [string, string])[];

const embeddings = (prefix: string): Pairs => [
  [`${prefix}embeddings.word_embeddings.weight`, 'embeddings.word.weight'],
  [`${prefix}embeddings.position_embeddings.weight`, 'embeddings.position.weight'],
  [`${prefix}embeddings.token_type_embeddings.weight`, 'embeddings.token_type.weight'],
  ...affine(`${prefix}embeddings.LayerNorm`, 'embeddings.norm'),
];

const POST_NORMS = { attention_norm: 'attention.output.LayerNorm', feed_forward_norm: 'output.LayerNorm' };
const PRE_NORMS = { attention_norm: 'attention.LayerNorm', feed_forward_norm: 'intermediate.LayerNorm' };

const bertLayers = (prefix: string, norms = POST_NORMS): Pairs =>
  (
    [
      ['attention.self.query', 'attention.query'],
      ['attention.self.key', 'attention.key'],
      ['attention.self.value', 'attention.value'],
      ['attention.output.dense', 'attention.output'],
      [norms.attention_norm, 'attention_norm'],
      ['intermediate.dense', 'feed_forward.up'],
      ['output.dense', 'feed_forward.down'],
      [norms.feed_forward_norm, 'feed_forward_norm'],
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

/** Ours of the head of words: its own table, where it is not tied, and its bias. */
const [HEAD_TABLE, HEAD_BIAS] = ['language_model.decoder.weight', 'language_model.bias'];

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
    ['cls.predictions.decoder.weight', HEAD_TABLE],
    ['cls.predictions.bias', HEAD_BIAS],
  ],
  ignored: [...buffers, /^cls\.predictions\.decoder\./, /^cls\.seq_relationship\./],
};

/** RoBERTa's, below a prefix. */
const robertaNames = (prefix: string, layers: Pairs): WeightNames => ({
  prefix,
  renames: [
    ...embeddings(prefix),
    ...layers,
    ...affine(`${prefix}pooler.dense`, 'pooler'),
    ...affine('classifier', 'classifier'),
    ...affine('qa_outputs', 'answers'),
    ...affine('lm_head.dense', 'language_model.dense'),
    ...affine('lm_head.layer_norm', 'language_model.norm'),
    ['lm_head.decoder.weight', HEAD_TABLE],
    ['lm_head.bias', HEAD_BIAS],
  ],
  ignored: [...buffers, /^lm_head\.decoder\./],
});

/** `model_type` roberta. */
export const robertaWeights: WeightNames = robertaNames('roberta.', bertLayers('roberta.'));

const PRE_NORM = 'roberta_prelayernorm.';
/** `model_type` roberta-prelayernorm. */
export const preNormWeights: WeightNames = robertaNames(PRE_NORM, [
  ...bertLayers(PRE_NORM, PRE_NORMS),
  ...affine(`${PRE_NORM}LayerNorm`, 'norm'),
]);

/**
 * Names where the head of words is not the embedding table. Where files know two biases, the layer's own is added then, and the other
 * one is only read where that is missing.
 */
export function withOwnHead(weights: WeightNames): WeightNames {
  const [table, bias] = [HEAD_TABLE, HEAD_BIAS].map((ours) => fileNames(ours, weights)[0]) as [string, string];
  return {
    ...weights,
    renames: [[table.replace(/weight$/, 'bias'), HEAD_BIAS], ...weights.renames],
    ignored: [
      ...weights.ignored.filter((pattern) => !pattern.test(table)),
      new RegExp(`^${bias.replaceAll('.', '\\.')}$`),
    ],
  };
}

/** What files call an own head, and the table it may be a copy of. */
export function tiedNames(weights: WeightNames): { readonly head: string; readonly tables: readonly string[] } {
  return { head: fileNames(HEAD_TABLE, weights)[0] as string, tables: fileNames('embeddings.word.weight', weights) };
}

/** The classifier of whole texts has two layers in RoBERTa and ELECTRA. */
function withHiddenClassifier(weights: WeightNames): WeightNames {
  return {
    ...weights,
    renames: [
      ...weights.renames.filter(([theirs]) => !theirs.startsWith('classifier.')),
      ...affine('classifier.dense', 'classifier_hidden'),
      ...affine('classifier.out_proj', 'classifier'),
    ],
  };
}

/** `RobertaForSequenceClassification`. */
export const robertaTextWeights: WeightNames = withHiddenClassifier(robertaWeights);

/** `RobertaPreLayerNormForSequenceClassification`. */
export const preNormTextWeights: WeightNames = withHiddenClassifier(preNormWeights);

/** `model_type` electra: discriminators and generators. */
export const electraWeights: WeightNames = {
  prefix: 'electra.',
  renames: [
    ...embeddings('electra.'),
    ...affine('electra.embeddings_project', 'embedding_projection'),
    ...bertLayers('electra.'),
    ...affine('classifier', 'classifier'),
    ...affine('qa_outputs', 'answers'),
    ...affine('sequence_summary.summary', 'summary'),
    ...affine('discriminator_predictions.dense', 'discriminator.dense'),
    ...affine('discriminator_predictions.dense_prediction', 'discriminator.prediction'),
    ...affine('generator_predictions.dense', 'language_model.dense'),
    ...affine('generator_predictions.LayerNorm', 'language_model.norm'),
    ['generator_lm_head.weight', HEAD_TABLE],
    ['generator_lm_head.bias', HEAD_BIAS],
  ],
  ignored: [...buffers, /^generator_lm_head\.weight$/],
};

/** `ElectraForSequenceClassification`. */
export const electraTextWeights: WeightNames = withHiddenClassifier(electraWeights);

const albertLayers: Pairs = (
  [
    ['attention.query', 'attention.query'],
    ['attention.key', 'attention.key'],
    ['attention.value', 'attention.value'],
    ['attention.dense', 'attention.output'],
    ['attention.LayerNorm', 'attention_norm'],
    ['ffn', 'feed_forward.up'],
    ['ffn_output', 'feed_forward.down'],
    ['full_layer_layer_norm', 'feed_forward_norm'],
  ] as const
).flatMap(([theirs, ours]) =>
  affine(`albert.encoder.albert_layer_groups.{i}.albert_layers.{j}.${theirs}`, `encoder.groups.{i}.layers.{j}.${ours}`),
);

/** `model_type` albert. */
export const albertWeights: WeightNames = {
  prefix: 'albert.',
  renames: [
    ...embeddings('albert.'),
    ...affine('albert.encoder.embedding_hidden_mapping_in', 'embedding_projection'),
    ...albertLayers,
    ...affine('albert.pooler', 'pooler'),
    ...affine('classifier', 'classifier'),
    ...affine('qa_outputs', 'answers'),
    ...affine('predictions.dense', 'language_model.dense'),
    ...affine('predictions.LayerNorm', 'language_model.norm'),
    ['predictions.decoder.weight', HEAD_TABLE],
    ['predictions.bias', HEAD_BIAS],
  ],
  ignored: [...buffers, /^predictions\.decoder\./, /^sop_classifier\./],
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
    ['vocab_projector.weight', HEAD_TABLE],
    ['vocab_projector.bias', HEAD_BIAS],
  ],
  ignored: [...buffers, /^vocab_projector\.weight$/],
};
