// Pictures, sounds and clips with their data sets and files.
import { loadClipDataset, loadPictureDataset, loadSoundDataset, type SenseLoadOptions } from '../../data/index.node.ts';
import type { SenseDataset } from '../../data/index.ts';
import { loadClip, loadPicture, loadSound } from '../../tokens/index.node.ts';
import type { Clip, Picture, Sound } from '../../tokens/index.ts';
import { clips } from './clips.ts';
import type { Modality } from './modality.ts';
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
}

/** Pictures, by ViT, DeiT and their kind. */
export const pictureSense: Sense<Picture, ImageClassificationRecipe['tokens']> = {
  ...pictures,
  classes: /ForImageClassification(WithTeacher)?$/,
  loadDataset: loadPictureDataset,
  loadFile: loadPicture,
};
/** Sounds, by AST. */
export const soundSense: Sense<Sound, AudioClassificationRecipe['tokens']> = {
  ...sounds,
  classes: /ForAudioClassification$/,
  loadDataset: loadSoundDataset,
  loadFile: loadSound,
};
/** Clips, by TubeViT. */
export const clipSense: Sense<Clip, VideoClassificationRecipe['tokens']> = {
  ...clips,
  classes: /ForVideoClassification$/,
  loadDataset: loadClipDataset,
  loadFile: loadClip,
};
