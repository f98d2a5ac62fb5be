// Words of a text that is not normalised yet. Where normalizer and pre-tokenizer look at code points one by one, a text may be cut
// at white space and around characters that stand alone before anything is changed; a piece seen before has its tokens at once, with
// their places in the original. A new piece goes through normalizer, pre-tokenizer and model, which stay the measure of what is right.
import { AlignedText, aligned } from './aligned.ts';
import type { Component } from './component.ts';
import type { TokenModel } from './model/model.ts';
import { STRIDE, type TokenSink } from './model/token-sink.ts';
import { WordCache } from './model/word-cache.ts';
import type { Normalizer } from './normalize.ts';
import { type PreTokenizer, wordsOf } from './pre-tokenize.ts';

/** Normalizers that change every code point by itself, or sort marks behind the character that carries them. */
const LOCAL_NORMALIZERS: ReadonlySet<unknown> = new Set([
  'BertNormalizer',
  'Lowercase',
  'StripAccents',
  'NFD',
  'NFKD',
]);
/** Pre-tokenizers for which a code point is dropped, stands alone, or joins its neighbours. */
const LOCAL_PRE_TOKENIZERS: ReadonlySet<unknown> = new Set(['BertPreTokenizer', 'WhitespaceSplit']);

function isLocal(component: Component | null | undefined): boolean {
  if (!component) return true;
  if (component.type !== 'Sequence') return LOCAL_NORMALIZERS.has(component.type);
  return Array.isArray(component.normalizers) && component.normalizers.every((one) => isLocal(one as Component));
}

/** Whether texts may be cut before they are normalised. */
export function cutsRaw(
  normalizer: Component | null | undefined,
  preTokenizer: Component | null | undefined,
  model: TokenModel,
): boolean {
  return model.isFixed === true && LOCAL_PRE_TOKENIZERS.has(preTokenizer?.type) && isLocal(normalizer);
}

/**
 * What a code point does between two letters: it is dropped and parts them, stands alone, joins them, or vanishes so that they touch.
 * `OTHER` does none of these: it may become several words.
 */
const [NOT_ASKED, SPACE, ALONE, JOINS, VANISHES, OTHER] = [0, 1, 2, 3, 4, 5];

/** By how many words `a?a` and `?` are. */
const KINDS: Readonly<Record<string, number>> = { '2,0': SPACE, '3,1': ALONE, '1,1': JOINS, '1,0': VANISHES };

/** The places and words of tokens from `first` on: units of a normalised text become places in the original. */
export function place(sink: TokenSink, source: AlignedText, first: number, word: number): void {
  const { data, length } = sink;
  const { origin, starts, ends } = source;
  for (let at = first * STRIDE; at < length * STRIDE; at += STRIDE) {
    const [start, end] = [data[at + 1] as number, data[at + 2] as number];
    if (starts && ends) {
      data[at + 1] = starts[start] as number;
      data[at + 2] = ends[end - 1] as number;
    } else if (origin > 0) {
      data[at + 1] = origin + start;
      data[at + 2] = origin + end;
    }
    data[at + 3] = word;
  }
}

/** Cuts raw texts. */
export class RawWords {
  readonly #normalize: Normalizer;
  readonly #cut: PreTokenizer;
  readonly #model: TokenModel;
  readonly #kinds = new Uint8Array(0x110000);
  /** Id + 1 of units that stand alone and are one token. */
  readonly #single = new Int32Array(0x10000);
  readonly #cache: WordCache;

  constructor(normalize: Normalizer, cut: PreTokenizer, model: TokenModel) {
    this.#normalize = normalize;
    this.#cut = cut;
    this.#model = model;
    this.#cache = new WordCache((text, from, to, sink) => void this.#whole(text, from, to, sink, 0));
  }

  /** Adds the tokens of a text, the first word of which is number `word`; returns the number of the word behind the last. */
  cut(source: AlignedText, sink: TokenSink, word: number): number {
    const { text, origin } = source;
    const first = sink.length;
    const kinds = this.#kinds;
    let count = word;
    for (let at = 0; at < text.length; ) {
      const start = at;
      let code = text.charCodeAt(at++);
      if (code >= 0xd800 && code <= 0xdbff) code = text.codePointAt(at++ - 1) as number;
      let kind = (kinds[code] as number) || this.#ask(code);
      if (kind === SPACE) continue;
      if (kind === ALONE) {
        const id = code < 0x10000 ? (this.#single[code] as number) : 0;
        if (id > 0) {
          sink.push(id - 1, start, at);
          sink.data[sink.length * STRIDE - 1] = count++;
        } else this.#piece(text, start, at, sink, count++);
        continue;
      }
      if (kind === JOINS) {
        while (at < text.length) {
          code = text.charCodeAt(at);
          const size = code >= 0xd800 && code <= 0xdbff ? 2 : 1;
          if (size === 2) code = text.codePointAt(at) as number;
          kind = (kinds[code] as number) || this.#ask(code);
          if (kind !== JOINS && kind !== VANISHES) break;
          at += size;
        }
        if (kind !== OTHER) {
          this.#piece(text, start, at, sink, count++);
          continue;
        }
      }
      at = this.#nextSpace(text, at);
      count = this.#whole(text, start, at, sink, count);
    }
    if (origin > 0) {
      for (let at = first * STRIDE; at < sink.length * STRIDE; at += STRIDE) {
        sink.data[at + 1] = (sink.data[at + 1] as number) + origin;
        sink.data[at + 2] = (sink.data[at + 2] as number) + origin;
      }
    }
    return count;
  }

  /** One word. */
  #piece(text: string, from: number, to: number, sink: TokenSink, word: number): void {
    const first = sink.length;
    this.#cache.cut(text, from, to, sink);
    const { data, length } = sink;
    for (let at = first * STRIDE + 3; at < length * STRIDE; at += STRIDE) data[at] = word;
    if (to - from === 1 && length === first + 1 && this.#kinds[text.charCodeAt(from)] === ALONE)
      this.#single[text.charCodeAt(from)] = (data[first * STRIDE] as number) + 1;
  }

  /** Any number of words, the long way. */
  #whole(text: string, from: number, to: number, sink: TokenSink, word: number): number {
    let count = word;
    const source = this.#normalize(new AlignedText(text.slice(from, to), from));
    this.#cut(source, 0, source.text.length, (inner, start, end) => {
      const first = sink.length;
      this.#model.cut(inner.text, start, end, sink);
      place(sink, inner, first, count++);
    });
    return count;
  }

  #nextSpace(text: string, from: number): number {
    let at = from;
    while (at < text.length) {
      const code = text.codePointAt(at) as number;
      if (((this.#kinds[code] as number) || this.#ask(code)) === SPACE) break;
      at += code > 0xffff ? 2 : 1;
    }
    return at;
  }

  #ask(code: number): number {
    const character = String.fromCodePoint(code);
    const count = (text: string): number => wordsOf(this.#normalize(aligned(text)), this.#cut).length;
    const kind = KINDS[`${count(`a${character}a`)},${count(character)}`] ?? OTHER;
    this.#kinds[code] = kind;
    return kind;
  }
}
