// What a model is: a vocabulary that cuts words.
import type { Fields } from '../component.ts';
import { refuse } from '../component.ts';
import type { TokenSink } from './token-sink.ts';

/** Cuts words by a vocabulary. */
export interface TokenModel {
  readonly vocab: ReadonlyMap<string, number>;
  /** Token of every id; where ids have holes, so has this. */
  readonly tokens: readonly string[];
  /** The vocabulary is a list: places are ids, and a token may stand in it twice. */
  readonly isList?: boolean;
  /** Adds the tokens of the word `text.slice(from, to)`; places are units of `text`. @throws TokenizerError when it cannot be cut */
  cut(text: string, from: number, to: number, sink: TokenSink): void;
  /** `cut` without a memory of words, where a word always has the same tokens and reads as the vocabulary has them. */
  cutAnew?(text: string, from: number, to: number, sink: TokenSink): void;
  /** Starts the random choices of dropout anew. */
  reseed?(seed: number): void;
}

/** The field `vocab` of a model, as a map and as a list. */
export function vocabularyOf(fields: Fields): { vocab: Map<string, number>; tokens: string[] } {
  const raw = fields.any('vocab');
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) refuse(`${fields.where}.vocab`, 'an object', raw);
  const vocab = new Map<string, number>();
  const tokens: string[] = [];
  const names = Object.keys(raw);
  for (let i = 0; i < names.length; i++) {
    const token = names[i] as string;
    const id = (raw as Record<string, unknown>)[token];
    if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0)
      refuse(`${fields.where}.vocab`, `a whole number >= 0 as id of '${token}'`, id);
    if (tokens[id] !== undefined)
      refuse(`${fields.where}.vocab`, 'every id once', `${id} for '${tokens[id]}' and '${token}'`);
    if (id > 100_000_000) refuse(`${fields.where}.vocab`, 'ids below 100,000,000', id);
    vocab.set(token, id);
    tokens[id] = token;
  }
  return { vocab, tokens };
}
