// Moving pixels: mirrors, cuts, borders, and affine maps exactly as Pillow's `Image.transform` does them (libImaging/Geometry.c).
import type { Picture } from '../../tokens/index.ts';

/** Left and right change places. */
export function mirrored(source: Picture): Picture {
  const { height, width, channels, data } = source;
  const out = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [from, to] = [(y * width + x) * channels, (y * width + width - 1 - x) * channels];
      for (let c = 0; c < channels; c++) out[to + c] = data[from + c] as number;
    }
  }
  return { ...source, data: out };
}

/** Top and bottom change places. */
export function flipped(source: Picture): Picture {
  const row = source.width * source.channels;
  const out = new Uint8Array(source.data.length);
  for (let y = 0; y < source.height; y++) {
    out.set(source.data.subarray(y * row, (y + 1) * row), (source.height - 1 - y) * row);
  }
  return { ...source, data: out };
}

/** A part of a picture, in pixels; it may reach over the edges, where `fill` is. */
export interface Cut {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** The cut, on a ground of `fill`, 0–255. */
export function cropped(source: Picture, cut: Cut, fill = 0): Picture {
  const { top, left, height, width } = cut;
  const { channels } = source;
  const data = new Uint8Array(height * width * channels).fill(fill);
  const [from, to] = [Math.max(0, left), Math.min(source.width, left + width)];
  for (let y = Math.max(0, top); y < Math.min(source.height, top + height) && from < to; y++) {
    const row = source.data.subarray((y * source.width + from) * channels, (y * source.width + to) * channels);
    data.set(row, ((y - top) * width + from - left) * channels);
  }
  return { height, width, channels, data };
}

/** `(x, y)` of the result is read at `(a x + b y + c, d x + e y + f)`: pixel middles lie at halves. */
export type AffineMap = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** How pixels between pixels are read. */
export type Reading = 'nearest' | 'bilinear';

type Writer = (source: Picture, map: AffineMap, out: Uint8Array) => void;

/** Fixed point with 16 bits, as Pillow does it for maps that turn or shear. */
const fixedNearest: Writer = ({ height, width, channels, data }, map, out) => {
  const fixed = (value: number): number => Math.floor(value * 65536 + 0.5);
  const [a, b, d, e] = [fixed(map[0]), fixed(map[1]), fixed(map[3]), fixed(map[4])];
  let rowX = fixed(map[2] + map[0] * 0.5 + map[1] * 0.5);
  let rowY = fixed(map[5] + map[3] * 0.5 + map[4] * 0.5);
  for (let y = 0; y < height; y++, rowX += b, rowY += e) {
    let [atX, atY] = [rowX, rowY];
    for (let x = 0; x < width; x++, atX += a, atY += d) {
      const [column, row] = [atX >> 16, atY >> 16];
      if (column < 0 || column >= width || row < 0 || row >= height) continue;
      for (let c = 0; c < channels; c++)
        out[(y * width + x) * channels + c] = data[(row * width + column) * channels + c] as number;
    }
  }
};

/** Rows and columns by themselves, summed as Pillow sums them, for maps that only move and scale. */
const scaledNearest: Writer = ({ height, width, channels, data }, map, out) => {
  const places = (count: number, scale: number, shift: number, size: number): number[] => {
    let at = shift + scale * 0.5;
    return Array.from({ length: count }, () => {
      const place = at < 0 ? -1 : Math.trunc(at);
      at += scale;
      return place < size ? place : -1;
    });
  };
  const columns = places(width, map[0], map[2], width);
  for (const [y, row] of places(height, map[4], map[5], height).entries()) {
    if (row < 0) continue;
    for (const [x, column] of columns.entries()) {
      if (column < 0) continue;
      for (let c = 0; c < channels; c++)
        out[(y * width + x) * channels + c] = data[(row * width + column) * channels + c] as number;
    }
  }
};

const bilinear: Writer = ({ height, width, channels, data }, [a, b, c0, d, e, f], out) => {
  const inside = (value: number, size: number): number => Math.max(0, Math.min(size - 1, value));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const atX = a * (x + 0.5) + b * (y + 0.5) + c0;
      const atY = d * (x + 0.5) + e * (y + 0.5) + f;
      if (atX < 0 || atX >= width || atY < 0 || atY >= height) continue;
      const [left, top] = [Math.floor(atX - 0.5), Math.floor(atY - 0.5)];
      const [right, down] = [atX - 0.5 - left, atY - 0.5 - top];
      const [x0, x1] = [inside(left, width) * channels, inside(left + 1, width) * channels];
      const [row, below] = [inside(top, height) * width * channels, inside(top + 1, height) * width * channels];
      for (let c = 0; c < channels; c++) {
        const [first, second] = [data[row + x0 + c] as number, data[row + x1 + c] as number];
        const [third, fourth] = [data[below + x0 + c] as number, data[below + x1 + c] as number];
        const upper = first + (second - first) * right;
        const lower = third + (fourth - third) * right;
        out[(y * width + x) * channels + c] = Math.trunc(upper + (lower - upper) * down);
      }
    }
  }
};

/** A picture of the same size through an affine map; what comes from outside is `fill`, 0–255. */
export function transformed(source: Picture, map: AffineMap, reading: Reading = 'nearest', fill = 0): Picture {
  const out = new Uint8Array(source.data.length).fill(fill);
  const straight = map[1] === 0 && map[3] === 0;
  const write = reading === 'bilinear' ? bilinear : straight ? scaledNearest : fixedNearest;
  write(source, map, out);
  return { ...source, data: out };
}

/** To 15 digits, as Pillow rounds sines and cosines. */
const digits15 = (value: number): number => Math.round(value * 1e15) / 1e15;

/** Turns a picture about its middle, counter-clockwise, in degrees. */
export function turned(source: Picture, degrees: number, reading: Reading = 'nearest', fill = 0): Picture {
  const angle = ((degrees % 360) + 360) % 360;
  if (angle === 0) return source;
  if (angle === 180) return flipped(mirrored(source));
  const radians = (-angle * Math.PI) / 180;
  const [cos, sin] = [digits15(Math.cos(radians)), digits15(Math.sin(radians))];
  const [middleX, middleY] = [source.width / 2, source.height / 2];
  const map: AffineMap = [
    ...([cos, sin, cos * -middleX + sin * -middleY + middleX] as const),
    ...([-sin, cos, -sin * -middleX + cos * -middleY + middleY] as const),
  ];
  return transformed(source, map, reading, fill);
}
