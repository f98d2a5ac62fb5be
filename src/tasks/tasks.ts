// Every recipe there is, whatever its task. A new task adds its recipe here and its entry to the table in tasks.node.ts.
import type { DialogueRecipe } from './dialogue/recipe.ts';
import type { DnaClassificationRecipe } from './dna-classification/recipe.ts';
import type { LanguageModelRecipe } from './language-model/recipe.ts';
import type { MaskedDnaModellingRecipe } from './masked-dna-modelling/recipe.ts';
import type { MaskedImageModellingRecipe } from './masked-image-modelling/recipe.ts';
import type { MaskedLanguageModelRecipe } from './masked-language-model/recipe.ts';
import type { QuestionAnsweringRecipe } from './question-answering/recipe.ts';
import type {
  AudioClassificationRecipe,
  ImageClassificationRecipe,
  VideoClassificationRecipe,
} from './sense-classification/recipe.ts';
import type { TextClassificationRecipe } from './text-classification/recipe.ts';
import type { TextToTextRecipe } from './text-to-text/recipe.ts';
import type { TokenClassificationRecipe } from './token-classification/recipe.ts';

/** Any recipe; `task` tells which. */
export type Recipe =
  | TextClassificationRecipe
  | TokenClassificationRecipe
  | QuestionAnsweringRecipe
  | LanguageModelRecipe
  | DialogueRecipe
  | MaskedLanguageModelRecipe
  | MaskedDnaModellingRecipe
  | MaskedImageModellingRecipe
  | ImageClassificationRecipe
  | AudioClassificationRecipe
  | VideoClassificationRecipe
  | DnaClassificationRecipe
  | TextToTextRecipe;
