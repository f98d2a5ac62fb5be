// What a masked autoencoder is to paint, as plain arrays: for rivals and for pictures of what it painted. The model's own target is part
// of its graph (`models/vit-mae`).
import { float32, type NdArray } from '../../array/index.ts';
import type { Model } from '../../models/index.ts';

/** How pictures are cut. */
export interface PatchShape {
  /** Rows and columns of pixels. */
  readonly patch: readonly [number, number];
  /** Whether every patch is normalised by its own mean and deviation. */
  readonly normalizes: boolean;
}

/** How an autoencoder's pictures are cut. */
export function patchShapeOf({ layout, config }: Model): PatchShape {
  return { patch: layout?.patch ?? [1, 1], normalizes: config.norm_pix_loss === true };
}

/** The model's guard against flat patches. */
const EPSILON = 1e-6;

/** Where every value of the patches `[N, P·Q·C]` (channels fastest) lies in a picture `[C, H, W]`. */
function pixelPlaces([channels, height, width]: readonly number[], [rows, columns]: PatchShape['patch']): number[] {
  const [c, h, w] = [channels ?? 0, height ?? 0, width ?? 0];
  const places: number[] = [];
  for (let top = 0; top < h; top += rows)
    for (let left = 0; left < w; left += columns)
      for (let y = 0; y < rows; y++)
        for (let x = 0; x < columns; x++)
          for (let channel = 0; channel < c; channel++) places.push((channel * h + top + y) * w + left + x);
  return places;
}

/** Mean and deviation of one patch. */
function momentsOf(values: Float32Array): readonly [mean: number, deviation: number] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return [mean, Math.sqrt(variance + EPSILON)];
}

/** Patches `[B, N, P·Q·C]` of pictures `[B, C, H, W]`, as the loss compares them. */
export function patchTargets(pixels: NdArray<'float32'>, { patch, normalizes }: PatchShape): NdArray<'float32'> {
  const [batch = 0, channels = 0, ...size] = pixels.shape;
  const places = pixelPlaces([channels, ...size], patch);
  const width = patch[0] * patch[1] * channels;
  const data = new Float32Array(batch * places.length);
  for (let b = 0; b < batch; b++)
    places.forEach((place, i) => {
      data[b * places.length + i] = pixels.data[b * places.length + place] as number;
    });
  if (normalizes)
    for (let at = 0; at < data.length; at += width) {
      const values = data.subarray(at, at + width);
      const [mean, deviation] = momentsOf(values);
      values.forEach((value, i) => {
        values[i] = (value - mean) / deviation;
      });
    }
  return float32([batch, places.length / width, width], data);
}

/** Pictures `[B, C, H, W]` whose hidden patches are painted; normalised ones get back the mean and deviation of what was there. */
export function paintedPixels(
  pixels: NdArray<'float32'>,
  painted: NdArray<'float32'>,
  mask: NdArray<'float32'>,
  shape: PatchShape,
): NdArray<'float32'> {
  const [batch = 0, ...size] = pixels.shape;
  const places = pixelPlaces(size, shape.patch);
  const width = painted.shape[2] as number;
  const there = patchTargets(pixels, { ...shape, normalizes: false }).data;
  const data = Float32Array.from(pixels.data);
  for (let at = 0; at < painted.data.length; at += width) {
    if (mask.data[at / width] === 0) continue;
    const [mean, deviation] = shape.normalizes ? momentsOf(there.subarray(at, at + width)) : [0, 1];
    for (let i = at; i < at + width; i++) {
      const [picture, place] = [Math.floor(i / places.length), places[i % places.length] as number];
      data[picture * places.length + place] = (painted.data[i] as number) * deviation + mean;
    }
  }
  return float32([batch, ...size], data);
}

/** The mean of some pictures' patches `[N, P·Q·C]`. */
export function meanPatches(rows: readonly NdArray<'float32'>[], shape: PatchShape): Float32Array {
  const [first] = rows;
  if (!first) return new Float32Array(0);
  const sums = new Float64Array(first.data.length);
  for (const row of rows) {
    const { data } = patchTargets(float32([1, ...row.shape], row.data), shape);
    data.forEach((value, i) => {
      sums[i] = (sums[i] as number) + value;
    });
  }
  return Float32Array.from(sums, (sum) => sum / rows.length);
}

/** Mean squared error over hidden patches of painting the same `[N, P·Q·C]` on every picture; zeros where it is absent. */
export function squaredError(
  targets: NdArray<'float32'>,
  mask: NdArray<'float32'>,
  painted: Float32Array | undefined,
): number {
  const [, patches = 0, width = 1] = targets.shape;
  let [sum, hidden] = [0, 0];
  mask.data.forEach((isHidden, patch) => {
    if (isHidden === 0) return;
    hidden++;
    for (let i = 0; i < width; i++) {
      const guess = painted?.[(patch % patches) * width + i] ?? 0;
      sum += ((targets.data[patch * width + i] as number) - guess) ** 2;
    }
  });
  return sum / (hidden * width);
}
