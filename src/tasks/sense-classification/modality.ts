// What makes one sense differ from another: the model's class, the arrays that an original becomes, and the file that says how.
import type { NdArray } from '../../array/index.ts';
import type { AugmentedModality, SenseExample } from '../../data/index.ts';
import type { HubConfig } from '../../models/index.ts';
import { UnitsError } from '../../tokens/index.ts';
import { initializerRange } from '../first-values.ts';
import { labelTables } from '../labels.ts';
import type { SenseModelRecipe } from './recipe.ts';

/** `preprocessor_config.json`. */
export type Preprocessor = Readonly<Record<string, unknown>>;

/** What a run reads of the folder that it starts from. */
export interface StartedPreprocessor {
  /** Absent where the folder has none. */
  readonly preprocessor?: Preprocessor;
  /** Told of what the run does not take over. */
  readonly note: (message: string) => void;
}

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
  /**
   * The preprocessor of a new run; `sample` are some training examples, for means, where `start` has none for such originals. @throws DataError
   * as `readExample`
   */
  readonly preprocessorOf: (
    tokens: K,
    sample: readonly SenseExample<T>[],
    start?: StartedPreprocessor,
  ) => Preprocessor | Promise<Preprocessor>;
  /** How originals are read by a model with this configuration. @throws UnitsError for files of another family */
  readonly readerOf: (config: HubConfig, preprocessor: Preprocessor) => Reader<T>;
  /** Rows of a batch under each other. */
  readonly collate: (rows: readonly NdArray<'float32'>[]) => NdArray<'float32'>;
}

/** The start's preprocessor, by what reads those of this sense; undefined, and told, where there is none. */
export function preprocessorOfStart<P>(
  read: (json: unknown, where: string) => P,
  { preprocessor, note }: StartedPreprocessor,
): P | undefined {
  const tell = (reason: string): void =>
    note(`preprocessor initialized: mean and deviation are not the start's, ${reason}`);
  if (!preprocessor) {
    tell('it has no preprocessor_config.json');
    return undefined;
  }
  try {
    return read(preprocessor, "the start's preprocessor_config.json");
  } catch (error) {
    if (!(error instanceof UnitsError)) throw error;
    tell(error.message);
    return undefined;
  }
}

/** `config.json` of a new encoder with a classifier; with the `config.json` of a `start`, an encoder that computes as that one does. */
export function senseConfig<K>(
  modality: Pick<Modality<never, K>, 'className' | 'configOf'>,
  tokens: K,
  model: SenseModelRecipe,
  labels: readonly string[],
  start?: HubConfig,
): HubConfig {
  return {
    architectures: [modality.className],
    ...modality.configOf(tokens),
    ...encoderFields(model),
    ...(start ? functionFields(start) : {}),
    ...labelTables(labels),
  };
}

/** Families whose norms take another number where their file is silent. */
const silentEpsilon: Readonly<Record<string, number>> = { dinov2: 1e-6, 'tube-vit': 1e-6 };

/** What a start says of its function beside sizes, and of new weights. What it leaves out is written as its family has it. */
function functionFields(start: HubConfig): HubConfig {
  return {
    hidden_act: start.hidden_act ?? 'gelu',
    layer_norm_eps: start.layer_norm_eps ?? silentEpsilon[String(start.model_type)] ?? 1e-12,
    initializer_range: start.initializer_range ?? 0.02,
    ...(start.qkv_bias === undefined ? {} : { qkv_bias: start.qkv_bias }),
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
