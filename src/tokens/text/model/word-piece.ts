// WordPiece (Wu et al. 2016): longest match first; a word that cannot be covered is unknown as a whole. And WordLevel, which only
// knows whole words.
import { type Fields, refuse } from '../component.ts';
import { type TokenModel, vocabularyOf } from './model.ts';
import type { TokenSink } from './token-sink.ts';
import { Trie } from './trie.ts';
import { WordCache } from './word-cache.ts';

/** Reads WordPiece. */
export function wordPiece(fields: Fields): TokenModel {
  const { vocab, tokens } = vocabularyOf(fields);
  const unknown = fields.string('unk_token', '[UNK]');
  const prefix = fields.string('continuing_subword_prefix', '##');
  const limit = fields.count('max_input_chars_per_word', 100);
  const trie = new Trie();
  const [first, later] = [trie.root(), trie.root()];
  for (const [token, id] of vocab) {
    trie.add(first, token, id);
    if (token.startsWith(prefix) && token.length > prefix.length) trie.add(later, token.slice(prefix.length), id);
  }
  const whole = (from: number, to: number, sink: TokenSink): void => {
    const id = vocab.get(unknown) ?? refuse('model WordPiece.unk_token', 'a token of the vocabulary', unknown);
    sink.push(id, from, to);
  };
  const cut = (text: string, from: number, to: number, sink: TokenSink): void => {
    if (to - from > limit && codePoints(text, from, to) > limit) {
      whole(from, to, sink);
      return;
    }
    const before = sink.length;
    for (let start = from; start < to; ) {
      let node = start === from ? first : later;
      let [id, end] = [-1, start];
      for (let at = start; at < to; at++) {
        node = trie.next(node, text.charCodeAt(at));
        if (node < 0) break;
        const value = trie.value(node);
        if (value >= 0) [id, end] = [value, at + 1];
      }
      if (id < 0) {
        sink.length = before;
        whole(from, to, sink);
        return;
      }
      sink.push(id, start, end);
      start = end;
    }
  };
  const cache = new WordCache(cut);
  return { vocab, tokens, cut: (text, from, to, sink) => cache.cut(text, from, to, sink), cutAnew: cut };
}

function codePoints(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; count++) at += (text.codePointAt(at) as number) > 0xffff ? 2 : 1;
  return count;
}

/** Reads WordLevel. */
export function wordLevel(fields: Fields): TokenModel {
  const { vocab, tokens } = vocabularyOf(fields);
  const unknown = fields.string('unk_token');
  const cut = (text: string, from: number, to: number, sink: TokenSink): void => {
    const id =
      vocab.get(text.slice(from, to)) ??
      vocab.get(unknown) ??
      refuse('model WordLevel.unk_token', 'a token of the vocabulary', unknown);
    sink.push(id, from, to);
  };
  return { vocab, tokens, cut, cutAnew: cut };
}
