// A picture as raw bytes: rows of pixels, channels last, as cameras and decoders give it.
import { UnitsError } from '../units.ts';

/** `data[(y * width + x) * channels + c]`, 0–255. Channels: 1 grey, 3 RGB, 4 RGB and alpha. */
export interface Picture {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3 | 4;
  readonly data: Uint8Array;
}

/** A picture over existing bytes (not copied). @throws UnitsError when sizes and bytes do not agree */
export function picture(height: number, width: number, channels: number, data: Uint8Array): Picture {
  if (![height, width].every((size) => Number.isSafeInteger(size) && size > 0)) {
    throw new UnitsError(`picture: expected height and width of at least one pixel, got ${height}×${width}`);
  }
  if (channels !== 1 && channels !== 3 && channels !== 4) {
    throw new UnitsError(`picture: expected 1, 3 or 4 channels, got ${channels}`);
  }
  if (data.length !== height * width * channels) {
    const expected = `${height * width * channels} bytes for ${height}×${width}×${channels}`;
    throw new UnitsError(`picture: expected ${expected}, got ${data.length}`);
  }
  return { height, width, channels, data };
}

/** Pillow's `convert("L")`: `(19595 R + 38470 G + 7471 B + 32768) >> 16`; alpha is dropped. */
export function greyOf(source: Picture): Picture {
  if (source.channels === 1) return source;
  const { height, width, channels, data } = source;
  const grey = new Uint8Array(height * width);
  for (let i = 0, at = 0; i < grey.length; i++, at += channels) {
    const red = 19595 * (data[at] as number);
    grey[i] = (red + 38470 * (data[at + 1] as number) + 7471 * (data[at + 2] as number) + 0x8000) >> 16;
  }
  return { height, width, channels: 1, data: grey };
}

/** Pillow's `convert("RGB")`: grey is repeated; alpha is dropped, or laid over `background` when one is given. */
export function rgbOf(source: Picture, background?: readonly [number, number, number]): Picture {
  const { height, width, channels, data } = source;
  if (channels === 3) return source;
  const rgb = new Uint8Array(height * width * 3);
  for (let i = 0; i < height * width; i++) {
    const alpha = channels === 4 && background ? (data[4 * i + 3] as number) / 255 : 1;
    for (let c = 0; c < 3; c++) {
      const value = data[channels === 1 ? i : 4 * i + c] as number;
      rgb[3 * i + c] = Math.round(alpha * value + (1 - alpha) * (background?.[c] ?? 0));
    }
  }
  return { height, width, channels: 3, data: rgb };
}

/** The middle of a picture, as Hugging Face cuts it: `top = floor((H − h) / 2)`; what lies outside is black. */
export function centerCrop(source: Picture, height: number, width: number): Picture {
  const { channels } = source;
  const top = Math.floor((source.height - height) / 2);
  const left = Math.floor((source.width - width) / 2);
  const data = new Uint8Array(height * width * channels);
  const firstColumn = Math.max(0, left);
  const lastColumn = Math.min(source.width, left + width);
  for (let y = Math.max(0, top); y < Math.min(source.height, top + height); y++) {
    const from = (y * source.width + firstColumn) * channels;
    const row = source.data.subarray(from, from + (lastColumn - firstColumn) * channels);
    data.set(row, ((y - top) * width + firstColumn - left) * channels);
  }
  return { height, width, channels, data };
}
