// Pictures, sounds and clips with their data sets and files.
import {
  clipFiles,
  type FileKind,
  loadClipDataset,
  loadPictureDataset,
  loadSoundDataset,
  pictureFiles,
  type SenseLoadOptions,
  soundFiles,
} from '../../data/index.node.ts';
import type { SenseDataset } from '../../data/index.ts';
import { loadClip, loadPicture, loadSound } from '../../tokens/index.node.ts';
import { type Clip, type Picture, type Sound, sound, soundProcessorFromJson } from '../../tokens/index.ts';
import { clips } from './clips.ts';
import { givenClip, givenPicture, givenSound } from './given.ts';
import type { Modality, Preprocessor } from './modality.ts';
import { pictures } from './pictures.ts';
import type { AudioClassificationRecipe, ImageClassificationRecipe, VideoClassificationRecipe } from './recipe.ts';
import { sounds } from './sounds.ts';

/** A sense with what touches files. */
export interface Sense<T, K> extends Modality<T, K> {
  /** Class names of models that will do. */
  readonly classes: RegExp;
  readonly loadDataset: (
    id: string,
    folders: readonly string[],
    options?: SenseLoadOptions,
  ) => Promise<SenseDataset<T>>;
  readonly loadFile: (source: string | Uint8Array) => Promise<T>;
  /** A decoded original that was handed over, checked. */
  readonly given: (original: unknown) => T;
  /** What is looked for in folders. */
  readonly files: FileKind<T>;
  /** Originals that are decoded at the same time. */
  readonly atOnce: number;
  /** The original that bare numbers are, where they can be one. */
  readonly ofNumbers?: (numbers: Float32Array | Float64Array, preprocessor: Preprocessor) => T;
}

/** Pictures, by ViT, DeiT and their kind. */
export const pictureSense: Sense<Picture, ImageClassificationRecipe['tokens']> = {
  ...pictures,
  classes: /ForImageClassification(WithTeacher)?$/,
  loadDataset: loadPictureDataset,
  loadFile: loadPicture,
  given: givenPicture,
  files: pictureFiles,
  atOnce: 8,
};
/** Sounds, by AST. Bare numbers are samples at the rate of the model, as in Transformers.js. */
export const soundSense: Sense<Sound, AudioClassificationRecipe['tokens']> = {
  ...sounds,
  classes: /ForAudioClassification$/,
  loadDataset: loadSoundDataset,
  loadFile: loadSound,
  given: givenSound,
  files: soundFiles(),
  atOnce: 8,
  ofNumbers: (samples, preprocessor) => sound(soundProcessorFromJson(preprocessor).rate, Float32Array.from(samples)),
};
/** Clips, by TubeViT. */
export const clipSense: Sense<Clip, VideoClassificationRecipe['tokens']> = {
  ...clips,
  classes: /ForVideoClassification$/,
  loadDataset: loadClipDataset,
  loadFile: loadClip,
  given: givenClip,
  files: clipFiles,
  // all frames of a file are in memory until those of the model are picked
  atOnce: 2,
};
