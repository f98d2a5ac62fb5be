// What a run that answers questions on contexts says.
import type { ModelRecipe, TextRecipe } from '../recipe.ts';

/** A span of the context that answers the question, by a BERT-style encoder. */
export interface QuestionAnsweringRecipe extends TextRecipe {
  readonly task: 'question-answering';
  readonly model: ModelRecipe;
  /** A run folder of a masked language model whose encoder and tokenizer to start from; '' for none. */
  readonly startFrom: string;
  /** Tokens that neighbouring windows of a long context share. */
  readonly stride: number;
  /** Windows without the answer to train on, at most, for each question. */
  readonly emptyWindows: number;
  /** Longest answer to give, in tokens. */
  readonly maxAnswerTokens: number;
}
