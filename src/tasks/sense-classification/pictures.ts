// Pictures: patches for a ViT.
import { stackArrays } from '../../data/index.ts';
import {
  type ImageProcessor,
  imageProcessorFromJson,
  imageProcessorToJson,
  type Picture,
  processPicture,
} from '../../tokens/index.ts';
import { type Modality, type Preprocessor, preprocessorOfStart, type StartedPreprocessor } from './modality.ts';
import type { ImageClassificationRecipe } from './recipe.ts';

/** Pictures of a size from −1 to 1. @throws RangeError for another number of channels, which a recipe may say */
export function squareProcessor(size: number, channels: 1 | 3): ImageProcessor {
  if (![1, 3].includes(channels)) throw new RangeError(`tokens.channels: expected 1 or 3, got ${channels}`);
  const half = new Array<number>(channels).fill(0.5);
  return {
    channels,
    resize: { size: { height: size, width: size }, filter: 'bilinear' },
    rescale: 1 / 255,
    normalize: { mean: half, deviation: half },
  };
}

const areAlike = (values: readonly number[]): boolean => values.every((value) => value === values[0]);

/** One number per channel for another number of channels: the mean of all, unless there are as many. */
function perChannel(values: readonly number[], channels: number): number[] {
  if (values.length === channels) return [...values];
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  // a mean of equal numbers is rounded
  return new Array<number>(channels).fill(areAlike(values) ? (values[0] as number) : mean);
}

/** What a processor does to a picture's size, in words. */
function sizesOf({ resize, crop }: ImageProcessor): string {
  const cropped = crop ? `, cropped to ${crop.height}×${crop.width}` : '';
  if (!resize) return `as they come${cropped}`;
  const { size } = resize;
  if ('height' in size) return `to ${size.height}×${size.width}${cropped}`;
  return `the shorter side to ${size.shortestEdge}${size.longestEdge ? `, the longer to ${size.longestEdge} at most` : ''}${cropped}`;
}

/** `fresh` with the start's filter and scale of brightness; tells which of its steps are others, or that it has none for pictures. */
function withScaleOf(fresh: ImageProcessor, start: StartedPreprocessor): ImageProcessor {
  const own = preprocessorOfStart(imageProcessorFromJson, start);
  if (!own) return fresh;
  const { channels } = fresh;
  const { rescale, normalize } = own;
  const [before, after] = [own, fresh].map(sizesOf);
  if (before !== after) start.note(`preprocessor resized: pictures ${before} before, ${after} now`);
  if (normalize && channels !== own.channels && !(areAlike(normalize.mean) && areAlike(normalize.deviation)))
    start.note(`preprocessor channels: mean and deviation of ${own.channels} averaged for ${channels}`);
  const scale = normalize && {
    mean: perChannel(normalize.mean, channels),
    deviation: perChannel(normalize.deviation, channels),
  };
  return {
    channels,
    ...(fresh.resize ? { resize: { ...fresh.resize, ...(own.resize ? { filter: own.resize.filter } : {}) } } : {}),
    ...(rescale === undefined ? {} : { rescale }),
    ...(scale ? { normalize: scale } : {}),
  };
}

/** `preprocessor_config.json` for pictures of a size, as the start scales them where there is one. */
export function squarePreprocessor(size: number, channels: 1 | 3, start?: StartedPreprocessor): Preprocessor {
  const fresh = squareProcessor(size, channels);
  return imageProcessorToJson(start ? withScaleOf(fresh, start) : fresh);
}

/** Pictures. */
export const pictures: Modality<Picture, ImageClassificationRecipe['tokens']> = {
  sense: 'image',
  className: 'ViTForImageClassification',
  input: 'pixel_values',
  configOf: ({ size, channels, patch }) => ({
    model_type: 'vit',
    image_size: size,
    num_channels: channels,
    patch_size: patch,
  }),
  preprocessorOf: ({ size, channels }, _, start) => squarePreprocessor(size, channels, start),
  readerOf: (_, preprocessor) => {
    const processor = imageProcessorFromJson(preprocessor);
    return (picture) => processPicture(picture, processor);
  },
  collate: stackArrays,
};
