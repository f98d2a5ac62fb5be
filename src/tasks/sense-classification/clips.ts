// Clips: tubes for a TubeViT.
import { collateClips } from '../../data/index.ts';
import { type Clip, imageProcessorFromJson, pickFrames, processClip, sampleFrames } from '../../tokens/index.ts';
import type { Modality } from './modality.ts';
import { squarePreprocessor } from './pictures.ts';
import type { VideoClassificationRecipe } from './recipe.ts';

/** Frames, rows, columns. */
export type Triple = readonly [number, number, number];

/** Clips. */
export const clips: Modality<Clip, VideoClassificationRecipe['tokens']> = {
  sense: 'video',
  className: 'TubeViTForVideoClassification',
  input: 'pixel_values',
  configOf: ({ frames, size, channels, kernel, tubes }) => ({
    model_type: 'tube-vit',
    num_frames: frames,
    image_size: size,
    num_channels: channels,
    kernel_size: kernel,
    tubes,
  }),
  preprocessorOf: ({ size, channels }, _, start) => squarePreprocessor(size, channels, start),
  readerOf: (config, preprocessor) => {
    const processor = imageProcessorFromJson(preprocessor);
    const count = Number(config.num_frames);
    return (clip) => {
      const indices = sampleFrames(clip.times, clip.end, { kind: 'uniform', count });
      return processClip(pickFrames(clip, indices), processor);
    };
  },
  collate: (rows) => collateClips(rows).pixel_values,
};
