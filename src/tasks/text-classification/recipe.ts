// What a text classification run says.
import type { LoraRecipe } from '../lora.ts';
import type { ModelRecipe, TextRecipe } from '../recipe.ts';
import type { Architecture } from './reader.ts';

/** Text to one of several labels, by a BERT-style encoder or a GPT-2-style decoder. */
export interface TextClassificationRecipe extends TextRecipe {
  readonly task: 'text-classification';
  /** Default: encoder. A run that starts from a checkpoint has that one's. */
  readonly architecture?: Architecture;
  readonly model: ModelRecipe;
  /** A run folder of a masked language model whose encoder and tokenizer to start from; '' for none. */
  readonly startFrom: string;
  /** Share of the tokens that training hides behind `[MASK]`, other ones each time: against learning single words by heart. */
  readonly hiddenTokens: number;
  /** Adapters to train in place of all weights, for runs that start from something. */
  readonly lora?: LoraRecipe;
}
