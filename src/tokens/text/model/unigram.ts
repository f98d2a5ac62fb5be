// Unigram (Kudo 2018): the most probable way to cut a text, by Viterbi over a trie of the pieces. Equal scores: the path found first,
// going left to right, as the reference does; neighbouring unknowns are one token.
import { type Fields, refuse } from '../component.ts';
import { byteToken } from './bpe.ts';
import type { TokenModel } from './model.ts';
import { STRIDE, type TokenSink } from './token-sink.ts';
import { Trie } from './trie.ts';
import { WordCache } from './word-cache.ts';

const UNKNOWN_PENALTY = 10;

interface Pieces {
  readonly tokens: string[];
  readonly scores: Float64Array;
  readonly vocab: Map<string, number>;
}

function piecesOf(fields: Fields): Pieces {
  const raw = fields.list('vocab');
  const vocab = new Map<string, number>();
  const tokens: string[] = [];
  const scores = new Float64Array(raw.length);
  for (const [id, entry] of raw.entries()) {
    const [piece, score] = Array.isArray(entry) ? entry : [];
    if (typeof piece !== 'string' || typeof score !== 'number')
      refuse(`${fields.where}.vocab[${id}]`, 'a piece and its score', entry);
    tokens.push(piece);
    scores[id] = score;
    vocab.set(piece, id);
  }
  return { tokens, scores, vocab };
}

/** Reads the model. */
export function unigram(fields: Fields): TokenModel {
  const pieces = piecesOf(fields);
  const unknown = fields.has('unk_id') ? fields.count('unk_id') : undefined;
  fields.any('unk_id');
  if (unknown !== undefined && unknown >= pieces.tokens.length)
    refuse(`${fields.where}.unk_id`, `an id below ${pieces.tokens.length}`, unknown);
  return new Unigram(pieces, unknown, fields.boolean('byte_fallback', false));
}

class Unigram implements TokenModel {
  readonly vocab: ReadonlyMap<string, number>;
  readonly tokens: readonly string[];
  readonly #scores: Float64Array;
  readonly #unknown: number | undefined;
  readonly #unknownScore: number;
  readonly #fallback: readonly (number | undefined)[] | undefined;
  readonly #trie = new Trie();
  readonly #root: number;
  readonly #cache: WordCache;
  /** Best score, piece and start of the best path to each unit. */
  #best = new Float64Array(256);
  #piece = new Int32Array(256);
  #from = new Int32Array(256);
  #path = new Int32Array(256);

  constructor({ tokens, scores, vocab }: Pieces, unknown: number | undefined, byteFallback: boolean) {
    this.tokens = tokens;
    this.vocab = vocab;
    this.#scores = scores;
    this.#unknown = unknown;
    this.#unknownScore = scores.reduce((least, score) => Math.min(score, least), Infinity) - UNKNOWN_PENALTY;
    this.#fallback = byteFallback ? Array.from({ length: 256 }, (_, byte) => vocab.get(byteToken(byte))) : undefined;
    this.#root = this.#trie.root();
    for (const [piece, id] of vocab) this.#trie.add(this.#root, piece, id);
    this.#cache = new WordCache((text, from, to, sink) => this.#cut(text, from, to, sink));
  }

  cut(text: string, from: number, to: number, sink: TokenSink): void {
    const first = sink.length;
    this.#cache.cut(text, from, to, sink);
    // Unknown tokens are reported as they are written, not as the unknown token.
    for (let i = first; i < sink.length; i++) {
      if (sink.data[i * STRIDE] === this.#unknown)
        sink.read(i, text.slice(sink.data[i * STRIDE + 1], sink.data[i * STRIDE + 2]));
    }
  }

  #search(text: string, from: number, to: number): void {
    const length = to - from;
    if (length + 1 > this.#best.length) {
      this.#best = new Float64Array(length * 2);
      this.#piece = new Int32Array(length * 2);
      this.#from = new Int32Array(length * 2);
      this.#path = new Int32Array(length * 2);
    }
    const [best, pieces, origin, trie, scores] = [this.#best, this.#piece, this.#from, this.#trie, this.#scores];
    origin.fill(-1, 0, length + 1);
    best[0] = 0;
    for (let start = 0; start < length; ) {
      const here = best[start] as number;
      const code = text.charCodeAt(from + start);
      const size = code >= 0xd800 && code <= 0xdbff ? 2 : 1;
      let isKnown = false;
      let node = this.#root;
      for (let at = start; at < length; at++) {
        node = trie.next(node, text.charCodeAt(from + at));
        if (node < 0) break;
        const id = trie.value(node);
        if (id < 0) continue;
        const score = (scores[id] as number) + here;
        if ((origin[at + 1] as number) < 0 || score > (best[at + 1] as number)) {
          best[at + 1] = score;
          origin[at + 1] = start;
          pieces[at + 1] = id;
        }
        if (at + 1 - start === size) isKnown = true;
      }
      const end = start + size;
      if (!isKnown) {
        const score = this.#unknownScore + here;
        if ((origin[end] as number) < 0 || score > (best[end] as number)) {
          best[end] = score;
          origin[end] = start;
          pieces[end] = this.#unknown ?? refuse('model Unigram.unk_id', 'an id for characters that no piece has', null);
        }
      }
      start = end;
    }
  }

  #cut(text: string, from: number, to: number, sink: TokenSink): void {
    this.#search(text, from, to);
    const [path, origin, pieces] = [this.#path, this.#from, this.#piece];
    let count = 0;
    for (let end = to - from; end > 0; end = origin[end] as number) path[count++] = end;
    while (count > 0) {
      let end = path[--count] as number;
      const start = origin[end] as number;
      const id = pieces[end] as number;
      if (id !== this.#unknown) {
        sink.push(id, from + start, from + end);
        continue;
      }
      while (count > 0 && pieces[path[count - 1] as number] === this.#unknown) end = path[--count] as number;
      this.#pushUnknown(text, from + start, from + end, sink);
    }
  }

  #pushUnknown(text: string, from: number, to: number, sink: TokenSink): void {
    const word = text.slice(from, to);
    const known = this.vocab.get(word);
    if (known === undefined && this.#fallback) {
      const ids = Array.from(new TextEncoder().encode(word), (byte) => this.#fallback?.[byte]);
      if (ids.every((id) => id !== undefined)) {
        for (const id of ids) sink.push(id, from, to);
        return;
      }
    }
    sink.push(known ?? (this.#unknown as number), from, to);
  }
}
