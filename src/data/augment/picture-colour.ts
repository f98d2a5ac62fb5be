// Changing colours, byte for byte as Pillow does: ImageEnhance, ImageOps, the HSV of libImaging/Convert.c. Alpha stays as it is.
import { greyOf, type Picture } from '../../tokens/index.ts';

/** Bytes of colour; alpha is copied. */
function mapped(source: Picture, change: (value: number, index: number, channel: number) => number): Picture {
  const { channels, data } = source;
  const colours = channels === 4 ? 3 : channels;
  const out = new Uint8Array(data);
  for (let i = 0, pixel = 0; i < data.length; i += channels, pixel++) {
    for (let c = 0; c < colours; c++) out[i + c] = change(data[i + c] as number, pixel, c);
  }
  return { ...source, data: out };
}

/** Pillow's `Image.blend`: from `first` (0) to `second` (1) and beyond, in single precision, cut off. */
function blend(first: number, second: number, factor: number): number {
  const value = Math.fround(first + Math.fround(factor * (second - first)));
  return value <= 0 ? 0 : value >= 255 ? 255 : Math.trunc(value);
}

/** A blend with `other`, one value a pixel; 0 gives `other`, 1 the picture itself, 2 the opposite of `other`. */
function away(source: Picture, other: (pixel: number) => number, factor: number): Picture {
  if (factor === 1) return source;
  const single = Math.fround(factor);
  return mapped(source, (value, pixel) => (single === 0 ? other(pixel) : blend(other(pixel), value, single)));
}

/** 0 black, 1 unchanged, above 1 brighter. */
export function brightened(source: Picture, factor: number): Picture {
  return away(source, () => 0, factor);
}

/** 0 the mean grey, 1 unchanged, above 1 stronger. */
export function contrasted(source: Picture, factor: number): Picture {
  const { data } = greyOf(source);
  const mean = Math.trunc(data.reduce((sum, value) => sum + value, 0) / data.length + 0.5);
  return away(source, () => mean, factor);
}

/** 0 grey, 1 unchanged, above 1 more colourful. */
export function saturated(source: Picture, factor: number): Picture {
  if (source.channels === 1) return source;
  const { data } = greyOf(source);
  return away(source, (pixel) => data[pixel] as number, factor);
}

/** 0 smoothed, 1 unchanged, above 1 sharper. */
export function sharpened(source: Picture, factor: number): Picture {
  const { height, width, channels, data } = source;
  if (factor === 1 || height < 3 || width < 3) return source;
  const single = Math.fround(factor);
  const row = width * channels;
  return mapped(source, (value, pixel, c) => {
    const [y, x] = [Math.floor(pixel / width), pixel % width];
    let smooth = value;
    if (y > 0 && y < height - 1 && x > 0 && x < width - 1) {
      const at = pixel * channels + c;
      let sum = 4 * value;
      for (const line of [at - row, at, at + row])
        sum += (data[line - channels] as number) + (data[line] as number) + (data[line + channels] as number);
      smooth = Math.floor(sum / 13 + 0.5);
    }
    return single === 0 ? smooth : blend(smooth, value, single);
  });
}

/** Turns the circle of hues by `turn` of it, −0.5 to 0.5, as torchvision's `adjust_hue` does on pictures. */
export function hueTurned(source: Picture, turn: number): Picture {
  const { channels, data } = source;
  if (channels === 1) return source;
  const shift = Math.trunc(turn * 255);
  const out = new Uint8Array(data);
  const rgb: [number, number, number] = [0, 0, 0];
  for (let i = 0; i < data.length; i += channels) {
    const [hue, saturation, value] = hsv(data[i] as number, data[i + 1] as number, data[i + 2] as number);
    fromHsv((hue + shift) & 255, saturation, value, rgb);
    out.set(rgb, i);
  }
  return { ...source, data: out };
}

