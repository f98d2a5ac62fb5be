// What a run from one text to another says: translation, spelling to sound.
import type { ModelRecipe, TextRecipe, TrainRecipe } from '../recipe.ts';
import type { GoesOn } from '../trained-model.ts';

/** A text to another text, by a Marian-style encoder-decoder (Vaswani et al. 2017), or by one to go on from: T5, Marian, BART. */
export interface TextToTextRecipe extends TextRecipe, GoesOn {
  readonly task: 'text-to-text';
  /** What is written: running text of the same vocabulary as what is read, or symbols parted by spaces (sounds), each a token. */
  readonly target: 'text' | 'symbols';
  /** `layers` are those of each tower. */
  readonly model: ModelRecipe;
  /** `batchSize` is the most pairs of a batch. */
  readonly train: TrainRecipe & {
    /** The most tokens of a batch, padding and both sides counted. */
    readonly batchTokens: number;
  };
}
