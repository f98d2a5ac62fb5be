// Pictures from files through sharp (libvips): PNG, JPEG, WebP, GIF, AVIF, SVG, TIFF, upright by their EXIF tag, as 8-bit sRGB.
import { readFile } from 'node:fs/promises';
import { parse } from 'icc';
import type { SharpOptions } from 'sharp';
import { UnitsError } from '../units.ts';
import { type AnimatedPng, animatedPng } from './animated-png.ts';
import { type Picture, picture, rgbOf } from './picture.ts';

/** Options of `loadPicture`. */
export interface LoadPictureOptions {
  /** Most pixels that a file may claim; 50 million when left out. Checked before anything is decoded. */
  readonly maxPixels?: number;
  /** Keep an alpha channel as a fourth one; dropped otherwise, as Pillow's `convert("RGB")` does. */
  readonly alpha?: boolean;
}

const MAX_PIXELS = 50_000_000;

/** All frames of an animation with the seconds each is shown. */
export interface Animation {
  readonly frames: readonly Picture[];
  readonly seconds: readonly number[];
}

/** A file's bytes, or those that are given, and what messages call them. */
async function bytesOf(input: string | Uint8Array): Promise<{ bytes: Uint8Array; where: string }> {
  const where = typeof input === 'string' ? input : `${input.length} bytes`;
  const bytes =
    typeof input !== 'string'
      ? input
      : await readFile(input).catch((error: NodeJS.ErrnoException) => {
          throw new UnitsError(`loadPicture: expected a picture file, got ${error.code} (${where})`, { cause: error });
        });
  if (bytes.length === 0) throw new UnitsError(`loadPicture: expected a picture, got an empty file (${where})`);
  return { bytes, where };
}

function failed(error: unknown, where: string): never {
  if (error instanceof UnitsError) throw error;
  const reason = (error as Error).message.split('\n')[0];
  throw new UnitsError(
    `loadPicture: expected a whole PNG, JPEG, WebP, GIF, AVIF, SVG or TIFF, got ${reason} (${where})`,
    {
      cause: error,
    },
  );
}

/** sRGB's own profile says what pixels mean without one; converting by it would take twice as long as decoding, and change nothing. */
function isSrgb(profile: Buffer | undefined): boolean {
  if (!profile) return false;
  try {
    const { colorSpace, description = '' } = parse(profile);
    return colorSpace === 'RGB' && description.startsWith('sRGB');
  } catch {
    return false;
  }
}

/** What the header says: pages, their times, and how to decode them. @throws UnitsError when it claims more than `maxPixels` */
async function claimed(
  bytes: Uint8Array,
  where: string,
  maxPixels: number,
): Promise<{ pages: number; delay: readonly number[]; options: SharpOptions }> {
  const { default: sharp } = await import('sharp');
  const image = sharp(bytes, { limitInputPixels: false, animated: true });
  const {
    width,
    pageHeight,
    height,
    pages = 1,
    delay = [],
    icc,
  } = await image.metadata().catch((e) => failed(e, where));
  const tall = pageHeight ?? height;
  if (width * tall * pages > maxPixels) {
    const size = `${width}×${tall}${pages > 1 ? `×${pages} frames` : ''}`;
    throw new UnitsError(
      `loadPicture: expected at most ${maxPixels} pixels, got ${size} (${where})\nRaise maxPixels if the file is to be trusted.`,
    );
  }
  return { pages, delay, options: { limitInputPixels: maxPixels, failOn: 'truncated', ignoreIcc: isSrgb(icc) } };
}

async function decode(bytes: Uint8Array, options: SharpOptions, where: string, alpha: boolean): Promise<Picture> {
  const { default: sharp } = await import('sharp');
  let upright = sharp(bytes, options).autoOrient().toColourspace('srgb');
  if (!alpha) upright = upright.removeAlpha();
  const { data, info } = await upright
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((error) => failed(error, where));
  const pixels = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (info.channels !== 2) return picture(info.height, info.width, info.channels, pixels);
  // grey and alpha
  const rgba = new Uint8Array(info.width * info.height * 4);
  for (let i = 0; i < info.width * info.height; i++) {
    rgba.fill(pixels[2 * i] as number, 4 * i, 4 * i + 3);
    rgba[4 * i + 3] = pixels[2 * i + 1] as number;
  }
  return picture(info.height, info.width, 4, rgba);
}

/**
 * The first frame of a picture file or of its bytes, turned upright; CMYK and 16-bit files become 8-bit sRGB, and colours of other profiles are
 * converted to it (which Pillow's `convert('RGB')` does not do).
 * @throws UnitsError for a file that is none, is cut short, or claims too many pixels
 */