function hsv(red: number, green: number, blue: number): readonly [hue: number, saturation: number, value: number] {
  const [most, least] = [Math.max(red, green, blue), Math.min(red, green, blue)];
  if (most === least) return [0, 0, most];
  const range = Math.fround(most - least);
  const part = (value: number): number => Math.fround(Math.fround(most - value) / range);
  const [r, g, b] = [part(red), part(green), part(blue)];
  const sixth = red === most ? Math.fround(b - g) : green === most ? Math.fround(2 + r - b) : Math.fround(4 + g - r);
  const hue = Math.fround((sixth / 6 + 1) % 1);
  return [byte(Math.trunc(hue * 255)), byte(Math.trunc(Math.fround(range / most) * 255)), most];
}

const byte = (value: number): number => Math.max(0, Math.min(255, value));
/** C's `round`: halves away from zero. */
const round = (value: number): number => Math.floor(value + 0.5);

function fromHsv(hue: number, saturation: number, value: number, out: [number, number, number]): void {
  if (saturation === 0) {
    out.fill(value);
    return;
  }
  const s = Math.fround(saturation / 255);
  const sixth = Math.fround((hue * 6) / 255);
  const sector = Math.floor(sixth);
  const f = Math.fround(sixth - sector);
  const p = byte(round(Math.fround(value * (1 - s))));
  const q = byte(round(Math.fround(value * (1 - Math.fround(s * f)))));
  const t = byte(round(Math.fround(value * (1 - s * (1 - f)))));
  const sectors = [
    [value, t, p],
    [q, value, p],
    [p, value, t],
    [p, q, value],
    [t, p, value],
    [value, p, q],
  ] as const;
  const [red, green, blue] = sectors[sector % 6] as readonly [number, number, number];
  [out[0], out[1], out[2]] = [red, green, blue];
}

/** Keeps the upper `bits` of every value, 1 to 8. */
export function posterized(source: Picture, bits: number): Picture {
  const mask = ~(2 ** (8 - bits) - 1);
  return mapped(source, (value) => value & mask);
}

/** Values from `threshold` on become their opposite; 256 changes nothing. */
export function solarized(source: Picture, threshold: number): Picture {
  return mapped(source, (value) => (value < threshold ? value : 255 - value));
}

/** Every value becomes its opposite. */
export function inverted(source: Picture): Picture {
  return mapped(source, (value) => 255 - value);
}

/** Tables of new values, one a channel, from counts of the old ones. */
function byTables(source: Picture, tableOf: (counts: Uint32Array) => ArrayLike<number>): Picture {
  const { channels, data } = source;
  const tables = Array.from({ length: channels === 4 ? 3 : channels }, (_, c) => {
    const counts = new Uint32Array(256);
    for (let i = c; i < data.length; i += channels)
      counts[data[i] as number] = (counts[data[i] as number] as number) + 1;
    return tableOf(counts);
  });
  return mapped(source, (value, _, c) => tables[c]?.[value] as number);
}

/** The least value of every channel becomes 0, the largest 255. */
export function stretched(source: Picture): Picture {
  return byTables(source, (counts) => {
    const low = counts.findIndex((count) => count > 0);
    const high = counts.findLastIndex((count) => count > 0);
    const scale = 255 / (high - low);
    return Array.from({ length: 256 }, (_, value) =>
      high <= low ? value : byte(Math.trunc(value * scale + -low * scale)),
    );
  });
}

/** Values of every channel spread so that each occurs about as often. */
export function equalized(source: Picture): Picture {
  return byTables(source, (counts) => {
    const present = counts.filter((count) => count > 0);
    const total = present.reduce((sum, count) => sum + count, 0);
    const step = Math.floor((total - (present.at(-1) ?? 0)) / 255);
    if (present.length <= 1 || step === 0) return Array.from(counts.keys());
    let sum = Math.floor(step / 2);
    return Array.from(counts, (count) => {
      const value = Math.floor(sum / step);
      sum += count;
      return byte(value);
    });
  });
}
