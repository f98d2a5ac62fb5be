// A video as a sequence of tubes: patches of every frame, tubelets (Arnab et al. 2021), or sparse tubes of several shapes in one sequence
// (TubeViT, Piergiovanni et al., CVPR 2023; settings as in daniel-code/TubeViT).
import { type NdArray, ndArray } from '../../array/index.ts';
import { sinusoidPositions } from '../sinusoid.ts';
import {
  checkSameShape,
  positionsFrom,
  type Tube,
  type Units,
  UnitsError,
  type UnitValues,
  vectorsOf,
} from '../units.ts';
import { resampleTube } from './tube-kernel.ts';

/** Frames, rows, columns. */
export type Triple = readonly [number, number, number];

/** One kind of tube: its size, the distance to the next, where the first one begins. */
export interface TubeShape {
  readonly size: Triple;
  readonly stride: Triple;
  readonly offset: Triple;
}

/** Tubes of one or more shapes, in this order. */
export interface TubeLayout {
  readonly tubes: readonly TubeShape[];
  /** Kernel that all shapes share when they differ; 8 × 8 × 8 when left out. */
  readonly kernel?: Triple;
}

/** Patches of every frame by themselves. */
export function framePatches(patch: number): TubeLayout {
  return tubelets(1, patch);
}

/** Boxes of `frames` × `patch` × `patch` that tile the clip. */
export function tubelets(frames: number, patch: number): TubeLayout {
  return { tubes: [{ size: [frames, patch, patch], stride: [frames, patch, patch], offset: [0, 0, 0] }] };
}

/** TubeViT's published shapes: 98 + 147 + 98 + 196 = 539 tubes in 32 frames of 224 × 224. Short and wide, long and narrow, single frames. */
export const tubeVitLayout: TubeLayout = {
  tubes: [
    { size: [8, 8, 8], stride: [16, 32, 32], offset: [0, 0, 0] },
    { size: [16, 4, 4], stride: [6, 32, 32], offset: [4, 8, 8] },
    { size: [4, 12, 12], stride: [16, 32, 32], offset: [0, 16, 16] },
    { size: [1, 16, 16], stride: [32, 16, 16], offset: [0, 0, 0] },
  ],
};

const axes = ['frame', 'row', 'column'] as const;
const sides = ['frames', 'height', 'width'] as const;

/** Tubes of one shape along the three axes. */
function countsOf({ size, stride, offset }: TubeShape, clip: Triple): Triple {
  return sides.map((_, a) => {
    const room = (clip[a] as number) - (offset[a] as number) - (size[a] as number);
    return room < 0 ? 0 : Math.floor(room / (stride[a] as number)) + 1;
  }) as unknown as Triple;
}

/** How many tubes of each shape fit into a clip of `[T, H, W]`. */
export function tubeCounts(clip: Triple, layout: TubeLayout): number[] {
  return layout.tubes.map((shape) => countsOf(shape, clip).reduce((product, count) => product * count, 1));
}

function checkShape(shape: TubeShape, clip: Triple, isTiling: boolean): void {
  const { size, stride, offset } = shape;
  const numbers = [...size, ...stride];
  if (
    !numbers.every((n) => Number.isSafeInteger(n) && n > 0) ||
    !offset.every((n) => Number.isSafeInteger(n) && n >= 0)
  ) {
    throw new UnitsError(
      `cutTubes: expected whole sizes and strides above 0, got ${size} every ${stride} from ${offset}`,
    );
  }
  for (const [a, side] of sides.entries()) {
    const [length, tube, step] = [clip[a], size[a], stride[a]] as [number, number, number];
    if (isTiling && length % tube !== 0) {
      const padded = Math.ceil(length / tube) * tube;
      throw new UnitsError(
        `cutTubes: expected ${side} that ${tube} divides, got ${length}\nPad to ${padded}, or sample or resize to a multiple of ${tube}.`,
      );
    }
    if (length < (offset[a] as number) + tube) {
      throw new UnitsError(
        `cutTubes: expected at least ${(offset[a] as number) + tube} ${side} for tubes of ${size.join('×')} every ${step}, got ${length}: not one fits\nUse smaller tubes for small clips.`,
      );
    }
  }
}

/** The numbers of one tube as `[C, t, h, w]`. */
function cutOne(pixels: NdArray<'float32'>, start: Triple, size: Triple): Float32Array {
  const [channels, frames, height, width] = pixels.shape as [number, number, number, number];
  const out = new Float32Array(channels * size[0] * size[1] * size[2]);
  let at = 0;
  for (let c = 0; c < channels; c++) {
    for (let t = 0; t < size[0]; t++) {
      for (let y = 0; y < size[1]; y++) {
        const from = ((c * frames + start[0] + t) * height + start[1] + y) * width + start[2];
        out.set(pixels.data.subarray(from, from + size[2]), at);
        at += size[2];
      }
    }
  }
  return out;
}

