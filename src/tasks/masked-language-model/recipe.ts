// What a pre-training run of an encoder says.
import type { ModelRecipe, TextRecipe } from '../recipe.ts';
import type { GoesOn } from '../trained-model.ts';

/** Masked-token prediction by a BERT-style encoder: pre-training. */
export interface MaskedLanguageModelRecipe extends TextRecipe, Pick<GoesOn, 'startFrom'> {
  readonly task: 'masked-language-model';
  readonly model: ModelRecipe;
}
