// What a pre-training run over pictures without labels says.
import type { AugmentationSpec } from '../../data/index.ts';
import type { RecipeBase } from '../recipe.ts';
import type { ImageClassificationRecipe, SenseModelRecipe } from '../sense-classification/recipe.ts';
import type { OriginalsRecipe } from '../sense-classification/whole.ts';

/** Hidden patches painted from the visible ones by a masked autoencoder (He et al. 2022): pre-training of picture encoders. */
export interface MaskedImageModellingRecipe extends RecipeBase {
  readonly task: 'masked-image-modelling';
  readonly data: OriginalsRecipe;
  readonly tokens: ImageClassificationRecipe['tokens'];
  /** The encoder, which sees the visible patches alone; a classifier of the same size can start from it. */
  readonly model: SenseModelRecipe;
  /** What paints, and is dropped afterwards. It runs over all patches: the smaller, the faster the step. */
  readonly decoder: Pick<SenseModelRecipe, 'dim' | 'layers' | 'heads' | 'ffnDim'>;
  /** Share of the patches that are hidden, above 0 and below 1. */
  readonly maskRatio: number;
  /** Paint every patch normalised by its own mean and deviation (`norm_pix_loss`). */
  readonly normalizesTarget: boolean;
  /** What is changed on training pictures, in order; kinds that mix pictures are not taken. */
  readonly augment: readonly AugmentationSpec[];
}