function join(vectors: NdArray<'float32'>, places: readonly Tube[], shape: readonly number[]): NdArray<'float32'> {
  const [channels, frames, height, width] = shape as [number, number, number, number];
  const plane = frames * height * width;
  const [sums, counts] = [new Float64Array(channels * plane), new Uint32Array(plane)];
  let at = 0;
  for (const { start, frames: length, top, left, height: h, width: w } of places) {
    for (let c = 0; c < channels; c++) {
      for (let t = start; t < start + length; t++) {
        for (let y = top; y < top + h; y++) {
          const row = (t * height + y) * width;
          for (let x = left; x < left + w; x++) {
            sums[c * plane + row + x] = (sums[c * plane + row + x] as number) + (vectors.data[at++] as number);
            if (c === 0) counts[row + x] = (counts[row + x] as number) + 1;
          }
        }
      }
    }
  }
  const hole = counts.indexOf(0);
  if (hole >= 0) {
    const where = `frame ${Math.floor(hole / (height * width))}, row ${Math.floor(hole / width) % height}, column ${hole % width}`;
    throw new UnitsError(`restore: expected tubes that cover the clip, got none over ${where}`);
  }
  return ndArray(
    'float32',
    shape,
    Float32Array.from(sums, (sum, i) => sum / (counts[i % plane] as number)),
  );
}

interface Cell {
  readonly shape: TubeShape;
  readonly start: Triple;
}

function cellsOf(clip: Triple, layout: TubeLayout): Cell[] {
  return layout.tubes.flatMap((shape) => {
    const [frames, rows, columns] = countsOf(shape, clip);
    const start = (a: 0 | 1 | 2, index: number): number => shape.offset[a] + index * shape.stride[a];
    return Array.from({ length: frames * rows * columns }, (_, n): Cell => {
      const [t, y, x] = [Math.floor(n / (rows * columns)), Math.floor(n / columns) % rows, n % columns];
      return { shape, start: [start(0, t), start(1, y), start(2, x)] };
    });
  });
}

/** Times of the frames of a clip, for places in seconds. */
export interface ClipTimes {
  readonly times: readonly number[];
  readonly end: number;
}

function placeOf({ shape: { size }, start }: Cell, { times, end }: ClipTimes): Tube {
  return {
    kind: 'tube',
    start: start[0],
    frames: size[0],
    top: start[1],
    left: start[2],
    height: size[1],
    width: size[2],
    from: times[start[0]] ?? end,
    to: times[start[0] + size[0]] ?? end,
  };
}

/**
 * Cuts `[C, T, H, W]` into tubes: shape by shape, and within a shape frame by frame, row by row. With one shape the vectors are the tubes'
 * numbers `[C, t, h, w]`, in the order of a 3-D convolution's weight. With several they are brought to one length, `C · kernel`, such that
 * a linear layer with the shared kernel's weights gives what TubeViT's convolution with the interpolated kernel gives.
 * Positions are the tubes' centres `start + ⌊size / 2⌋` in frames and pixels.
 * @throws UnitsError when a shape does not fit once, or a tiling layout leaves a rest
 */
export function cutTubes(
  pixels: NdArray<'float32'>,
  layout: TubeLayout,
  clipTimes: ClipTimes = { times: [], end: 0 },
): Units<Tube, NdArray<'float32'>> {
  if (pixels.shape.length !== 4) throw new UnitsError(`cutTubes: expected [C, T, H, W], got [${pixels.shape}]`);
  const clip = pixels.shape.slice(1) as unknown as Triple;
  const [channels = 0] = pixels.shape;
  const [first] = layout.tubes;
  if (!first) throw new UnitsError('cutTubes: expected at least one shape of tube, got none');
  const isTiling =
    layout.tubes.length === 1 && first.size.join() === first.stride.join() && first.offset.every((n) => n === 0);
  for (const shape of layout.tubes) checkShape(shape, clip, isTiling);
  const isUniform = layout.tubes.every(({ size }) => size.join() === first.size.join());
  const kernel = isUniform ? first.size : (layout.kernel ?? [8, 8, 8]);
  const cells = cellsOf(clip, layout);
  const length = channels * kernel[0] * kernel[1] * kernel[2];
  const data = new Float32Array(cells.length * length);
  for (const [n, { shape, start }] of cells.entries()) {
    const raw = cutOne(pixels, start, shape.size);
    data.set(isUniform ? raw : resampleTube(raw, channels, shape.size, kernel), n * length);
  }
  const values: UnitValues = { kind: 'vectors', vectors: ndArray('float32', [cells.length, length], data) };
  const places = cells.map((cell) => placeOf(cell, clipTimes));
  return {
    modality: 'video',
    values,
    places,
    positions: positionsFrom(
      cells.map(({ shape: { size }, start }) => start.map((s, a) => s + Math.floor((size[a] as number) / 2))),
      3,
    ),
    axes,
    names: places.map(({ frames, height, width }, n) => `${frames}×${height}×${width} tube ${n}`),
    restore: (given = values) => {
      if (!isUniform) {
        throw new UnitsError(
          'restore: expected tubes of one shape, got several that share a kernel; they cannot be joined',
        );
      }
      checkSameShape(values, given);
      return join(vectorsOf(given), places, pixels.shape);
    },
  };
}

/**
 * TubeViT's fixed positions `[N, dim]` of tubes: a third of the width for time, row and column each, sines then cosines of the centre.
 * @throws UnitsError unless 12 divides `dim` (the reference asserts it through 4 and 6)
 */
export function tubePositions(units: Units<Tube>, dim: number): NdArray<'float32'> {
  if (dim % 12 !== 0) throw new UnitsError(`tubePositions: expected a width that 12 divides, got ${dim}`);
  return sinusoidPositions(units.positions, dim);
}
