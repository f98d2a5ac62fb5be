// Models of `tokenizer.json`: one word to pieces with their places.
import { TokenizerError } from '../tokenizer.ts';
import type { Component } from './normalize.ts';

/** A piece of a word: `[start, end)` in UTF-16 units of the word. */
export interface Piece {
  readonly id: number;
  readonly start: number;
  readonly end: number;
}

/** Cuts words by a vocabulary. */
export interface TokenModel {
  readonly vocab: ReadonlyMap<string, number>;
  cut(word: string): readonly Piece[];
}

function vocabulary(component: Component): Map<string, number> {
  const entries = Object.entries((component.vocab ?? {}) as Record<string, number>);
  const ids = new Set<number>();
  for (const [token, id] of entries) {
    if (!Number.isSafeInteger(id) || id < 0 || ids.has(id)) {
      throw new TokenizerError(
        `model.vocab: expected every id once, a whole number >= 0, got ${id} for '${token}' (tokenizer.json)`,
      );
    }
    ids.add(id);
  }
  return new Map(entries);
}

function unknownId(component: Component, vocab: ReadonlyMap<string, number>): number {
  const id = vocab.get(String(component.unk_token));
  if (id === undefined)
    throw new TokenizerError(
      `model.unk_token: expected a token of the vocabulary, got ${JSON.stringify(component.unk_token)} (tokenizer.json)`,
    );
  return id;
}

function wordLevel(component: Component): TokenModel {
  const vocab = vocabulary(component);
  const unknown = unknownId(component, vocab);
  return { vocab, cut: (word) => [{ id: vocab.get(word) ?? unknown, start: 0, end: word.length }] };
}

/** Longest match first (Wu et al. 2016): a word that cannot be covered is unknown as a whole. */
function wordPiece(component: Component): TokenModel {
  const vocab = vocabulary(component);
  const unknown = unknownId(component, vocab);
  const prefix = String(component.continuing_subword_prefix ?? '##');
  const limit = Number(component.max_input_chars_per_word ?? 100);
  const longest = Math.max(1, ...[...vocab.keys()].map((token) => token.length));
  return {
    vocab,
    cut: (word) => {
      const whole = [{ id: unknown, start: 0, end: word.length }];
      if (word.length > limit && [...word].length > limit) return whole;
      const pieces: Piece[] = [];
      for (let start = 0; start < word.length; ) {
        let end = Math.min(word.length, start + longest);
        let id: number | undefined;
        for (; end > start; end--) {
          id = vocab.get(start === 0 ? word.slice(0, end) : prefix + word.slice(start, end));
          if (id !== undefined) break;
        }
        if (id === undefined) return whole;
        pieces.push({ id, start, end });
        start = end;
      }
      return pieces;
    },
  };
}

const makers: Readonly<Record<string, (component: Component) => TokenModel>> = {
  WordLevel: wordLevel,
  WordPiece: wordPiece,
};

/** @throws TokenizerError for a model that is not known, or a broken vocabulary */
export function tokenModel(component: Component): TokenModel {
  const make = makers[component.type];
  if (!make)
    throw new TokenizerError(
      `model: expected one of ${Object.keys(makers).join(', ')}, got '${component.type}' (tokenizer.json)`,
    );
  return make(component);
}
