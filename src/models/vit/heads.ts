// What stands on ViT and DeiT: pooler, classifiers, and the picture painted again from its visible patches (SimMIM, Xie et al. 2022).
import {
  absolute,
  add,
  type CrossEntropyOptions,
  castTo,
  type Dim,
  divide,
  expand,
  multiply,
  reshape,
  slice,
  subtract,
  sum,
  type Tensor,
  transpose,
} from '../../graph/index.ts';
import { activationNamed, type Module, type Pair, project, truncatedNormalInit, zerosInit } from '../../nn/index.ts';
import { ConfigError, type HubConfig, type Inputs } from '../architecture.ts';
import { classify, stateOf } from '../class-head.ts';
import { linearOf } from '../patch-encoder.ts';
import type { Picture } from '../picture-embedding.ts';
import type { VitConfig } from './config.ts';

/** What a head reads. */
export interface HeadContext {
  readonly config: VitConfig;
  readonly hub: HubConfig;
  readonly inputs: Inputs;
  readonly picture: Picture;
  readonly loss: CrossEntropyOptions;
  /** Tokens before the patches. */
  readonly special: number;
  readonly hasPooler: boolean;
}

/** Named results from the normalised states `[B, T, D]`. */
export type Head = (module: Module, states: Tensor, context: HeadContext) => Record<string, Tensor>;

/** The bare model with its pooler, where it has one. */
export const bare: Head = (module, states, { config, hasPooler }) => {
  if (!hasPooler) return { last_hidden_state: states };
  const pooled = module.child('pooler', (m) =>
    activationNamed(config.poolerActivation)(linearOf(config)(m, stateOf(states), config.poolerDim)),
  );
  return { last_hidden_state: states, pooler_output: pooled };
};

/** A class from the class token. */
export const imageClass: Head = (module, states, { config, hub, inputs, loss }) =>
  classify(module, stateOf(states), {
    hub,
    count: config.labels.length,
    layer: linearOf(config),
    labels: inputs.labels,
    loss,
  });

/** Class and distillation token with a classifier each, and their mean (Touvron et al. 2021). */
export const imageClassWithTeacher: Head = (module, states, { config }) => {
  const [own, taught] = ['cls_classifier', 'distillation_classifier'].map((name, place) =>
    module.child(name, (m) => linearOf(config)(m, stateOf(states, place), config.labels.length)),
  ) as [Tensor, Tensor];
  return { logits: divide(add(own, taught), 2), cls_logits: own, distillation_logits: taught };
};

/** `reconstruction` `[B, C, H, W]`, and its mean absolute error on hidden patches where there is a mask. */
export const paintedPicture: Head = (module, states, context) => {
  const { config, inputs, picture, special } = context;
  const stride = config.encoderStride;
  const patches = slice(states, 1, special, states.shape[1] as Dim);
  const width = stride * stride * picture.channels;
  const pixels = module.child('decoder', (m) => {
    const weight = m.parameter('weight', [width, config.dim, 1, 1], truncatedNormalInit(config.initDeviation));
    return add(project(patches, reshape(weight, [width, config.dim])), m.parameter('bias', [width], zerosInit));
  });
  const painted = shuffle(pixels, picture.grid, { channels: picture.channels, stride });
  const mask = inputs.bool_masked_pos;
  if (!mask) return { reconstruction: painted };
  if (picture.patch.some((size) => size !== stride)) {
    throw new ConfigError(
      `config.encoder_stride: expected patch_size ${picture.patch.join('×')}, or no bool_masked_pos, got ${stride} (model_type ${context.hub.model_type})`,
    );
  }
  const hidden = maskPixels(mask, picture.grid, stride);
  const target = slice(
    slice(inputs.pixel_values as Tensor, 2, 0, picture.grid[0] * stride),
    3,
    0,
    picture.grid[1] * stride,
  );
  const error = sum(multiply(absolute(subtract(target, painted)), hidden));
  return { loss: divide(divide(error, add(sum(hidden), 1e-5)), picture.channels), reconstruction: painted };
};

/** `[B, N, s²·C] → [B, C, rows·s, columns·s]`: torch's PixelShuffle on tokens. */
function shuffle(
  pixels: Tensor,
  [rows, columns]: Pair,
  { channels, stride }: { channels: number; stride: number },
): Tensor {
  const parts = reshape(pixels, [pixels.shape[0] as Dim, rows, columns, channels, stride, stride]);
  return reshape(transpose(parts, [0, 3, 1, 4, 2, 5]), [
    pixels.shape[0] as Dim,
    channels,
    rows * stride,
    columns * stride,
  ]);
}

/** A mask of patches `[B, N]` as one of pixels `[B, 1, H, W]`. */
function maskPixels(mask: Tensor, [rows, columns]: Pair, stride: number): Tensor {
  const batch = mask.shape[0] as Dim;
  const cells = reshape(castTo(mask, 'float32'), [batch, 1, rows, 1, columns, 1]);
  return reshape(expand(cells, [batch, 1, rows, stride, columns, stride]), [batch, 1, rows * stride, columns * stride]);
}
