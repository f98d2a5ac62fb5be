// What a run that labels tokens says.
import type { TagScheme } from '../../data/index.ts';
import type { ModelRecipe, TextRecipe } from '../recipe.ts';

/** A label for every word or character, by a BERT-style encoder: named entities, chunks, parts of speech. */
export interface TokenClassificationRecipe extends TextRecipe {
  readonly task: 'token-classification';
  readonly model: ModelRecipe;
  /** A run folder of a masked language model whose encoder and tokenizer to start from; '' for none. */
  readonly startFrom: string;
  /** How spans are written as labels. */
  readonly scheme: TagScheme;
  /** Which tokens of a word have its label: the first only, as in Transformers' examples, or all. */
  readonly subwords: 'first' | 'all';
  /** Share of the tokens that training hides behind `[MASK]`, so that the model reads around them; in [0, 1). */
  readonly hiddenTokens: number;
  /** A linear-chain CRF on the scores, trained and decoded exactly. */
  readonly crf: boolean;
  /**
   * How much the loss of single tokens counts beside the chain's; default 0. Above 0 the scores mean something without the chain too: Python
   * `transformers` and Transformers.js read them alone.
   */
  readonly tokenWeight?: number;
}
