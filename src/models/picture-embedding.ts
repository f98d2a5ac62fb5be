// Pictures as the input of an encoder: their sizes, special tokens in front, learned positions, masked patches.
import {
  add,
  castTo,
  concat,
  type Dim,
  expand,
  multiply,
  subtract,
  type Tensor,
  tap,
  unsqueeze,
} from '../graph/index.ts';
import {
  type Module,
  type Pair,
  patchEmbedding,
  patchGrid,
  resizePositions,
  truncatedNormalInit,
  zerosInit,
} from '../nn/index.ts';
import type { Choices, ConfigReader, InputSpec, PatchLayout } from './architecture.ts';

/** What a configuration says of pictures. */
export interface PictureConfig {
  readonly channels: number;
  /** Height and width that the positions were learned for. */
  readonly imageSize: Pair;
  readonly patch: Pair;
}

/** `image_size`, `patch_size` (numbers or pairs) and `num_channels`. */
export function pictureConfigFrom(read: ConfigReader, patch = 16): PictureConfig {
  return {
    channels: read.size('num_channels', 3),
    imageSize: read.pair('image_size', 224),
    patch: read.pair('patch_size', patch),
  };
}

/** The pictures of one run. */
export interface Picture extends PictureConfig {
  /** Height and width of the pictures given. */
  readonly size: Pair;
  /** Rows and columns of their patches, and of the learned positions. */
  readonly grid: Pair;
  readonly learned: Pair;
}

/**
 * The picture size of a run: that of the array given, else the configuration's.
 * @throws RangeError for another size unless positions are to be interpolated, or another number of channels
 */
export function pictureOf(config: PictureConfig, choices: Choices, interpolates: boolean): Picture {
  const shape = choices.shapes.pixel_values;
  const size = (shape?.slice(2) ?? config.imageSize) as Pair;
  const wanted = `[batch, ${config.channels}, ${config.imageSize.join(', ')}]`;
  if (shape && (shape.length !== 4 || shape[1] !== config.channels)) {
    throw new RangeError(`pixel_values: expected ${wanted}, got [${shape.join(', ')}]`);
  }
  if (!interpolates && size.join() !== config.imageSize.join()) {
    throw new RangeError(
      `pixel_values: expected ${wanted} (config.image_size), got ${size.join('×')}; give interpolate_pos_encoding = 1 to resize the positions`,
    );
  }
  return {
    ...config,
    size,
    grid: patchGrid(size, config.patch),
    learned: patchGrid(config.imageSize, config.patch),
  };
}

/** Where the tokens of pictures lie, behind `special` others. */
export function layoutOf({ grid, learned, patch }: Picture, special: number): PatchLayout {
  return { special, grid, learned, patch, stride: patch };
}

/** `pixel_values` `[B, C, H, W]` of a run. */
export function pixelSpec(picture: Picture): InputSpec {
  return { dtype: 'float32', shape: ['batch', picture.channels, ...picture.size] };
}

/** `bool_masked_pos` `[B, N]`: 1 where a patch is hidden. */
export function maskSpec(picture: Picture): InputSpec {
  return { dtype: 'int64', shape: ['batch', picture.grid[0] * picture.grid[1]], optional: true };
}

/** A learned token `[1, 1, D]` for every sequence of `x` `[B, T, D]`. */
export function tokenFor(token: Tensor, x: Tensor): Tensor {
  return expand(token, [x.shape[0] as Dim, 1, x.shape[2] as Dim]);
}

/** Patches `[B, N, D]` with the `mask_token` of `module` where `mask` is not 0; the token is declared also when there is no mask. */
export function hidePatches(
  module: Module,
  patches: Tensor,
  mask: Tensor | undefined,
  shape: readonly number[],
): Tensor {
  const token = module.parameter('mask_token', shape, zerosInit);
  if (!mask) return patches;
  const hidden = unsqueeze(castTo(mask, 'float32'), [2]);
  return add(multiply(patches, subtract(1, hidden)), multiply(token, hidden));
}

/** Parts of an embedding that differ between families. */
export interface EmbeddingOptions {
  readonly dim: number;
  /** Names of the tokens in front: `cls_token`, `distillation_token`. */
  readonly special: readonly string[];
  readonly initDeviation: number;
  readonly dropout: number;
  /** Changes the patch tokens before positions are added. */
  readonly masking?: (module: Module, patches: Tensor) => Tensor;
}

/** Learned positions `positions` `[1, special + N, D]` of `module`, resized to the picture's grid. */
export function positionsOf(
  module: Module,
  picture: Pick<Picture, 'grid' | 'learned'>,
  options: EmbeddingOptions,
): Tensor {
  const { dim, special, initDeviation } = options;
  const [rows, columns] = picture.learned;
  const shape = [1, special.length + rows * columns, dim];
  const table = module.parameter('positions', shape, truncatedNormalInit(initDeviation));
  return resizePositions(table, { special: special.length, from: picture.learned, to: picture.grid });
}

/** Special tokens in front of patch tokens, and positions added to all: `[B, N, D] → [B, special + N, D]`. */
export function joinTokens(
  module: Module,
  patches: Tensor,
  picture: Pick<Picture, 'grid' | 'learned'>,
  options: EmbeddingOptions,
): Tensor {
  const { dim, special, initDeviation, dropout, masking = (_, x) => x } = options;
  const shown = masking(module, patches);
  const front = special.map((name) =>
    tokenFor(module.parameter(name, [1, 1, dim], truncatedNormalInit(initDeviation)), shown),
  );
  const x = add(concat([...front, shown], 1), positionsOf(module, picture, options));
  return tap('output', module.dropout(x, dropout));
}

/** Pictures `[B, C, H, W]` to the stream `[B, special + N, D]`, by the kernel `patches` of `module`. */
export function embedPicture(module: Module, pixels: Tensor, picture: Picture, options: EmbeddingOptions): Tensor {
  const initialize = truncatedNormalInit(options.initDeviation);
  const patches = module.child('patches', (m) =>
    patchEmbedding(m, pixels, { dim: options.dim, patch: picture.patch, initialize }),
  );
  return joinTokens(module, patches, picture, options);
}
