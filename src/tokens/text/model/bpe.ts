// Byte-pair encoding (Sennrich et al. 2016) as `tokenizers` runs it: over characters, with prefixes, suffixes, unknowns and byte
// fallback, or straight over UTF-8 bytes for byte-level vocabularies.
import { type Fields, refuse } from '../component.ts';
import { BYTE_CHARACTERS, BYTE_OF_CHARACTER, utf8Length, writeUtf8 } from '../utf8.ts';
import { ByteJoins } from './byte-joins.ts';
import { Merger } from './merger.ts';
import { type TokenModel, vocabularyOf } from './model.ts';
import { PairTable } from './pair-table.ts';
import { STRIDE, type TokenSink } from './token-sink.ts';
import { WordCache } from './word-cache.ts';

interface Settings {
  readonly vocab: ReadonlyMap<string, number>;
  readonly tokens: readonly string[];
  /** Left and right parts in turn, in order of rank. */
  readonly merges: readonly string[];
  readonly dropout: number;
  readonly unknown: string | undefined;
  readonly prefix: string;
  readonly suffix: string;
  readonly fuseUnknown: boolean;
  readonly byteFallback: boolean;
  readonly ignoreMerges: boolean;
}

/** Merges, `["a b", …]` or `[["a", "b"], …]` in the file, as left and right parts in turn. */
function mergesOf(fields: Fields): string[] {
  const raw = fields.list('merges');
  const parts: string[] = [];
  for (let rank = 0; rank < raw.length; rank++) {
    const merge = raw[rank];
    if (typeof merge === 'string' && merge.startsWith('#version')) continue;
    const pair: unknown = typeof merge === 'string' ? merge.split(' ') : merge;
    if (!Array.isArray(pair) || pair.length !== 2 || typeof pair[0] !== 'string' || typeof pair[1] !== 'string')
      refuse(`${fields.where}.merges[${rank}]`, 'two tokens', merge);
    parts.push(pair[0] as string, pair[1] as string);
  }
  return parts;
}

/** Reads the model. @throws TokenizerError for a merge of unknown parts, and for anything of a wrong type */
export function bpe(fields: Fields): Bpe {
  const { vocab, tokens } = vocabularyOf(fields);
  const optional = (name: string): string | undefined =>
    fields.has(name) ? fields.string(name) : void fields.any(name);
  const dropout = fields.number('dropout', 0);
  if (dropout < 0 || dropout > 1) refuse(`${fields.where}.dropout`, 'a probability', dropout);
  return new Bpe({
    vocab,
    tokens,
    merges: mergesOf(fields),
    dropout,
    unknown: optional('unk_token'),
    prefix: optional('continuing_subword_prefix') ?? '',
    suffix: optional('end_of_word_suffix') ?? '',
    fuseUnknown: fields.boolean('fuse_unk', false),
    byteFallback: fields.boolean('byte_fallback', false),
    ignoreMerges: fields.boolean('ignore_merges', false),
  });
}

function pairsOf({ merges, vocab, tokens, prefix }: Settings): PairTable {
  const pairs = new PairTable(merges.length / 2);
  const unknown = (token: string, rank: number): never =>
    refuse(`model BPE.merges[${rank}]`, 'parts and result in the vocabulary', token);
  // Results usually stand in the vocabulary one after the other.
  let next = 0;
  for (let rank = 0; rank * 2 < merges.length; rank++) {
    const [left, right] = [merges[rank * 2] as string, merges[rank * 2 + 1] as string];
    const result = prefix === '' ? left + right : left + right.slice(prefix.length);
    const first = vocab.get(left) ?? unknown(left, rank);
    const second = vocab.get(right) ?? unknown(right, rank);
    const id = tokens[next] === result ? next : (vocab.get(result) ?? unknown(result, rank));
    next = id + 1;
    pairs.set(first, second, rank, id);
  }
  return pairs;
}

/** A small random generator (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}

const NO_ID = -1;

/** Whether the first character behind a leading space is not ASCII. */
const isBeyondAscii = (text: string, from: number, to: number): boolean =>
  text.charCodeAt(from) >= 0x80 || (to > from + 1 && text.charCodeAt(from + 1) >= 0x80);