export async function loadPicture(input: string | Uint8Array, options: LoadPictureOptions = {}): Promise<Picture> {
  const { maxPixels = MAX_PIXELS, alpha = false } = options;
  const { bytes, where } = await bytesOf(input);
  return decode(bytes, (await claimed(bytes, where, maxPixels)).options, where, alpha);
}

/** Lays an animated PNG's frames over each other as its control chunks say. */
async function composed({ width, height, frames }: AnimatedPng, options: LoadPictureOptions): Promise<Animation> {
  let canvas = new Uint8Array(width * height * 4);
  const shown: Picture[] = [];
  for (const { png, left, top, dispose, blend } of frames) {
    const before = canvas.slice();
    const piece = await loadPicture(png, { ...options, alpha: true });
    const rgba = piece.channels === 4 ? piece.data : withAlpha(piece);
    for (let y = 0; y < piece.height; y++) {
      for (let x = 0; x < piece.width; x++) {
        const [from, to] = [(y * piece.width + x) * 4, ((top + y) * width + left + x) * 4];
        lay(canvas, to, rgba, from, blend === 'over');
      }
    }
    const whole = picture(height, width, 4, canvas.slice());
    shown.push(options.alpha === true ? whole : rgbOf(whole));
    if (dispose === 'previous') canvas = before;
    if (dispose !== 'background') continue;
    for (let y = 0; y < piece.height; y++) {
      const row = ((top + y) * width + left) * 4;
      canvas.fill(0, row, row + piece.width * 4);
    }
  }
  return { frames: shown, seconds: frames.map(({ seconds }) => seconds) };
}

function withAlpha(source: Picture): Uint8Array {
  const { data } = rgbOf(source);
  return Uint8Array.from({ length: (data.length / 3) * 4 }, (_, i) =>
    i % 4 === 3 ? 255 : (data[3 * Math.floor(i / 4) + (i % 4)] as number),
  );
}

/** One pixel onto another, colours not premultiplied. */
function lay(canvas: Uint8Array, to: number, source: Uint8Array, from: number, over: boolean): void {
  const alpha = over ? (source[from + 3] as number) / 255 : 1;
  const under = ((canvas[to + 3] as number) / 255) * (1 - alpha);
  const total = alpha + under;
  for (let c = 0; c < 3; c++) {
    const mixed = alpha * (source[from + c] as number) + under * (canvas[to + c] as number);
    canvas[to + c] = total === 0 ? 0 : Math.round(mixed / total);
  }
  canvas[to + 3] = over ? Math.round(total * 255) : (source[from + 3] as number);
}

/**
 * Every frame of a GIF, WebP or animated PNG (a still picture is an animation of one frame), with how long each is shown.
 * @throws UnitsError as `loadPicture`; `maxPixels` counts all frames together
 */
export async function loadAnimation(input: string | Uint8Array, options: LoadPictureOptions = {}): Promise<Animation> {
  const { maxPixels = MAX_PIXELS, alpha = false } = options;
  const { bytes, where } = await bytesOf(input);
  const { pages, delay, options: opening } = await claimed(bytes, where, maxPixels);
  const apng = animatedPng(bytes, where);
  if (apng) {
    const claim = apng.width * apng.height * apng.frames.length;
    if (claim <= maxPixels) return composed(apng, options);
    const size = `${apng.width}×${apng.height}×${apng.frames.length} frames`;
    throw new UnitsError(`loadAnimation: expected at most ${maxPixels} pixels, got ${size} (${where})`);
  }
  const frames: Picture[] = [];
  for (let page = 0; page < pages; page++) {
    frames.push(await decode(bytes, { ...opening, page }, where, alpha));
  }
  return { frames, seconds: frames.map((_, i) => (delay[i] ?? 100) / 1000) };
}

/** A picture as PNG bytes. */
export async function pngOf(source: Picture): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  const { height, width, channels, data } = source;
  return new Uint8Array(await sharp(data, { raw: { height, width, channels } }).png().toBuffer());
}

/** An SVG drawing as PNG bytes on white. */
export async function svgToPng(drawing: string): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  return new Uint8Array(
    await sharp(Buffer.from(drawing), { unlimited: true }).flatten({ background: '#fff' }).png().toBuffer(),
  );
}

/** An SVG drawing of our own as RGB pixels on white, or as RGBA on nothing. @throws UnitsError for a drawing that cannot be read */
export async function drawSvg(drawing: string, { alpha = false }: { readonly alpha?: boolean } = {}): Promise<Picture> {
  const { default: sharp } = await import('sharp');
  const drawn = sharp(Buffer.from(drawing), { unlimited: true }).toColourspace('srgb');
  const { data, info } = await (alpha ? drawn.ensureAlpha() : drawn.flatten({ background: '#fff' }).removeAlpha())
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((error) => failed(error, 'SVG drawing'));
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const pixels = picture(info.height, info.width, info.channels, bytes);
  return alpha ? pixels : rgbOf(pixels);
}
