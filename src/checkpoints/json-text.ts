// JSON as Hugging Face writes it. Transformers 5 checks the types of `config.json`: a 1 is no float to it, and JSON.stringify writes
// 1.0 as 1. The fields are those of transformers 5.24 that are floats in the families that are here.

const floats = [
  'activation_dropout',
  'attention_dropout',
  'attention_probs_dropout_prob',
  'attn_pdrop',
  'beta_fast',
  'beta_slow',
  'classifier_dropout',
  'classifier_dropout_prob',
  'decoder_layerdrop',
  'drop_path_rate',
  'dropout',
  'dropout_rate',
  'embd_pdrop',
  'embedding_dropout',
  'encoder_layerdrop',
  'factor',
  'global_rope_theta',
  'hidden_dropout_prob',
  'high_freq_factor',
  'init_std',
  'initializer_cutoff_factor',
  'initializer_factor',
  'initializer_range',
  'label_smoothing',
  'layer_norm_eps',
  'layer_norm_epsilon',
  'layerscale_value',
  'local_rope_theta',
  'logit_scale_init_value',
  'low_freq_factor',
  'mask_ratio',
  'mlp_dropout',
  'mscale',
  'mscale_all_dim',
  'norm_eps',
  'qa_dropout',
  'resid_pdrop',
  'rms_norm_eps',
  'rnn_dropout',
  'rope_theta',
  'seq_classif_dropout',
  'summary_first_dropout',
  'summary_last_dropout',
] as const;

/** A whole number on the line of a float. Strings have no line ends in JSON, so a line is a field. */
const wholeFloat = new RegExp(`^(\\s*"(?:${floats.join('|')})": -?\\d+)(?=,?$)`, 'gm');

/** A JSON document with a line for each field; whole numbers of float fields get their point: `"initializer_factor": 1.0`. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2).replace(wholeFloat, '$1.0')}\n`;
}
