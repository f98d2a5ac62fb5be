// Tokenized originals of any modality as one batch: padding, mask, lengths, positions, ready for nn.
import { float32, type NamedArrays, type NdArray, ndArray } from '../array/index.ts';
import { countOf, type Units, type UnitValues } from '../tokens/index.ts';
import { DataError } from './dataset.ts';

/** Options of `collateUnits`. */
export interface CollateOptions {
  /** Id that fills rows of ids and bags; 0 when left out. */
  readonly padId?: number;
  /** Length of all rows; that of the longest when left out. */
  readonly length?: number;
}

/** A batch. `input_ids` `[B, T]`, or `vectors` `[B, T, D]`, or bags: `input_ids` and `weights` `[B, T, F]`. */
export interface UnitBatch extends NamedArrays {
  /** 1 where there is a unit, int64 `[B, T]`. */
  readonly attention_mask: NdArray<'int64'>;
  /** Units of each row, int64 `[B]`. */
  readonly lengths: NdArray<'int64'>;
  /** int64 `[B, T, A]`, 0 in padding. */
  readonly positions: NdArray<'int64'>;
}

interface Frame {
  readonly batch: number;
  readonly width: number;
  readonly padId: number;
}

type Filler = (values: readonly UnitValues[], frame: Frame) => NamedArrays;
type Of<K extends UnitValues['kind']> = Extract<UnitValues, { kind: K }>;

const fillers: Readonly<Record<UnitValues['kind'], Filler>> = {
  ids: (values, { batch, width, padId }) => {
    const data = new BigInt64Array(batch * width).fill(BigInt(padId));
    for (const [b, { ids }] of (values as Of<'ids'>[]).entries()) data.set(ids.data, b * width);
    return { input_ids: ndArray('int64', [batch, width], data) };
  },
  vectors: (values, { batch, width }) => {
    const all = values as Of<'vectors'>[];
    const dim = all[0]?.vectors.shape[1] ?? 0;
    const data = new Float32Array(batch * width * dim);
    for (const [b, { vectors }] of all.entries()) {
      if (vectors.shape[1] !== dim) {
        throw new DataError(`collateUnits: expected vectors of ${dim} numbers, got ${vectors.shape[1]} (row ${b})`);
      }
      data.set(vectors.data, b * width * dim);
    }
    return { vectors: float32([batch, width, dim], data) };
  },
  bags: (values, { batch, width, padId }) => {
    const all = values as Of<'bags'>[];
    const features = Math.max(
      1,
      ...all.flatMap(({ offsets }) => offsets.slice(1).map((end, i) => end - (offsets[i] ?? 0))),
    );
    const ids = new BigInt64Array(batch * width * features).fill(BigInt(padId));
    const weights = new Float32Array(batch * width * features);
    for (const [b, bag] of all.entries()) {
      for (let t = 0; t + 1 < bag.offsets.length; t++) {
        const [from, to] = [bag.offsets[t] as number, bag.offsets[t + 1] as number];
        ids.set(bag.ids.data.subarray(from, to), (b * width + t) * features);
        weights.set(bag.weights.data.subarray(from, to), (b * width + t) * features);
      }
    }
    const shape = [batch, width, features];
    return { input_ids: ndArray('int64', shape, ids), weights: float32(shape, weights) };
  },
};

/**
 * A batch of units of one kind, padded on the right.
 * @throws DataError for no rows, mixed kinds or axes, vectors of different lengths, or a row longer than `length`
 */