/** The model. */
export class Bpe implements TokenModel {
  readonly vocab: ReadonlyMap<string, number>;
  readonly tokens: readonly string[];
  readonly #settings: Settings;
  readonly #merger: Merger;
  readonly #cache: WordCache | undefined;
  readonly #unknown: number | undefined;
  #skips: (() => boolean) | undefined;
  /** Ids of single bytes while words are raw text. */
  #bytes: Int32Array | undefined;
  /** Raw text of whole tokens, for `ignore_merges` over raw text. */
  #whole: ReadonlyMap<string, number> | undefined;
  /** Made for the first word that is not ASCII. */
  #joins: ByteJoins | undefined;
  /** Ids of single characters, filled in when met: 0 not asked yet, else id + 2. */
  readonly #characters = new Map<string, number>();
  #units = new Int32Array(256);
  #scratch = new Uint8Array(256);

  constructor(settings: Settings) {
    this.#settings = settings;
    this.vocab = settings.vocab;
    this.tokens = settings.tokens;
    this.#merger = new Merger(pairsOf(settings));
    this.#unknown = settings.unknown === undefined ? undefined : settings.vocab.get(settings.unknown);
    if (settings.dropout > 0) this.reseed(0);
    else this.#cache = new WordCache((text, from, to, sink) => this.#cut(text, from, to, sink));
    if (settings.ignoreMerges) this.#whole = settings.vocab;
  }

  /**
   * From now on words are raw text and bytes are the symbols, as if every word had gone through the byte alphabet before.
   * False (and no change) if the vocabulary lacks a byte or asks for prefixes or suffixes.
   */
  readBytes(): boolean {
    const { vocab, prefix, suffix, ignoreMerges } = this.#settings;
    if (prefix !== '' || suffix !== '' || !BYTE_CHARACTERS.every((character) => vocab.has(character))) return false;
    this.#bytes = Int32Array.from(BYTE_CHARACTERS, (character) => vocab.get(character) as number);
    if (ignoreMerges) {
      const whole = new Map<string, number>();
      const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
      for (const [token, id] of vocab) {
        const bytes = Array.from(token, (character) => BYTE_OF_CHARACTER.get(character) ?? -1);
        if (bytes.includes(-1)) continue;
        try {
          whole.set(decoder.decode(Uint8Array.from(bytes)), id);
        } catch {
          // Part of a character: no word can equal it.
        }
      }
      this.#whole = whole;
    }
    return true;
  }

  reseed(seed: number): void {
    const { dropout } = this.#settings;
    if (dropout === 0) return;
    const random = randomFrom(seed);
    this.#skips = () => random() < dropout;
  }

