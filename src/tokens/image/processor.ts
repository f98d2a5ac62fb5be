// From a picture to the array that a vision model reads: resize, center crop, rescale, normalise, as `preprocessor_config.json` says.
// Hugging Face's image processors of ViT, DeiT, CLIP, BiT (which DINOv2 has) and BLIP (their Pillow backend), in the spellings of versions
// 4 and 5.
import { type NdArray, ndArray } from '../../array/index.ts';
import { UnitsError } from '../units.ts';
import { centerCrop, greyOf, type Picture, rgbOf } from './picture.ts';
import { type ResizeFilter, resizePicture } from './resize.ts';

/** Target of a resize: both sides, or the shorter one (the longer follows, at most `longestEdge`). */
export type TargetSize =
  | { readonly height: number; readonly width: number }
  | { readonly shortestEdge: number; readonly longestEdge?: number };

/** What happens to a picture, in this order. A step that is undefined is left out. */
export interface ImageProcessor {
  readonly channels: 1 | 3;
  readonly resize?: { readonly size: TargetSize; readonly filter: ResizeFilter };
  readonly crop?: { readonly height: number; readonly width: number };
  /** Factor on the bytes, usually 1/255. */
  readonly rescale?: number;
  /** One number per channel. */
  readonly normalize?: { readonly mean: readonly number[]; readonly deviation: readonly number[] };
}

type Json = Readonly<Record<string, unknown>>;

/** Pillow's numbers of filters, as `resample` in configuration files. */
const filters: readonly ResizeFilter[] = ['nearest', 'lanczos', 'bilinear', 'bicubic', 'box', 'hamming'];

const HALF = [0.5, 0.5, 0.5];
const CLIP_MEAN = [0.48145466, 0.4578275, 0.40821073];
const CLIP_STD = [0.26862954, 0.26130258, 0.27577711];

const clip = {
  size: { shortest_edge: 224 },
  resample: 3,
  do_center_crop: true,
  crop_size: { height: 224, width: 224 },
  image_mean: CLIP_MEAN,
  image_std: CLIP_STD,
  squareNumber: false,
};

/** What each family does where its file is silent. */
const families: Readonly<Record<string, Json & { readonly squareNumber: boolean }>> = {
  vit: { size: { height: 224, width: 224 }, resample: 2, image_mean: HALF, image_std: HALF, squareNumber: true },
  deit: {
    size: { height: 256, width: 256 },
    resample: 3,
    do_center_crop: true,
    crop_size: { height: 224, width: 224 },
    image_mean: HALF,
    image_std: HALF,
    squareNumber: true,
  },
  clip,
  bit: clip,
  blip: {
    size: { height: 384, width: 384 },
    resample: 3,
    image_mean: CLIP_MEAN,
    image_std: CLIP_STD,
    squareNumber: true,
  },
};

/** `ViTFeatureExtractor` (4.0), `ViTImageProcessor`, `ViTImageProcessorFast`, `ViTImageProcessorPil` are one family. */
function familyOf(json: Json, where: string): Json & { readonly squareNumber: boolean } {
  const name = String(json.image_processor_type ?? json.feature_extractor_type ?? json.processor_class ?? '');
  const key = /^(ViT|DeiT|CLIP|Bit|Blip|BLIP)/.exec(name)?.[1]?.toLowerCase() ?? (name === '' ? 'vit' : undefined);
  const family = key === undefined ? undefined : families[key];
  if (!family) {
    const known = 'ViT, DeiT, CLIP, Bit or BLIP (for example "ViTImageProcessor")';
    throw new UnitsError(`imageProcessorFromJson: expected image_processor_type of ${known}, got "${name}" (${where})`);
  }
  return family;
}

function wholeNumber(value: unknown, what: string, where: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw new UnitsError(`imageProcessorFromJson: expected ${what} above 0, got ${JSON.stringify(value)} (${where})`);
}