export function collateUnits(rows: readonly Units[], options: CollateOptions = {}): UnitBatch {
  const [first] = rows;
  if (!first) throw new DataError('collateUnits: expected units, got none');
  const longest = Math.max(...rows.map(countOf));
  const { padId = 0, length: width = longest } = options;
  const axes = first.axes.length;
  const [mask, positions] = [new BigInt64Array(rows.length * width), new BigInt64Array(rows.length * width * axes)];
  for (const [b, row] of rows.entries()) {
    const [kind, own] = [`${first.values.kind} on ${first.axes}`, `${row.values.kind} on ${row.axes}`];
    if (kind !== own) throw new DataError(`collateUnits: expected ${kind}, got ${own} (row ${b})`);
    if (countOf(row) > width) {
      throw new DataError(`collateUnits: expected at most ${width} units, got ${countOf(row)} (row ${b})`);
    }
    mask.fill(1n, b * width, b * width + countOf(row));
    positions.set(row.positions.data, b * width * axes);
  }
  return {
    ...fillers[first.values.kind](
      rows.map(({ values }) => values),
      { batch: rows.length, width, padId },
    ),
    attention_mask: ndArray('int64', [rows.length, width], mask),
    lengths: ndArray(
      'int64',
      [rows.length],
      BigInt64Array.from(rows, (row) => BigInt(countOf(row))),
    ),
    positions: ndArray('int64', [rows.length, width, axes], positions),
  };
}

/** Arrays of one shape under each other: `[…] × B → [B, …]`. @throws DataError for none or different shapes */
export function stackArrays(arrays: readonly NdArray<'float32'>[]): NdArray<'float32'> {
  const [first] = arrays;
  if (!first) throw new DataError('stackArrays: expected arrays, got none');
  const data = new Float32Array(arrays.length * first.data.length);
  for (const [b, array] of arrays.entries()) {
    if (array.shape.join() !== first.shape.join()) {
      throw new DataError(`stackArrays: expected shape [${first.shape}], got [${array.shape}] (row ${b})`);
    }
    data.set(array.data, b * first.data.length);
  }
  return float32([arrays.length, ...first.shape], data);
}

/** Pictures `[C, H, W]` of one size as `pixel_values` `[B, C, H, W]`. */
export function collatePictures(pictures: readonly NdArray<'float32'>[]): { pixel_values: NdArray<'float32'> } {
  return { pixel_values: stackArrays(pictures) };
}

/** Clips `[C, T, H, W]` of one size as `pixel_values` `[B, T, C, H, W]`, Hugging Face's order for videos. */
export function collateClips(clips: readonly NdArray<'float32'>[]): { pixel_values: NdArray<'float32'> } {
  const stacked = stackArrays(clips);
  const [batch = 0, channels = 0, frames = 0, height = 0, width = 0] = stacked.shape;
  const plane = height * width;
  const data = new Float32Array(stacked.data.length);
  for (let b = 0; b < batch; b++) {
    for (let c = 0; c < channels; c++) {
      for (let t = 0; t < frames; t++) {
        const from = ((b * channels + c) * frames + t) * plane;
        data.set(stacked.data.subarray(from, from + plane), ((b * frames + t) * channels + c) * plane);
      }
    }
  }
  return { pixel_values: float32([batch, frames, channels, height, width], data) };
}

/** Features `[T, F]` of sounds of any length as `input_values` `[B, T, F]` with `attention_mask` `[B, T]`; padding is `padding`, or 0. */
export function collateFeatures(
  features: readonly NdArray<'float32'>[],
  padding = 0,
): { input_values: NdArray<'float32'>; attention_mask: NdArray<'int64'> } {
  const [first] = features;
  if (!first) throw new DataError('collateFeatures: expected features, got none');
  const [, size = 0] = first.shape;
  const width = Math.max(...features.map(({ shape }) => shape[0] ?? 0));
  const data = new Float32Array(features.length * width * size).fill(padding);
  const mask = new BigInt64Array(features.length * width);
  for (const [b, one] of features.entries()) {
    if (one.shape[1] !== size) {
      throw new DataError(`collateFeatures: expected ${size} features, got ${one.shape[1]} (row ${b})`);
    }
    data.set(one.data, b * width * size);
    mask.fill(1n, b * width, b * width + (one.shape[0] ?? 0));
  }
  const shape = [features.length, width];
  return { input_values: float32([...shape, size], data), attention_mask: ndArray('int64', shape, mask) };
}