  cut(text: string, from: number, to: number, sink: TokenSink): void {
    if (!this.#cache) this.#cut(text, from, to, sink);
    else if (this.#bytes && !this.#whole && isBeyondAscii(text, from, to))
      this.#cutParts(this.#cache, text, from, to, sink);
    else this.#cache.cut(text, from, to, sink);
  }

  /** Part by part: long words of scripts without spaces are met once, their characters often. */
  #cutParts(cache: WordCache, text: string, from: number, to: number, sink: TokenSink): void {
    this.#joins ??= new ByteJoins(this.#settings.merges);
    for (let at = from; at < to; ) {
      const end = this.#joins.partEnd(text, at, to);
      cache.cut(text, at, end, sink);
      at = end;
    }
  }

  #cut(text: string, from: number, to: number, sink: TokenSink): void {
    // With dropout the reference does not look whole words up.
    if (this.#whole && !this.#skips) {
      const id = this.#whole.get(text.slice(from, to));
      if (id !== undefined) {
        sink.push(id, from, to);
        return;
      }
    }
    if (this.#bytes) this.#cutBytes(this.#bytes, text, from, to, sink);
    else this.#cutCharacters(text, from, to, sink);
  }

  #room(count: number): void {
    this.#merger.reserve(count);
    if (count <= this.#units.length) return;
    this.#units = new Int32Array(count * 2);
    this.#scratch = new Uint8Array(count * 2);
  }

  #cutBytes(byteIds: Int32Array, text: string, from: number, to: number, sink: TokenSink): void {
    const merger = this.#merger;
    this.#room((to - from) * 3);
    const units = this.#units;
    const count = writeUtf8(text, from, to, this.#scratch, units);
    const [ids, starts] = [merger.ids, merger.starts];
    for (let i = 0; i < count; i++) {
      ids[i] = byteIds[this.#scratch[i] as number] as number;
      starts[i] = i;
    }
    const left = merger.merge(count, this.#skips);
    sink.reserve(left);
    const { data } = sink;
    let at = sink.length * STRIDE;
    for (let i = 0; i < left; i++) {
      const last = i + 1 < left ? (starts[i + 1] as number) - 1 : count - 1;
      const unit = units[last] as number;
      const code = text.charCodeAt(unit);
      data[at] = ids[i] as number;
      data[at + 1] = units[starts[i] as number] as number;
      data[at + 2] = unit + (code >= 0xd800 && code <= 0xdbff ? 2 : 1);
      at += STRIDE;
    }
    sink.length += left;
  }

  /** Id of a symbol, `NO_ID` if the vocabulary lacks it. */
  #idOf(symbol: string): number {
    let id = this.#characters.get(symbol);
    if (id === undefined) {
      id = this.vocab.get(symbol) ?? NO_ID;
      if (this.#characters.size < 100_000) this.#characters.set(symbol, id);
    }
    return id;
  }

  #cutCharacters(text: string, from: number, to: number, sink: TokenSink): void {
    const { prefix, suffix } = this.#settings;
    const merger = this.#merger;
    this.#room((to - from) * 4 + 64);
    const [ids, starts] = [merger.ids, merger.starts];
    let count = 0;
    for (let at = from; at < to; ) {
      const code = text.charCodeAt(at);
      const end = at + (code >= 0xd800 && code <= 0xdbff ? 2 : 1);
      let symbol = text.slice(at, end);
      if (at > from && prefix !== '') symbol = prefix + symbol;
      if (end === to && suffix !== '') symbol += suffix;
      const id = this.#idOf(symbol);
      if (id === NO_ID) {
        this.#cutUnknown(text, from, to, sink);
        return;
      }
      ids[count] = id;
      starts[count++] = at;
      at = end;
    }
    const left = merger.merge(count, this.#skips);
    for (let i = 0; i < left; i++)
      sink.push(ids[i] as number, starts[i] as number, i + 1 < left ? (starts[i + 1] as number) : to);
  }

  /** Words with characters that the vocabulary lacks: counted in bytes, the reference's way, so that its places come out. */
  #cutUnknown(text: string, from: number, to: number, sink: TokenSink): void {
    const symbols = this.#symbolsWithUnknown(text, from, to);
    const merger = this.#merger;
    this.#room(symbols.length + utf8Length(text, from, to));
    let length = 0;
    for (const [i, [id, size]] of symbols.entries()) {
      merger.ids[i] = id;
      merger.starts[i] = length;
      length += size;
    }
    const left = merger.merge(symbols.length, this.#skips);
    const bytes = writeUtf8(text, from, to, this.#scratch, this.#units);
    const unitAt = (byte: number): number => this.#units[Math.min(byte, bytes - 1)] as number;
    for (let i = 0; i < left; i++) {
      const end = i + 1 < left ? (merger.starts[i + 1] as number) : length;
      const unit = unitAt(Math.max(0, end - 1));
      const code = text.charCodeAt(unit);
      sink.push(
        merger.ids[i] as number,
        unitAt(merger.starts[i] as number),
        unit + (code >= 0xd800 && code <= 0xdbff ? 2 : 1),
      );
    }
  }

  /** Ids with their lengths in bytes. */
  #symbolsWithUnknown(text: string, from: number, to: number): [number, number][] {
    const { prefix, suffix, byteFallback, fuseUnknown, unknown } = this.#settings;
    const symbols: [number, number][] = [];
    let waiting = 0;
    const flush = (): void => {
      if (waiting > 0) symbols.push([this.#unknown as number, waiting]);
      waiting = 0;
    };
    for (let at = from; at < to; ) {
      const end = at + ((text.codePointAt(at) as number) > 0xffff ? 2 : 1);
      const symbol = (at > from ? prefix : '') + text.slice(at, end) + (end === to ? suffix : '');
      const size = utf8Length(text, at, end);
      at = end;
      const id = this.#idOf(symbol);
      if (id !== NO_ID) {
        flush();
        symbols.push([id, size]);
        continue;
      }
      const fallback = byteFallback ? this.#fallback(symbol) : undefined;
      if (fallback) {
        for (const byte of fallback) symbols.push([byte, 1]);
        continue;
      }
      if (unknown === undefined) continue;
      if (this.#unknown === undefined) refuse('model BPE.unk_token', 'a token of the vocabulary', unknown);
      if (!fuseUnknown) flush();
      waiting += size;
    }
    flush();
    return symbols;
  }

  /** Ids of `<0x..>` for every byte, undefined if one is missing. */
  #fallback(symbol: string): number[] | undefined {
    const ids: number[] = [];
    for (const byte of new TextEncoder().encode(symbol)) {
      const id = this.vocab.get(byteToken(byte));
      if (id === undefined) return undefined;
      ids.push(id);
    }
    return ids;
  }
}

/** `<0x0A>`: how a byte is written in vocabularies with byte fallback. */
export function byteToken(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
}
