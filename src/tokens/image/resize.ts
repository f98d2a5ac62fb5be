// Resizing a picture exactly as Pillow does (libImaging/Resample.c, 8 bits per channel): two passes, each rounded to bytes, weights in
// fixed point with 22 bits; the filter widens when the picture shrinks. Horizontal first, as ever; since version 13 vertical first where
// that saves work, which moves some bytes by one.
import { UnitsError } from '../units.ts';
import type { Picture } from './picture.ts';
import { type FixedWeights, resizeBytes } from './resize-kernel.ts';

/** Names of Pillow's filters. */
export type ResizeFilter = 'nearest' | 'box' | 'bilinear' | 'hamming' | 'bicubic' | 'lanczos';

const BITS = 22;

/** A filter: how far it reaches, and its weight at a distance. */
export interface Kernel {
  readonly support: number;
  readonly weight: (x: number) => number;
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI));

/** Pillow's filters by name. */
export const kernels: Readonly<Record<Exclude<ResizeFilter, 'nearest'>, Kernel>> = {
  box: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weight: (x) => (Math.abs(x) < 1 ? 1 - Math.abs(x) : 0) },
  hamming: {
    support: 1,
    weight: (signed) => {
      const x = Math.abs(signed);
      return x >= 1 ? 0 : sinc(x) * (Math.fround(0.54) + Math.fround(0.46) * Math.cos(x * Math.PI));
    },
  },
  bicubic: {
    support: 2,
    weight: (signed) => {
      const [x, a] = [Math.abs(signed), -0.5];
      if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
    },
  },
  lanczos: { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/** Where each output pixel reads, and with which weights. */
export function weightsOf(kernel: Kernel, from: number, to: number): FixedWeights {
  const scale = from / to;
  const filterScale = Math.max(scale, 1);
  const support = kernel.support * filterScale;
  const width = Math.ceil(support) * 2 + 1;
  const step = 1 / filterScale;
  const [first, count, fixed] = [new Int32Array(to), new Int32Array(to), new Int32Array(to * width)];
  const row = new Float64Array(width);
  for (let i = 0; i < to; i++) {
    const center = (i + 0.5) * scale;
    const low = Math.max(0, Math.trunc(center - support + 0.5));
    const length = Math.min(from, Math.trunc(center + support + 0.5)) - low;
    let sum = 0;
    for (let j = 0; j < length; j++) sum += row[j] = kernel.weight((j + low - center + 0.5) * step);
    for (let j = 0; j < length; j++) {
      const value = (sum === 0 ? (row[j] as number) : (row[j] as number) / sum) * 2 ** BITS;
      fixed[i * width + j] = Math.trunc(value < 0 ? value - 0.5 : value + 0.5);
    }
    first[i] = low;
    count[i] = length;
  }
  return { first, count, width, fixed };
}

const clip = (sum: number): number => {
  const value = sum >> BITS;
  return value < 0 ? 0 : Math.min(value, 255);
};

/** Three channels are the usual case, and kept in registers. */
function horizontalRgb(
  source: Picture,
  to: number,
  rows: readonly [number, number],
  weights: FixedWeights,
): Uint8Array {
  const { width, data } = source;
  const { first, count, fixed } = weights;
  const out = new Uint8Array((rows[1] - rows[0]) * to * 3);
  let at = 0;
  for (let y = rows[0]; y < rows[1]; y++) {
    for (let x = 0; x < to; x++) {
      let [red, green, blue] = [1 << (BITS - 1), 1 << (BITS - 1), 1 << (BITS - 1)];
      let from = (y * width + (first[x] as number)) * 3;
      let k = x * weights.width;
      for (const end = k + (count[x] as number); k < end; k++, from += 3) {
        const w = fixed[k] as number;
        red += (data[from] as number) * w;
        green += (data[from + 1] as number) * w;
        blue += (data[from + 2] as number) * w;
      }
      out[at++] = clip(red);
      out[at++] = clip(green);
      out[at++] = clip(blue);
    }
  }
  return out;
}

function horizontal(source: Picture, to: number, rows: readonly [number, number], weights: FixedWeights): Uint8Array {
  const { width, channels, data } = source;
  const { first, count, fixed } = weights;
  const out = new Uint8Array((rows[1] - rows[0]) * to * channels);
  let at = 0;
  for (let y = rows[0]; y < rows[1]; y++) {
    for (let x = 0; x < to; x++) {
      for (let c = 0; c < channels; c++) {
        let sum = 1 << (BITS - 1);
        let from = (y * width + (first[x] as number)) * channels + c;
        let k = x * weights.width;
        for (const end = k + (count[x] as number); k < end; k++, from += channels) {
          sum += (data[from] as number) * (fixed[k] as number);
        }
        out[at++] = clip(sum);
      }
    }
  }
  return out;
}

function vertical(data: Uint8Array, stride: number, to: number, weights: FixedWeights, skipped: number): Uint8Array {
  const out = new Uint8Array(to * stride);
  const sums = new Int32Array(stride);
  for (let y = 0; y < to; y++) {
    sums.fill(1 << (BITS - 1));
    const start = (weights.first[y] as number) - skipped;
    for (let j = 0; j < (weights.count[y] as number); j++) {
      const w = weights.fixed[y * weights.width + j] as number;
      const from = (start + j) * stride;
      for (let x = 0; x < stride; x++) sums[x] = (sums[x] as number) + (data[from + x] as number) * w;
    }
    const at = y * stride;
    for (let x = 0; x < stride; x++) out[at + x] = clip(sums[x] as number);
  }
  return out;
}

function nearest(source: Picture, height: number, width: number): Uint8Array {
  const { channels, data } = source;
  const out = new Uint8Array(height * width * channels);
  // Pillow steps along by addition, so rounding adds up as it does there.
  const places = (from: number, to: number): number[] => {
    let at = (from / to) * 0.5;
    return Array.from({ length: to }, () => {
      const place = Math.min(from - 1, Math.trunc(at));
      at += from / to;
      return place;
    });
  };
  const columns = places(source.width, width);
  let at = 0;
  for (const y of places(source.height, height)) {
    for (const x of columns) {
      const from = (y * source.width + x) * channels;
      for (let c = 0; c < channels; c++) out[at++] = data[from + c] as number;
    }
  }
  return out;
}

/** Pillow 13's choice, found by trying 1,295 sizes: its result equals one order or the other. */
function verticalFirst(source: Picture, height: number, width: number): boolean {
  return width !== source.width && height < source.height && source.height - height > 2 * (source.width - width);
}

/** The two passes in plain loops: what the SIMD kernel is tested against, and what runs where there is none. */
export function resizePlainly(
  source: Picture,
  across: FixedWeights | undefined,
  down: FixedWeights | undefined,
): Uint8Array {
  const width = across ? across.first.length : source.width;
  const [firstRow, lastRow] = down
    ? [down.first[0] as number, (down.first.at(-1) as number) + (down.count.at(-1) as number)]
    : [0, source.height];
  const pass = source.channels === 3 ? horizontalRgb : horizontal;
  const data = across ? pass(source, width, [firstRow, lastRow], across) : source.data;
  if (!down) return data;
  return vertical(data, width * source.channels, down.first.length, down, across ? firstRow : 0);
}

let hasSimd = typeof WebAssembly === 'object';

function resizeFast(source: Picture, across: FixedWeights | undefined, down: FixedWeights | undefined): Uint8Array {
  const { data, width, channels } = source;
  if (hasSimd) {
    try {
      return resizeBytes({ data, width, channels, ...(across ? { across } : {}), ...(down ? { down } : {}) });
    } catch (error) {
      // no SIMD here; or, this time, no memory for it
      if (error instanceof WebAssembly.CompileError) hasSimd = false;
      else if (!(error instanceof RangeError)) throw error;
    }
  }
  return resizePlainly(source, across, down);
}

/**
 * The picture at another size, byte for byte what Pillow's `Image.resize((width, height), filter)` gives for L and RGB.
 * @throws UnitsError for a size below one pixel
 */
export function resizePicture(source: Picture, height: number, width: number, filter: ResizeFilter): Picture {
  if (![height, width].every((size) => Number.isSafeInteger(size) && size > 0)) {
    throw new UnitsError(`resizePicture: expected height and width of at least one pixel, got ${height}×${width}`);
  }
  const { channels } = source;
  if (height === source.height && width === source.width) return source;
  if (filter === 'nearest') return { height, width, channels, data: nearest(source, height, width) };
  const kernel = kernels[filter];
  const across = width === source.width ? undefined : weightsOf(kernel, source.width, width);
  const down = height === source.height ? undefined : weightsOf(kernel, source.height, height);
  if (!verticalFirst(source, height, width)) {
    return { height, width, channels, data: resizeFast(source, across, down) };
  }
  const low: Picture = { height, width: source.width, channels, data: resizeFast(source, undefined, down) };
  return { height, width, channels, data: resizeFast(low, across, undefined) };
}
