// What a language-modelling run says.
import type { ModelRecipe, TextRecipe } from '../recipe.ts';
import type { GoesOn } from '../trained-model.ts';

/** Poems that are written when a run is measured. */
export interface VerseRecipe {
  /** How many. */
  readonly poems: number;
  readonly temperature: number;
}

/** Next-token prediction by a GPT-2-style decoder, or by one to go on from: GPT-2, Llama, Qwen, … */
export interface LanguageModelRecipe extends TextRecipe, GoesOn {
  readonly task: 'language-model';
  readonly model: ModelRecipe;
  /** For texts that are poems: `evaluate` lets the model write some and measures their lines. */
  readonly verse?: VerseRecipe;
}
