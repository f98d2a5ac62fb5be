// What a language-modelling run says.
import type { ModelRecipe, TextRecipe } from '../recipe.ts';

/** Next-token prediction by a GPT-2-style decoder. */
export interface LanguageModelRecipe extends TextRecipe {
  readonly task: 'language-model';
  readonly model: ModelRecipe;
}
