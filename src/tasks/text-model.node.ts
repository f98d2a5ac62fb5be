// Opens a model that reads texts, with the tokenizer beside it.
import { DataError } from '../data/index.ts';
import type { Model } from '../models/index.ts';
import { loadTokenizer } from '../tokens/index.node.ts';
import type { Tokenizer } from '../tokens/index.ts';
import { type OpenModel, openModel } from './forward.node.ts';
import type { JobContext } from './job.ts';

/** A model with its parameters and its tokenizer. */
export interface OpenTextModel extends OpenModel {
  readonly tokenizer: Tokenizer;
}

/** Which models will do. */
export interface TextModelKind {
  /** How the class name ends. */
  readonly head: string;
  /** What that is for, in words. */
  readonly purpose: string;
}

/** Classifiers of texts. */
export const textClassifier: TextModelKind = { head: 'ForSequenceClassification', purpose: 'text classification' };

/**
 * Opens the model of a folder or a hub name.
 * @throws CheckpointError, TokenizerError; DataError for a model of another kind, or a vocabulary that does not fit
 */
export async function openTextModel(
  name: string,
  { head, purpose }: TextModelKind,
  context: Pick<JobContext, 'hub'>,
): Promise<OpenTextModel> {
  const open = await openModel(name, context.hub);
  const { dir, model } = open;
  if (!model.className.endsWith(head))
    throw new DataError(`expected a model for ${purpose}, got ${model.className} (${dir})`);
  return { ...open, tokenizer: await tokenizerOf(open) };
}

/** The tokenizer beside a model. @throws TokenizerError; DataError for a vocabulary that does not fit */
export async function tokenizerOf({ dir, model }: Pick<OpenModel, 'dir' | 'model'>): Promise<Tokenizer> {
  const tokenizer = await loadTokenizer(dir);
  checkVocabulary(tokenizer, model, dir);
  return tokenizer;
}

/** @throws DataError for a tokenizer with more ids than the model's embedding has rows */
export function checkVocabulary(tokenizer: Tokenizer, model: Model, where: string): void {
  const { text_config: text, vocab_size: own } = model.config;
  const rows = Number((text as Model['config'] | undefined)?.vocab_size ?? own);
  if (tokenizer.vocabSize > rows)
    throw new DataError(
      `expected a tokenizer of at most ${rows} ids, as the embedding has rows, got ${tokenizer.vocabSize} (${where}); take the tokenizer that was trained with the model`,
    );
}
