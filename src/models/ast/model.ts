// AST (Gong et al. 2021): a DeiT over overlapping patches of a log-mel spectrogram. Patches run frequency-major: all times of the
// lowest band first. Class and distillation token are averaged.
import { add, divide, type Tensor, transpose, unsqueeze } from '../../graph/index.ts';
import {
  layerNormWith,
  type Module,
  type Pair,
  patchEmbedding,
  patchGrid,
  truncatedNormalInit,
} from '../../nn/index.ts';
import {
  type Architecture,
  affine,
  type Choices,
  ConfigReader,
  type HubConfig,
  type Model,
  type WeightNames,
} from '../architecture.ts';
import { classify, stateOf } from '../class-head.ts';
import { textLabels } from '../losses.ts';
import { type EncoderConfig, encode, encoderConfigFrom, encoderNames, linearOf } from '../patch-encoder.ts';
import { joinTokens } from '../picture-embedding.ts';
import { NO_CHOICES } from '../settle.ts';
import { namedStates } from '../states.ts';

/** What an AST configuration says. */
export interface AstConfig extends EncoderConfig {
  readonly melBins: number;
  /** Frames of a spectrogram. */
  readonly frames: number;
  readonly patch: Pair;
  /** Steps over frequency and over time. */
  readonly stride: Pair;
  readonly labels: readonly string[];
}

/** From a `config.json` of `model_type` audio-spectrogram-transformer. */
export function astConfigFrom(hub: HubConfig): AstConfig {
  const read = new ConfigReader(hub, 'model_type audio-spectrogram-transformer');
  return {
    ...encoderConfigFrom(read),
    melBins: read.size('num_mel_bins', 128),
    frames: read.size('max_length', 1024),
    patch: read.pair('patch_size', 16),
    stride: [read.size('frequency_stride', 10), read.size('time_stride', 10)],
    labels: read.labels(),
  };
}

const PREFIX = 'audio_spectrogram_transformer';
const SPECIAL = ['cls_token', 'distillation_token'];
const layers = encoderNames(`${PREFIX}.encoder.layer`, `${PREFIX}.layers`);

const weights: WeightNames = {
  prefix: `${PREFIX}.`,
  renames: [
    ...SPECIAL.map((name): [string, string] => [`${PREFIX}.embeddings.${name}`, `embeddings.${name}`]),
    [`${PREFIX}.embeddings.position_embeddings`, 'embeddings.positions'],
    ...affine(`${PREFIX}.embeddings.patch_embeddings.projection`, 'embeddings.patches'),
    ...layers.written,
    ...affine(`${PREFIX}.layernorm`, 'norm'),
    ...affine('classifier.layernorm', 'classifier_norm'),
    ...affine('classifier.dense', 'classifier'),
    ...layers.read,
  ],
  ignored: [],
};

/** Spectrograms `[B, T, F]` to the stream `[B, 2 + rows · columns, D]`. */
function embed(module: Module, values: Tensor, config: AstConfig): Tensor {
  const { dim, patch, stride, initDeviation } = config;
  const grid = patchGrid([config.melBins, config.frames], patch, stride);
  const picture = unsqueeze(transpose(values, [0, 2, 1]), [1]);
  const initialize = truncatedNormalInit(initDeviation);
  const patches = module.child('patches', (m) => patchEmbedding(m, picture, { dim, patch, stride, initialize }));
  return joinTokens(module, patches, { grid, learned: grid }, { ...config, special: SPECIAL });
}

function checked(config: AstConfig, choices: Choices): void {
  const shape = choices.shapes.input_values;
  if (shape && (shape.length !== 3 || shape[1] !== config.frames || shape[2] !== config.melBins)) {
    throw new RangeError(
      `input_values: expected [batch, ${config.frames}, ${config.melBins}] (config.max_length, config.num_mel_bins), got [${shape.join(', ')}]; ` +
        'pad or cut the features, or adapt the positions to another length',
    );
  }
}

function create(className: string, hub: HubConfig, choices: Choices): Model {
  const config = astConfigFrom(hub);
  checked(config, choices);
  const grid = patchGrid([config.melBins, config.frames], config.patch, config.stride);
  const isClassifier = className === 'ASTForAudioClassification';
  return {
    className,
    modelType: 'audio-spectrogram-transformer',
    config: hub,
    inputs: {
      input_values: { dtype: 'float32', shape: ['batch', config.frames, config.melBins] },
      ...(isClassifier ? { labels: textLabels(hub, config.labels.length) } : {}),
    },
    weights,
    layout: { special: SPECIAL.length, grid, learned: grid, patch: config.patch, stride: config.stride },
    settle: (chosen) => create(className, hub, chosen),
    forward: (module, inputs, loss = {}) => {
      const x = module.child('embeddings', (m) => embed(m, inputs.input_values as Tensor, config));
      const encoded = encode(module, x, config);
      const pooled = divide(add(stateOf(encoded.states, 0), stateOf(encoded.states, 1)), 2);
      const states = namedStates(encoded);
      if (!isClassifier) return { values: { last_hidden_state: encoded.states, pooler_output: pooled }, states };
      const features = module.child('classifier_norm', (m) => layerNormWith(config.normEpsilon)(m, pooled));
      const head = { hub, count: config.labels.length, layer: linearOf(config), labels: inputs.labels, loss };
      return { values: classify(module, features, head), states };
    },
  };
}

/** AST. */
export const ast: Architecture = {
  modelType: 'audio-spectrogram-transformer',
  classes: ['ASTModel', 'ASTForAudioClassification'],
  create: (className, config) => create(className, config, NO_CHOICES),
};
