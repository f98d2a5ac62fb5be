// What a dialogue run says.
import type { ModelRecipe, TextRecipe } from '../recipe.ts';

/** Answers in conversations, by a GPT-2-style decoder. */
export interface DialogueRecipe extends TextRecipe {
  readonly task: 'dialogue';
  readonly model: ModelRecipe;
  /** So many answers are written when a run is measured, to see how various they are. */
  readonly answers: number;
}
