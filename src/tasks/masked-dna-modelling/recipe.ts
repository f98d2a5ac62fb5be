// What a pre-training run over sequences of bases says.
import type { DnaClassificationRecipe } from '../dna-classification/recipe.ts';
import type { ModelRecipe, RecipeBase } from '../recipe.ts';

/**
 * Prediction of hidden tokens of windows of bases, by an encoder over k-mers, single bases (k = 1) or byte-pair tokens; a
 * `dna-classification` with the same tokens can start from it. Every piece of the set gives one window at a time.
 */
export interface MaskedDnaModellingRecipe extends RecipeBase {
  readonly task: 'masked-dna-modelling';
  readonly tokens: DnaClassificationRecipe['tokens'];
  /** `maxLength`: tokens of a window, `[CLS]` and `[SEP]` included. */
  readonly model: ModelRecipe;
}
