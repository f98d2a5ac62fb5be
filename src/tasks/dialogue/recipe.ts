// What a dialogue run says.
import type { ModelRecipe, TextRecipe } from '../recipe.ts';
import type { GoesOn } from '../trained-model.ts';

/** Answers in conversations, by a GPT-2-style decoder, or by one to go on from whose tokenizer has a chat template. */
export interface DialogueRecipe extends TextRecipe, GoesOn {
  readonly task: 'dialogue';
  readonly model: ModelRecipe;
  /** So many answers are written when a run is measured, to see how various they are. */
  readonly answers: number;
}
