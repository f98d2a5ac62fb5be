// What makes one sense differ from another: the model's class, the arrays that an original becomes, and the file that says how.
import type { NdArray } from '../../array/index.ts';
import type { AugmentedModality, SenseExample } from '../../data/index.ts';
import type { HubConfig } from '../../models/index.ts';
import { initializerRange } from '../first-values.ts';
import { labelTables } from '../labels.ts';
import type { SenseModelRecipe } from './recipe.ts';

/** `preprocessor_config.json`. */
export type Preprocessor = Readonly<Record<string, unknown>>;

/** One original as the model reads it, without the batch's axis. */
export type Reader<T> = (original: T) => NdArray<'float32'> | Promise<NdArray<'float32'>>;

/** One sense. `T` is an original, `K` what a recipe says of its tokens. */
export interface Modality<T, K> {
  /** Which augmentations there are. */
  readonly sense: AugmentedModality;
  /** The class that is trained from nothing. */
  readonly className: string;
  /** What the model calls its input. */
  readonly input: 'pixel_values' | 'input_values';
  /** The part of `config.json` that the tokens decide. */
  readonly configOf: (tokens: K) => HubConfig;
  /** The preprocessor of a new run; `sample` are some training examples, for means. @throws DataError as `readExample` */
  readonly preprocessorOf: (tokens: K, sample: readonly SenseExample<T>[]) => Preprocessor | Promise<Preprocessor>;
  /** How originals are read by a model with this configuration. @throws UnitsError for files of another family */
  readonly readerOf: (config: HubConfig, preprocessor: Preprocessor) => Reader<T>;
  /** Rows of a batch under each other. */
  readonly collate: (rows: readonly NdArray<'float32'>[]) => NdArray<'float32'>;
}

/** `config.json` of a new encoder with a classifier. */
export function senseConfig<K>(
  modality: Pick<Modality<never, K>, 'className' | 'configOf'>,
  tokens: K,
  model: SenseModelRecipe,
  labels: readonly string[],
): HubConfig {
  return {
    architectures: [modality.className],
    ...modality.configOf(tokens),
    ...encoderFields(model),
    ...labelTables(labels),
  };
}

/** What `config.json` says of the encoder that all senses share. */
export function encoderFields(model: SenseModelRecipe): HubConfig {
  return {
    hidden_size: model.dim,
    num_hidden_layers: model.layers,
    num_attention_heads: model.heads,
    intermediate_size: model.ffnDim,
    hidden_act: 'gelu',
    hidden_dropout_prob: model.dropout,
    attention_probs_dropout_prob: model.attentionDropout,
    initializer_range: initializerRange(model),
    layer_norm_eps: 1e-6,
    ...(model.dropPath ? { drop_path_rate: model.dropPath } : {}),
  };
}
