// MAE (He et al. 2022): the encoder sees a quarter of the patches, a small decoder paints the rest.

import { float32 } from '../../array/index.ts';
import {
  add,
  concat,
  type Dim,
  divide,
  expand,
  mean,
  multiply,
  power,
  reshape,
  slice,
  subtract,
  sum,
  type Tensor,
  transpose,
} from '../../graph/index.ts';
import {
  type Initializer,
  type Module,
  normalInit,
  type Pair,
  patchEmbedding,
  resizePositions,
  sinusoidGrid,
  tokensAt,
  windowsOf,
  xavierInit,
} from '../../nn/index.ts';
import type { Architecture, Choices, HubConfig, Model } from '../architecture.ts';
import { encode, linearOf } from '../patch-encoder.ts';
import { layoutOf, type Picture, pictureOf, pixelSpec, tokenFor } from '../picture-embedding.ts';
import { NO_CHOICES } from '../settle.ts';
import { namedStates } from '../states.ts';
import { type MaeConfig, maeConfigFrom, maeEncoderWeights, maeWeights } from './config.ts';
import { type Masking, maskByNoise } from './masking.ts';

/** Fixed positions of a grid, columns before rows as the published weights have them, zero for the class token. */
function fixedPositions([rows, columns]: Pair, dim: number): Initializer {
  return () => {
    const table = new Float32Array((1 + rows * columns) * dim);
    // the grid turned round, so that the first half tells the column
    const { data } = sinusoidGrid(columns, rows, dim);
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const from = (column * rows + row) * dim;
        table.set(data.subarray(from, from + dim), (1 + row * columns + column) * dim);
      }
    return float32([1, 1 + rows * columns, dim], table);
  };
}

function positionsOf(module: Module, grid: Pair, dim: number): Tensor {
  return module.buffer('positions', [1, 1 + grid[0] * grid[1], dim], fixedPositions(grid, dim));
}

function embed(module: Module, pixels: Tensor, masking: Masking, config: MaeConfig, picture: Picture): Tensor {
  const { dim } = config;
  const patches = module.child('patches', (m) =>
    patchEmbedding(m, pixels, { dim, patch: picture.patch, initialize: xavierInit }),
  );
  const learned = positionsOf(module, picture.learned, dim);
  const positions = resizePositions(learned, { special: 1, from: picture.learned, to: picture.grid });
  const placed = add(patches, slice(positions, 1, 1, positions.shape[1] as Dim));
  const token = module.parameter('cls_token', [1, 1, dim], normalInit(config.initDeviation));
  const first = add(token, slice(positions, 1, 0, 1));
  return concat([tokenFor(first, patches), tokensAt(placed, masking.kept)], 1);
}

/** Pixels of every patch, `[B, N, P·Q·C]`, from the states of the visible ones. */
function paint(module: Module, states: Tensor, masking: Masking, config: MaeConfig, picture: Picture): Tensor {
  const { decoder } = config;
  const [batch] = states.shape as [Dim];
  const places = picture.grid[0] * picture.grid[1];
  const seen = module.child('embed', (m) => linearOf(decoder)(m, states, decoder.dim));
  const token = module.parameter('mask_token', [1, 1, decoder.dim], normalInit(config.initDeviation));
  const visible = (seen.shape[1] as number) - 1;
  const hidden = expand(token, [batch, places - visible, decoder.dim]);
  const shuffled = concat([slice(seen, 1, 1, visible + 1), hidden], 1);
  const tokens = concat([slice(seen, 1, 0, 1), tokensAt(shuffled, masking.restore)], 1);
  const learned = positionsOf(module, picture.learned, decoder.dim);
  // one row of all places, as the reference stretches the decoder's table
  const line = picture.learned[0] * picture.learned[1];
  const x = add(tokens, resizePositions(learned, { special: 1, from: [1, line], to: [1, places] }));
  const decoded = encode(module, x, decoder);
  const width = picture.patch[0] * picture.patch[1] * picture.channels;
  const pixels = module.child('pixels', (m) => linearOf(decoder)(m, decoded.states, width));
  return slice(pixels, 1, 1, places + 1);
}

/** What is to be painted, `[B, N, P·Q·C]`: channels vary fastest. */
function patchPixels(pixels: Tensor, { patch, channels }: MaeConfig): Tensor {
  const rows = windowsOf(pixels, { size: patch, stride: patch });
  const [batch, places, width] = rows.shape as [Dim, number, number];
  const parts = reshape(rows, [batch, places, channels, width / channels]);
  return reshape(transpose(parts, [0, 1, 3, 2]), [batch, places, width]);
}

/** Mean squared error over hidden patches. */
function paintingLoss(painted: Tensor, pixels: Tensor, mask: Tensor, config: MaeConfig): Tensor {
  let target = patchPixels(pixels, config);
  if (config.normalizesTarget) {
    const width = target.shape[2] as number;
    const centred = subtract(target, mean(target, { axes: [-1], keepdims: true }));
    const variance = divide(sum(multiply(centred, centred), { axes: [-1], keepdims: true }), width - 1);
    target = divide(centred, power(add(variance, 1e-6), 0.5));
  }
  const difference = subtract(painted, target);
  const error = mean(multiply(difference, difference), { axes: [-1] });
  return divide(sum(multiply(error, mask)), sum(mask));
}

function create(className: string, hub: HubConfig, choices: Choices): Model {
  const config = maeConfigFrom(hub);
  const switches = { interpolate_pos_encoding: false, ...choices.switches };
  const picture = pictureOf(config, choices, switches.interpolate_pos_encoding);
  const places = picture.grid[0] * picture.grid[1];
  const isBare = className === 'ViTMAEModel';
  return {
    className,
    modelType: 'vit_mae',
    config: hub,
    inputs: { pixel_values: pixelSpec(picture), noise: { dtype: 'float32', shape: ['batch', places] } },
    weights: isBare ? maeEncoderWeights : maeWeights,
    layout: layoutOf(picture, 1),
    switches,
    settle: (chosen) => create(className, hub, chosen),
    forward: (module, inputs) => {
      const pixels = inputs.pixel_values as Tensor;
      const masking = maskByNoise(inputs.noise as Tensor, config.maskRatio);
      const x = module.child('embeddings', (m) => embed(m, pixels, masking, config, picture));
      const encoded = encode(module, x, config);
      const shared = { mask: masking.mask, ids_restore: masking.restore };
      const states = namedStates(encoded);
      if (isBare) return { values: { last_hidden_state: encoded.states, ...shared }, states };
      const painted = module.child('decoder', (m) => paint(m, encoded.states, masking, config, picture));
      const values = { loss: paintingLoss(painted, pixels, masking.mask, config), logits: painted, ...shared };
      return { values, states };
    },
  };
}

/** MAE: pre-training, and the bare encoder on the visible patches. */
export const vitMae: Architecture = {
  modelType: 'vit_mae',
  classes: ['ViTMAEModel', 'ViTMAEForPreTraining'],
  create: (className, config) => create(className, config, NO_CHOICES),
};
