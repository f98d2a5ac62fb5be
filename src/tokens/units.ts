// The one idea behind every modality: anything → a sequence of units, each with its place in the original → a matrix [N, D] plus
// positions. Text has its own, older shape (`Encoding`); pictures, video, sound, DNA, concepts and whatever comes next have this one.
import { type NdArray, ndArray } from '../array/index.ts';

/** Where a unit lies in its original. Intervals are half open: `start` belongs to the unit, `end` does not. */
export type Place =
  /** Characters (UTF-16 units) or bases. */
  | { readonly kind: 'span'; readonly start: number; readonly end: number }
  /** Pixels of a picture. */
  | Box
  /** A box that lasts some frames; `from` and `to` are its times in seconds. */
  | Tube
  /** A piece of a spectrogram: frames and mel bins, with their meaning in seconds and hertz. */
  | Band
  /** Nothing that could be drawn on: one item of a list. */
  | { readonly kind: 'item'; readonly index: number; readonly name: string };

/** A rectangle of pixels. */
export interface Box {
  readonly kind: 'box';
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** A box in time and space. */
export interface Tube {
  readonly kind: 'tube';
  /** First frame, and how many. */
  readonly start: number;
  readonly frames: number;
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
  /** Seconds. */
  readonly from: number;
  readonly to: number;
}

/** A box in time and frequency. */
export interface Band {
  readonly kind: 'band';
  readonly startFrame: number;
  readonly frames: number;
  readonly startBin: number;
  readonly bins: number;
  /** Seconds. */
  readonly from: number;
  readonly to: number;
  /** Hertz. */
  readonly low: number;
  readonly high: number;
}

/** What the units hold, before any learned weight: a name each, a vector each, or a bag of names each. */
export type UnitValues =
  /** `ids` `[N]`, each below `size`: rows of an embedding table. */
  | { readonly kind: 'ids'; readonly ids: NdArray<'int64'>; readonly size: number }
  /** `vectors` `[N, D]`: what a linear layer projects. */
  | { readonly kind: 'vectors'; readonly vectors: NdArray<'float32'> }
  /** Unit `i` is the ids and weights from `offsets[i]` to `offsets[i + 1]`: a weighted sum of rows of an embedding table. */
  | {
      readonly kind: 'bags';
      readonly ids: NdArray<'int64'>;
      readonly weights: NdArray<'float32'>;
      readonly offsets: readonly number[];
      readonly size: number;
    };

/** A tokenized original of any modality. `P` is how places look, `O` what `restore` gives back. */
export interface Units<P extends Place = Place, O = unknown> {
  /** `image`, `video`, `audio`, `dna`, `concepts`, or the name of one's own. */
  readonly modality: string;
  readonly values: UnitValues;
  /** One per unit, in order. */
  readonly places: readonly P[];
  /** `[N, A]`: where each unit stands on each of the `axes`, in steps; a Transformer's position encoding starts from these. */
  readonly positions: NdArray<'int64'>;
  /** Names of the position's columns: `['index']`, `['row', 'column']`, `['frame', 'row', 'column']`, … */
  readonly axes: readonly string[];
  /** A word or two for each unit, for people: the k-mer, `patch 3`, … */
  readonly names: readonly string[];
  /**
   * The original again, from these units or from `values` of the same shape (a model's reconstruction; overlaps are averaged).
   * @throws UnitsError where the units do not cover the original
   */
  readonly restore: (values?: UnitValues) => O;
}

/** An original that cannot be cut into units, or units that cannot be joined. */
export class UnitsError extends Error {
  override readonly name = 'UnitsError';
}

/** How many units. */
export function countOf(units: Units): number {
  return units.places.length;
}

/** Positions `[N, A]` from a row of numbers per unit. */
export function positionsFrom(rows: readonly (readonly number[])[], axes: number): NdArray<'int64'> {
  const data = new BigInt64Array(rows.length * axes);
  rows.forEach((row, n) => {
    for (let a = 0; a < axes; a++) data[n * axes + a] = BigInt(row[a] as number);
  });
  return ndArray('int64', [rows.length, axes], data);
}

/** The vectors of units. @throws UnitsError when they are ids or bags */
export function vectorsOf(values: UnitValues): NdArray<'float32'> {
  if (values.kind !== 'vectors') throw new UnitsError(`vectorsOf: expected units that are vectors, got ${values.kind}`);
  return values.vectors;
}

/** The ids of units as numbers. @throws UnitsError when they are vectors or bags */
export function idsOf(values: UnitValues): number[] {
  if (values.kind !== 'ids') throw new UnitsError(`idsOf: expected units that are ids, got ${values.kind}`);
  return Array.from(values.ids.data, Number);
}

/** Throws unless `given` can stand in for `own` in `restore`. */
export function checkSameShape(own: UnitValues, given: UnitValues): void {
  const shape = (values: UnitValues): string =>
    values.kind === 'vectors' ? `vectors [${values.vectors.shape}]` : `${values.kind} [${values.ids.shape}]`;
  if (shape(own) !== shape(given)) throw new UnitsError(`restore: expected ${shape(own)}, got ${shape(given)}`);
}
