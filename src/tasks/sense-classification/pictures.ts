// Pictures: patches for a ViT.
import { stackArrays } from '../../data/index.ts';
import {
  type ImageProcessor,
  imageProcessorFromJson,
  imageProcessorToJson,
  type Picture,
  processPicture,
} from '../../tokens/index.ts';
import type { Modality } from './modality.ts';
import type { ImageClassificationRecipe } from './recipe.ts';

/** Pictures of a size from −1 to 1. */
export function squareProcessor(size: number, channels: 1 | 3): ImageProcessor {
  const half = new Array<number>(channels).fill(0.5);
  return {
    channels,
    resize: { size: { height: size, width: size }, filter: 'bilinear' },
    rescale: 1 / 255,
    normalize: { mean: half, deviation: half },
  };
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
  preprocessorOf: ({ size, channels }) => imageProcessorToJson(squareProcessor(size, channels)),
  readerOf: (_, preprocessor) => {
    const processor = imageProcessorFromJson(preprocessor);
    return (picture) => processPicture(picture, processor);
  },
  collate: stackArrays,
};