function sizeFrom(value: unknown, square: boolean, where: string): TargetSize {
  if (typeof value === 'number') {
    const side = wholeNumber(value, 'size', where);
    return square ? { height: side, width: side } : { shortestEdge: side };
  }
  if (Array.isArray(value)) {
    return { height: wholeNumber(value[0], 'size', where), width: wholeNumber(value[1], 'size', where) };
  }
  const size = (value ?? {}) as Json;
  if (size.shortest_edge !== undefined && size.shortest_edge !== null) {
    const shortestEdge = wholeNumber(size.shortest_edge, 'size.shortest_edge', where);
    const { longest_edge: longest } = size;
    return typeof longest === 'number' ? { shortestEdge, longestEdge: longest } : { shortestEdge };
  }
  return {
    height: wholeNumber(size.height, 'size.height', where),
    width: wholeNumber(size.width, 'size.width', where),
  };
}

function perChannel(value: unknown, channels: number, what: string, where: string): number[] {
  const list = typeof value === 'number' ? new Array<number>(channels).fill(value) : value;
  if (Array.isArray(list) && list.length === channels && list.every((one) => Number.isFinite(one))) return list;
  const got = JSON.stringify(value);
  throw new UnitsError(`imageProcessorFromJson: expected ${what} as ${channels} numbers, got ${got} (${where})`);
}

/**
 * The processor that a `preprocessor_config.json` (or a version 5 `processor_config.json`) describes.
 * @throws UnitsError for an unknown family, filter or size
 */
export function imageProcessorFromJson(config: unknown, where = 'preprocessor_config.json'): ImageProcessor {
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    throw new UnitsError(`imageProcessorFromJson: expected an object, got ${JSON.stringify(config)} (${where})`);
  }
  const outer = config as Json;
  const own = (
    typeof outer.image_processor === 'object' && outer.image_processor ? outer.image_processor : outer
  ) as Json;
  const family = familyOf(own, where);
  const given = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== null));
  const json: Json = { ...family, ...given };
  const isGrey = own.do_convert_rgb === false && Array.isArray(own.image_mean) && own.image_mean.length === 1;
  const channels = isGrey ? 1 : 3;
  const { resample } = json;
  const filter = typeof resample === 'number' ? filters[resample] : undefined;
  if (!filter) {
    throw new UnitsError(
      `imageProcessorFromJson: expected resample 0 to 5, got ${JSON.stringify(resample)} (${where})`,
    );
  }
  const on = (name: string, otherwise: boolean): boolean =>
    typeof json[name] === 'boolean' ? (json[name] as boolean) : otherwise;
  const crop = on('do_center_crop', false) ? sizeFrom(json.crop_size ?? 224, true, where) : undefined;
  return {
    channels,
    ...(on('do_resize', true) ? { resize: { size: sizeFrom(json.size, family.squareNumber, where), filter } } : {}),
    ...(crop && 'height' in crop ? { crop } : {}),
    ...(on('do_rescale', true)
      ? { rescale: typeof json.rescale_factor === 'number' ? json.rescale_factor : 1 / 255 }
      : {}),
    ...(on('do_normalize', true)
      ? {
          normalize: {
            mean: perChannel(json.image_mean, channels, 'image_mean', where),
            deviation: perChannel(json.image_std, channels, 'image_std', where),
          },
        }
      : {}),
  };
}

/**
 * The processor as a `preprocessor_config.json` that Transformers 4 and 5 read, as a ViT's or, where the shorter edge is given, a CLIP's.
 * `imageProcessorFromJson` gives the same processor again.
 */
export function imageProcessorToJson(processor: ImageProcessor): Record<string, unknown> {
  const { resize, crop, rescale, normalize } = processor;
  const edge = resize && 'shortestEdge' in resize.size ? resize.size : undefined;
  const size = edge
    ? {
        shortest_edge: edge.shortestEdge,
        ...(edge.longestEdge === undefined ? {} : { longest_edge: edge.longestEdge }),
      }
    : resize?.size;
  return {
    image_processor_type: edge ? 'CLIPImageProcessor' : 'ViTImageProcessor',
    do_convert_rgb: processor.channels === 3,
    do_resize: resize !== undefined,
    ...(resize ? { size, resample: filters.indexOf(resize.filter) } : {}),
    do_center_crop: crop !== undefined,
    ...(crop ? { crop_size: crop } : {}),
    do_rescale: rescale !== undefined,
    ...(rescale === undefined ? {} : { rescale_factor: rescale }),
    do_normalize: normalize !== undefined,
    ...(normalize ? { image_mean: normalize.mean, image_std: normalize.deviation } : {}),
  };
}

