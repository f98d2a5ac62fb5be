// A picture as a sequence of patches: H×W×C → N × (P·Q·C), in the order of a convolution's weights, and back (Dosovitskiy et al. 2021).
import { type NdArray, ndArray } from '../../array/index.ts';
import {
  type Box,
  checkSameShape,
  positionsFrom,
  type Units,
  UnitsError,
  type UnitValues,
  vectorsOf,
} from '../units.ts';

/** Sizes in pixels, `[height, width]`. */
export interface PatchLayout {
  readonly patch: readonly [number, number];
  /** Distance from patch to patch; the patch's size when left out (no overlap). */
  readonly stride?: readonly [number, number];
}

/** How many patches fit along one side. @throws UnitsError with both numbers and how to pad when some pixels would be left over */
function countAlong(side: 'height' | 'width', size: number, patch: number, stride: number): number {
  if (!(Number.isSafeInteger(patch) && Number.isSafeInteger(stride) && patch > 0 && stride > 0)) {
    throw new UnitsError(`cutPatches: expected ${side} of patch and stride above 0, got ${patch} and ${stride}`);
  }
  const rest = (size - patch) % stride;
  if (size >= patch && rest === 0) return (size - patch) / stride + 1;
  const padded = size < patch ? patch : size + stride - rest;
  const rule = stride === patch ? `a multiple of ${patch}` : `${patch} plus a multiple of ${stride}`;
  throw new UnitsError(
    `cutPatches: expected a ${side} that is ${rule}, got ${size}\n` +
      `Pad it to ${padded} (padPixels, or --pad on the command line)${size > patch ? `, or crop it to ${size - rest}` : ''}.`,
  );
}

/** `[C, H, W]` → the pieces in reading order, each flattened as `[C, P, Q]`. */
function cut(pixels: NdArray<'float32'>, grid: Grid): Float32Array {
  const [channels = 0, height = 0, width = 0] = pixels.shape;
  const { data } = pixels;
  const out = new Float32Array(grid.rows * grid.columns * channels * grid.patch[0] * grid.patch[1]);
  let at = 0;
  for (let row = 0; row < grid.rows; row++) {
    for (let column = 0; column < grid.columns; column++) {
      for (let c = 0; c < channels; c++) {
        let from = (c * height + row * grid.stride[0]) * width + column * grid.stride[1];
        for (let y = 0; y < grid.patch[0]; y++, from += width) {
          for (let x = 0; x < grid.patch[1]; x++) out[at++] = data[from + x] as number;
        }
      }
    }
  }
  return out;
}

interface Grid {
  readonly rows: number;
  readonly columns: number;
  readonly patch: readonly [number, number];
  readonly stride: readonly [number, number];
}

function join(vectors: NdArray<'float32'>, shape: readonly number[], grid: Grid): NdArray<'float32'> {
  const [channels = 0, height = 0, width = 0] = shape;
  const sums = new Float64Array(channels * height * width);
  const counts = new Uint32Array(height * width);
  let at = 0;
  for (let row = 0; row < grid.rows; row++) {
    for (let column = 0; column < grid.columns; column++) {
      for (let c = 0; c < channels; c++) {
        for (let y = 0; y < grid.patch[0]; y++) {
          const place = (row * grid.stride[0] + y) * width + column * grid.stride[1];
          for (let x = 0; x < grid.patch[1]; x++) {
            const to = c * height * width + place + x;
            sums[to] = (sums[to] as number) + (vectors.data[at++] as number);
            if (c === 0) counts[place + x] = (counts[place + x] as number) + 1;
          }
        }
      }
    }
  }
  const hole = counts.indexOf(0);
  if (hole >= 0) {
    const where = `row ${Math.floor(hole / width)}, column ${hole % width}`;
    throw new UnitsError(
      `restore: expected patches that cover the picture, got none over ${where} (stride ${grid.stride.join('×')} is wider than patch ${grid.patch.join('×')})`,
    );
  }
  const out = new Float32Array(sums.length);
  for (let i = 0; i < out.length; i++) out[i] = (sums[i] as number) / (counts[i % (height * width)] as number);
  return ndArray('float32', [channels, height, width], out);
}

/**
 * Cuts `[C, H, W]` into `N = ((H − P) / S + 1) · ((W − Q) / T + 1)` patches, row by row; each vector is `[C, P, Q]` flattened, so that
 * a linear layer whose weight is a convolution's `[D, C, P, Q]` reshaped to `[D, C·P·Q]` gives what the strided convolution gives.
 * `restore` is the exact inverse; where patches overlap their mean counts.
 * @throws UnitsError when patches do not fit, with both numbers and the size to pad to
 */
export function cutPatches(pixels: NdArray<'float32'>, layout: PatchLayout): Units<Box, NdArray<'float32'>> {
  if (pixels.shape.length !== 3) throw new UnitsError(`cutPatches: expected [C, H, W], got [${pixels.shape}]`);
  const [channels, height, width] = pixels.shape as [number, number, number];
  const { patch, stride = patch } = layout;
  const rows = countAlong('height', height, patch[0], stride[0]);
  const columns = countAlong('width', width, patch[1], stride[1]);
  const grid: Grid = { rows, columns, patch, stride };
  const size = channels * patch[0] * patch[1];
  const values: UnitValues = {
    kind: 'vectors',
    vectors: ndArray('float32', [rows * columns, size], cut(pixels, grid)),
  };
  const cells = Array.from({ length: rows * columns }, (_, n) => [Math.floor(n / columns), n % columns] as const);
  return {
    modality: 'image',
    values,
    places: cells.map(([row, column]) => ({
      kind: 'box',
      top: row * stride[0],
      left: column * stride[1],
      height: patch[0],
      width: patch[1],
    })),
    positions: positionsFrom(cells, 2),
    axes: ['row', 'column'],
    names: cells.map((_, n) => `patch ${n}`),
    restore: (given = values) => {
      checkSameShape(values, given);
      return join(vectorsOf(given), pixels.shape, grid);
    },
  };
}

/** `[C, H, W]` with rows and columns of `value` added below and on the right, until both sides are multiples. */
export function padPixels(
  pixels: NdArray<'float32'>,
  multiple: readonly [number, number],
  value = 0,
): NdArray<'float32'> {
  const [channels = 0, height = 0, width = 0] = pixels.shape;
  const [newHeight, newWidth] = [
    Math.ceil(height / multiple[0]) * multiple[0],
    Math.ceil(width / multiple[1]) * multiple[1],
  ];
  const out = new Float32Array(channels * newHeight * newWidth).fill(value);
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      const from = (c * height + y) * width;
      out.set(pixels.data.subarray(from, from + width), (c * newHeight + y) * newWidth);
    }
  }
  return ndArray('float32', [channels, newHeight, newWidth], out);
}
