// DINOv2 (Oquab et al. 2024): a ViT with LayerScale, positions that always follow the picture's size, and a gated feed-forward in
// its largest size.
import { concat, type Dim, mean, slice, type Tensor } from '../../graph/index.ts';
import { activationNamed, type BlockOptions, preNormWith } from '../../nn/index.ts';
import {
  type Architecture,
  affine,
  type Choices,
  ConfigReader,
  type HubConfig,
  type InputSpec,
  type Model,
  type WeightNames,
} from '../architecture.ts';
import { classify, stateOf } from '../class-head.ts';
import { textLabels } from '../losses.ts';
import {
  type EncoderConfig,
  encode,
  encoderBlock,
  encoderConfigFrom,
  encoderNames,
  linearOf,
} from '../patch-encoder.ts';
import {
  embedPicture,
  hidePatches,
  layoutOf,
  maskSpec,
  type PictureConfig,
  pictureConfigFrom,
  pictureOf,
  pixelSpec,
} from '../picture-embedding.ts';
import { NO_CHOICES } from '../settle.ts';
import { namedStates } from '../states.ts';

/** What a DINOv2 configuration says. */
export interface Dinov2Config extends EncoderConfig, PictureConfig {
  readonly layerScale: number;
  readonly dropPath: number;
  readonly gated: boolean;
  readonly hasMaskToken: boolean;
  readonly labels: readonly string[];
}

/** From a `config.json` of `model_type` dinov2. */
export function dinov2ConfigFrom(hub: HubConfig): Dinov2Config {
  const read = new ConfigReader(hub, 'model_type dinov2');
  const gated = read.boolean('use_swiglu_ffn', false);
  const encoder = encoderConfigFrom(read);
  const wide = Math.trunc(encoder.dim * read.number('mlp_ratio', 4));
  return {
    ...encoder,
    ...pictureConfigFrom(read, 14),
    // the gate doubles the weights, so two thirds of the width cost the same
    ffnDim: gated ? Math.floor((Math.trunc((wide * 2) / 3) + 7) / 8) * 8 : wide,
    normEpsilon: read.number('layer_norm_eps', 1e-6),
    layerScale: read.number('layerscale_value', 1),
    dropPath: read.number('drop_path_rate', 0),
    gated,
    hasMaskToken: read.boolean('use_mask_token', true),
    labels: read.labels(),
  };
}

const theirs = 'dinov2.encoder.layer.{i}';
const ours = 'encoder.layers.{i}';
const layers = encoderNames('dinov2.encoder.layer', 'dinov2.encoder.layer');

const weights: WeightNames = {
  prefix: 'dinov2.',
  renames: [
    ['dinov2.embeddings.cls_token', 'embeddings.cls_token'],
    ['dinov2.embeddings.mask_token', 'embeddings.mask_token'],
    ['dinov2.embeddings.position_embeddings', 'embeddings.positions'],
    ...affine('dinov2.embeddings.patch_embeddings.projection', 'embeddings.patches'),
    ...affine(`${theirs}.norm1`, `${ours}.attention_norm`),
    ...affine(`${theirs}.norm2`, `${ours}.feed_forward_norm`),
    [`${theirs}.layer_scale1.lambda1`, `${ours}.attention_scale.scale`],
    [`${theirs}.layer_scale2.lambda1`, `${ours}.feed_forward_scale.scale`],
    ...affine(`${theirs}.mlp.fc1`, `${ours}.feed_forward.up`),
    ...affine(`${theirs}.mlp.fc2`, `${ours}.feed_forward.down`),
    ...layers.written.filter(([, mine]) => mine.includes('.attention.')),
    ...affine('dinov2.layernorm', 'norm'),
    ...affine('classifier', 'classifier'),
    ...layers.read.filter(([, mine]) => mine.includes('.attention.')),
  ],
  ignored: [],
};

const gatedWeights: WeightNames = {
  ...weights,
  renames: [
    ...weights.renames.filter(([, mine]) => !mine.includes('.feed_forward.')),
    ...affine(`${theirs}.mlp.weights_in`, `${ours}.feed_forward.gate_up`),
    ...affine(`${theirs}.mlp.weights_out`, `${ours}.feed_forward.down`),
  ],
};

function blockOf(config: Dinov2Config): BlockOptions {
  const block = encoderBlock(config, preNormWith({ scale: config.layerScale, dropPath: config.dropPath }));
  // dropout of sub-layers is not part of this model; hidden_dropout_prob is for the embeddings alone
  if (!config.gated) return { ...block, dropout: 0 };
  return {
    ...block,
    dropout: 0,
    feedForward: { ...block.feedForward, activation: activationNamed('silu'), gated: 'fused' },
  };
}

function create(className: string, hub: HubConfig, choices: Choices): Model {
  const config = dinov2ConfigFrom(hub);
  const picture = pictureOf(config, choices, true);
  const isClassifier = className === 'Dinov2ForImageClassification';
  const masks: Record<string, InputSpec> = config.hasMaskToken ? { bool_masked_pos: maskSpec(picture) } : {};
  return {
    className,
    modelType: 'dinov2',
    config: hub,
    inputs: {
      pixel_values: pixelSpec(picture),
      ...(isClassifier ? { labels: textLabels(hub, config.labels.length) } : masks),
    },
    weights: config.gated ? gatedWeights : weights,
    layout: layoutOf(picture, 1),
    settle: (chosen) => create(className, hub, chosen),
    forward: (module, inputs, loss = {}) => {
      const x = module.child('embeddings', (m) =>
        embedPicture(m, inputs.pixel_values as Tensor, picture, {
          ...config,
          special: ['cls_token'],
          ...(config.hasMaskToken
            ? { masking: (n, patches) => hidePatches(n, patches, inputs.bool_masked_pos, [1, config.dim]) }
            : {}),
        }),
      );
      const encoded = encode(module, x, config, blockOf(config));
      const states = namedStates(encoded);
      const first = stateOf(encoded.states);
      if (!isClassifier) return { values: { last_hidden_state: encoded.states, pooler_output: first }, states };
      const patches = slice(encoded.states, 1, 1, encoded.states.shape[1] as Dim);
      const head = { hub, count: config.labels.length, layer: linearOf(config), labels: inputs.labels, loss };
      return { values: classify(module, concat([first, mean(patches, { axes: [1] })], 1), head), states };
    },
  };
}

/** DINOv2, bare and with a classifier. */
export const dinov2: Architecture = {
  modelType: 'dinov2',
  classes: ['Dinov2Model', 'Dinov2ForImageClassification'],
  create: (className, config) => create(className, config, NO_CHOICES),
};
