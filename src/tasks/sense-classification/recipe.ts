// What a run over pictures, sounds or clips says: the encoder is the same, the tokens differ.
import type { AugmentationSpec } from '../../data/index.ts';
import type { RecipeBase } from '../recipe.ts';
import type { Triple } from './clips.ts';
import type { OriginalsRecipe } from './whole.ts';

/** Size of the encoder. */
export interface SenseModelRecipe {
  readonly dim: number;
  readonly layers: number;
  readonly heads: number;
  readonly ffnDim: number;
  /** Probability in [0, 1). */
  readonly dropout: number;
  readonly attentionDropout: number;
  /** Standard deviation of the first weights; half of `dim ** -0.5` when absent. A model that is started from keeps its own. */
  readonly initializerRange?: number;
  /**
   * Probability of leaving out a sub-layer of the last block for a whole example while training, in [0, 1); it rises linearly from 0 in the
   * first block (stochastic depth, as in timm). 0 when absent.
   */
  readonly dropPath?: number;
}

/** The encoder of a classifier. */
export interface ClassifierModelRecipe extends SenseModelRecipe {
  /**
   * First value of a learned factor for every channel of every sub-layer's output, for example 1e-4 (Touvron et al. 2021); 0 or absent for
   * none. Saved weights hold the factors in the projections before them, so that files are those of the plain encoder. Going on from a
   * model, factors start at 1.
   */
  readonly layerScale?: number;
}

interface SenseRecipe extends RecipeBase {
  readonly data: OriginalsRecipe;
  readonly model: ClassifierModelRecipe;
  /** What is changed on training originals, in order: `[{ kind: 'flip' }, { kind: 'mixup' }]`. */
  readonly augment: readonly AugmentationSpec[];
  /** A run or a model whose encoder to start from, adapted to these tokens; '' for none. */
  readonly startFrom: string;
}

/** Pictures to labels, by a ViT. */
export interface ImageClassificationRecipe extends SenseRecipe {
  readonly task: 'image-classification';
  readonly tokens: {
    /** Pixels a side; pictures of other sizes are resized. */
    readonly size: number;
    readonly channels: 1 | 3;
    /** Pixels a side of a patch. */
    readonly patch: number;
  };
}

/** Sounds to labels, by an AST. */
export interface AudioClassificationRecipe extends SenseRecipe {
  readonly task: 'audio-classification';
  readonly tokens: {
    /** Samples a second; other sounds are resampled. */
    readonly rate: number;
    readonly mels: number;
    /** Frames of 10 ms: shorter sounds are padded, longer ones cut. */
    readonly frames: number;
    /** Side of a patch, in mels and frames, and the steps between patches. */
    readonly patch: number;
    readonly stride: readonly [mels: number, frames: number];
  };
}

/** Clips to labels, by a TubeViT. */
export interface VideoClassificationRecipe extends SenseRecipe {
  readonly task: 'video-classification';
  readonly tokens: {
    /** Frames of a clip, sampled evenly. */
    readonly frames: number;
    /** Pixels a side. */
    readonly size: number;
    readonly channels: 1 | 3;
    /** Frames, rows, columns of the kernel that all tubes share. */
    readonly kernel: Triple;
    readonly tubes: readonly { readonly size: Triple; readonly stride: Triple; readonly offset: Triple }[];
  };
}
