// Models of `tokenizer.json` by their type.
import { type Component, type Makers, make } from '../component.ts';
import { bpe } from './bpe.ts';
import type { TokenModel } from './model.ts';
import { unigram } from './unigram.ts';
import { wordLevel, wordPiece } from './word-piece.ts';

const makers: Makers<TokenModel> = { BPE: bpe, Unigram: unigram, WordLevel: wordLevel, WordPiece: wordPiece };

/** The type of a model. Files older than the field `type` are told apart by what they hold. */
export function typeOfModel(model: Component): string {
  if (model.type !== undefined) return model.type;
  if (Array.isArray(model.vocab)) return 'Unigram';
  if (model.merges !== undefined) return 'BPE';
  return model.continuing_subword_prefix === undefined ? 'WordLevel' : 'WordPiece';
}

/** @throws TokenizerError for a model or field that is not known, or a broken vocabulary */
export function tokenModel(component: Component): TokenModel {
  return make('model', makers, { ...component, type: typeOfModel(component) });
}
