// Words of a text that is not normalised yet. Where normalizer and pre-tokenizer look at code points one by one, a text may be cut
// at white space and around characters that stand alone before anything is changed; a piece seen before has its tokens at once, with
// their places in the original. A new piece goes through normalizer, pre-tokenizer and model, which stay the measure of what is right.
import { AlignedText, aligned } from './aligned.ts';
import type { Component } from './component.ts';
import type { TokenModel } from './model/model.ts';
import { STRIDE, type TokenSink } from './model/token-sink.ts';
import { hashStep, WordCache } from './model/word-cache.ts';
import type { Normalizer } from './normalize.ts';
import { type PreTokenizer, wordsOf } from './pre-tokenize.ts';
import { combiningClasses } from './unicode/properties.ts';

/** Normalizers that change every code point by itself, or sort marks behind the character that carries them. */
const LOCAL_NORMALIZERS: ReadonlySet<unknown> = new Set(['BertNormalizer', 'Lowercase', 'StripAccents', 'NFD', 'NFKD']);
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
  return model.cutAnew !== undefined && LOCAL_PRE_TOKENIZERS.has(preTokenizer?.type) && isLocal(normalizer);
}

/**
 * What a code point does between two letters: it is dropped and parts them, stands alone, joins them, or vanishes so that they touch.
 * `OTHER` does none of these: it may become several words.
 */
const [, SPACE, ALONE, JOINS, VANISHES, OTHER] = [0, 1, 2, 3, 4, 5];

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

const codeAt = (text: string, at: number): number => {
  const code = text.charCodeAt(at);
  return code >= 0xd800 && code <= 0xdbff ? (text.codePointAt(at) as number) : code;
};

/** Cuts raw texts. */
export class RawWords {
  readonly #normalize: Normalizer;
  readonly #cut: PreTokenizer;
  readonly #cutWord: NonNullable<TokenModel['cutAnew']>;
  readonly #kinds = new Uint8Array(0x110000);
  /** Id + 1 of units that stand alone and are one token. */
  readonly #single = new Int32Array(0x10000);
  /** What units become that join or vanish, whatever stands around them. */
  readonly #forms: (string | undefined)[] = [];
  /** Where the units of a normal form come from. */
  readonly #starts = new Int32Array(256);
  readonly #ends = new Int32Array(256);
  readonly #cache: WordCache;

  constructor(normalize: Normalizer, cut: PreTokenizer, model: TokenModel) {
    this.#normalize = normalize;
    this.#cut = cut;
    this.#cutWord = model.cutAnew?.bind(model) ?? model.cut.bind(model);
    this.#cache = new WordCache((text, from, to, sink) => this.#piece(text, from, to, sink));
  }

  /** Adds the tokens of a text, the first word of which is number `word`; returns the number of the word behind the last. */
  cut(source: AlignedText, sink: TokenSink, word: number): number {
    const { text, origin } = source;
    const first = sink.length;
    let count = word;
    for (let at = 0; at < text.length; ) {
      const code = codeAt(text, at);
      const kind = this.#kindOf(code);
      if (kind === SPACE) at += code > 0xffff ? 2 : 1;
      else if (kind === ALONE) at = this.#alone(text, at, code, sink, count++);
      else {
        const end = kind === JOINS ? this.#joined(text, at, sink, count) : -1;
        if (end > 0) {
          at = end;
          count++;
          continue;
        }
        const start = at;
        while (at < text.length && this.#kindOf(codeAt(text, at)) !== SPACE) at++;
        count = this.#whole(text, start, at, sink, count);
      }
    }
    if (origin > 0) {
      for (let at = first * STRIDE; at < sink.length * STRIDE; at += STRIDE) {
        sink.data[at + 1] = (sink.data[at + 1] as number) + origin;
        sink.data[at + 2] = (sink.data[at + 2] as number) + origin;
      }
    }
    return count;
  }

  /** A character that is a word; returns where it ends. */
  #alone(text: string, from: number, code: number, sink: TokenSink, word: number): number {
    const to = from + (code > 0xffff ? 2 : 1);
    const known = code > 0xffff ? 0 : (this.#single[code] as number);
    const first = sink.length;
    if (known > 0) sink.push(known - 1, from, to);
    else {
      this.#cache.cutHashed(text, from, to, code, sink);
      if (code <= 0xffff && sink.length === first + 1) this.#single[code] = (sink.data[first * STRIDE] as number) + 1;
    }
    sink.number(first, word);
    return to;
  }

  /** A word of characters that join; returns where it ends, 0 if something else touches it. */
  #joined(text: string, from: number, sink: TokenSink, word: number): number {
    let [at, sum] = [from, 0];
    while (at < text.length) {
      const code = codeAt(text, at);
      const kind = this.#kindOf(code);
      if (kind !== JOINS && kind !== VANISHES) {
        if (kind === OTHER) return 0;
        break;
      }
      sum = hashStep(sum, code);
      at += code > 0xffff ? 2 : 1;
    }
    const first = sink.length;
    this.#cache.cutHashed(text, from, at, sum, sink);
    sink.number(first, word);
    return at;
  }

  /** A new word: by the normal forms of its characters where they do not depend on each other. */
  #piece(text: string, from: number, to: number, sink: TokenSink): void {
    const [starts, ends] = [this.#starts, this.#ends];
    let [normal, length] = ['', 0];
    for (let at = from; at < to; at++) {
      const form = this.#forms[text.charCodeAt(at)];
      if (form === undefined || length + form.length > starts.length) {
        this.#whole(text, from, to, sink, 0);
        return;
      }
      normal += form;
      for (const end = length + form.length; length < end; length++) {
        starts[length] = at;
        ends[length] = at + 1;
      }
    }
    const first = sink.length;
    this.#cutWord(normal, 0, length, sink);
    const { data } = sink;
    for (let at = first * STRIDE; at < sink.length * STRIDE; at += STRIDE) {
      data[at + 1] = starts[data[at + 1] as number] as number;
      data[at + 2] = ends[(data[at + 2] as number) - 1] as number;
    }
  }

  /** Any number of words, the long way. */
  #whole(text: string, from: number, to: number, sink: TokenSink, word: number): number {
    let count = word;
    const source = this.#normalize(new AlignedText(text.slice(from, to), from));
    this.#cut(source, 0, source.text.length, (inner, start, end) => {
      const first = sink.length;
      this.#cutWord(inner.text, start, end, sink);
      place(sink, inner, first, count++);
    });
    return count;
  }

  #kindOf(code: number): number {
    return (this.#kinds[code] as number) || this.#ask(code);
  }

  #ask(code: number): number {
    const character = String.fromCodePoint(code);
    const count = (text: string): number => wordsOf(this.#normalize(aligned(text)), this.#cut).length;
    const kind = KINDS[`${count(`a${character}a`)},${count(character)}`] ?? OTHER;
    this.#kinds[code] = kind;
    const form = this.#normalize(aligned(character)).text;
    if ((kind === JOINS || kind === VANISHES) && code <= 0xffff && !isSorted(form)) this.#forms[code] = form;
    return kind;
  }
}

/** Whether a text holds marks that have an order among each other. */
function isSorted(text: string): boolean {
  return Array.from(text).some((character) => combiningClasses()[character.codePointAt(0) as number] !== 0);
}