/** Height and width that a picture will be resized to: the longer side is truncated, as the reference does. */
export function targetSize(
  source: { readonly height: number; readonly width: number },
  size: TargetSize,
): [number, number] {
  if ('height' in size) return [size.height, size.width];
  const [short, long] = [Math.min(source.height, source.width), Math.max(source.height, source.width)];
  let newShort = size.shortestEdge;
  let newLong = Math.trunc((size.shortestEdge * long) / short);
  if (size.longestEdge !== undefined && newLong > size.longestEdge) {
    newShort = Math.trunc((size.longestEdge * newShort) / newLong);
    newLong = size.longestEdge;
  }
  return source.width <= source.height ? [newLong, newShort] : [newShort, newLong];
}

/** Bytes to `[C, H, W]` float32 with each channel's 256 values worked out once, in the reference's order of roundings. */
function toArray(source: Picture, processor: ImageProcessor): NdArray<'float32'> {
  const { height, width, channels, data } = source;
  const { rescale = 1, normalize } = processor;
  const plane = height * width;
  const out = new Float32Array(channels * plane);
  for (let c = 0; c < channels; c++) {
    const mean = Math.fround(normalize?.mean[c] ?? 0);
    const deviation = Math.fround(normalize?.deviation[c] ?? 1);
    const table = Float32Array.from({ length: 256 }, (_, byte) => {
      const scaled = Math.fround(byte * rescale);
      return normalize ? Math.fround(scaled - mean) / deviation : scaled;
    });
    for (let i = 0, from = c, at = c * plane; i < plane; i++, from += channels, at++) {
      out[at] = table[data[from] as number] as number;
    }
  }
  return ndArray('float32', [channels, height, width], out);
}

/** The bytes after resize and crop: what the model is shown, still a picture. */
export function fitPicture(source: Picture, processor: ImageProcessor): Picture {
  let fitted = processor.channels === 1 ? greyOf(source) : rgbOf(source);
  if (processor.resize) {
    const [height, width] = targetSize(fitted, processor.resize.size);
    fitted = resizePicture(fitted, height, width, processor.resize.filter);
  }
  return processor.crop ? centerCrop(fitted, processor.crop.height, processor.crop.width) : fitted;
}

/** `pixel_values` of one picture, `[C, H, W]` float32; equal to the reference's bit for bit when both start from the same bytes. */
export function processPicture(source: Picture, processor: ImageProcessor): NdArray<'float32'> {
  return toArray(fitPicture(source, processor), processor);
}

/** A processor that only turns bytes into numbers from 0 to 1: pictures keep their size. */
export function plainProcessor(channels: 1 | 3): ImageProcessor {
  return { channels, rescale: 1 / 255 };
}

/** From `[C, H, W]` numbers back to bytes: the inverse of rescaling and normalising, clipped to 0–255. */
export function pictureFromArray(pixels: NdArray<'float32'>, processor: ImageProcessor): Picture {
  const [channels = 0, height = 0, width = 0] = pixels.shape;
  const { rescale = 1, normalize } = processor;
  const plane = height * width;
  const data = new Uint8Array(plane * channels);
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < plane; i++) {
      const value = (pixels.data[c * plane + i] as number) * (normalize?.deviation[c] ?? 1) + (normalize?.mean[c] ?? 0);
      data[i * channels + c] = Math.max(0, Math.min(255, Math.round(value / rescale)));
    }
  }
  return { height, width, channels: channels as 1 | 3, data };
}
