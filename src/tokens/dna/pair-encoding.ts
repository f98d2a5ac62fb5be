// Byte-pair encoding of sequences without spaces (DNABERT-2, Zhou et al. 2023): a whole genome is one word, so merging must not walk
// over it for every rule. Symbols lie in a linked list; every pair knows where it occurs. Same merges as Hugging Face's `tokenizers`:
// highest count first, ties to the smaller pair of ids.
import { ndArray } from '../../array/index.ts';
import { idsOf, positionsFrom, type Units, UnitsError, type UnitValues } from '../units.ts';
import type { Span } from './k-mer.ts';

/** Rules and symbols of a trained encoding. Symbol ids: special tokens, letters in order, then one per merge. */
export interface PairEncoding {
  readonly special: readonly string[];
  readonly symbols: readonly string[];
  /** Pairs of ids, in the order in which they were learned. */
  readonly merges: readonly (readonly [number, number])[];
}

/** Options of `trainPairEncoding`. */
export interface PairEncodingOptions {
  readonly vocabSize: number;
  /** Least count of a pair that is merged; 2 when left out. */
  readonly minFrequency?: number;
  readonly special?: readonly string[];
  /** Called about every hundred merges. */
  readonly progress?: (done: number, all: number) => void;
}

const SPECIAL = ['[UNK]', '[CLS]', '[SEP]', '[PAD]', '[MASK]'];
const NOTHING = -1;
const KEY = 2 ** 21;

/** Places of a pair: grows by doubling. */
class Places {
  data: Int32Array = new Int32Array(4);
  length = 0;
  count = 0;

  add(place: number): void {
    if (this.length === this.data.length) {
      const grown = new Int32Array(this.length * 2);
      grown.set(this.data);
      this.data = grown;
    }
    this.data[this.length++] = place;
    this.count++;
  }
}

/** The corpus as one linked list; sequences are kept apart by a gap. */
class Chain {
  readonly ids: Int32Array;
  readonly next: Int32Array;
  readonly previous: Int32Array;
  readonly pairs: Map<number, Places> = new Map();

  constructor(sequences: readonly string[], idOf: ReadonlyMap<string, number>) {
    const length = sequences.reduce((sum, one) => sum + one.length + 1, 0);
    this.ids = new Int32Array(length).fill(NOTHING);
    this.next = Int32Array.from({ length }, (_, i) => i + 1);
    this.previous = Int32Array.from({ length }, (_, i) => i - 1);
    let at = 0;
    for (const sequence of sequences) {
      for (let i = 0; i < sequence.length; i++) this.ids[at++] = idOf.get(sequence[i] as string) ?? NOTHING;
      at++;
    }
    for (let i = 0; i + 1 < length; i++) this.add(i, i + 1);
  }

  idAt(place: number): number {
    return place < 0 || place >= this.ids.length ? NOTHING : (this.ids[place] as number);
  }

  add(left: number, right: number): number {
    const [a, b] = [this.idAt(left), this.idAt(right)];
    if (a < 0 || b < 0) return NOTHING;
    const key = a * KEY + b;
    let places = this.pairs.get(key);
    if (!places) this.pairs.set(key, (places = new Places()));
    places.add(left);
    return key;
  }

  remove(left: number, right: number): void {
    const [a, b] = [this.idAt(left), this.idAt(right)];
    const places = a < 0 || b < 0 ? undefined : this.pairs.get(a * KEY + b);
    if (places) places.count--;
  }

  /** Replaces every occurrence of a pair, left to right; returns the keys of pairs that now occur more often. */
  merge(key: number, symbol: number): Set<number> {
    const [a, b] = [Math.floor(key / KEY), key % KEY];
    const places = this.pairs.get(key) as Places;
    const touched = new Set<number>();
    for (const left of places.data.subarray(0, places.length).sort()) {
      const right = this.next[left] as number;
      if (this.ids[left] !== a || this.idAt(right) !== b) continue;
      const [before, after] = [this.previous[left] as number, this.next[right] as number];
      this.remove(before, left);
      this.remove(right, after);
      this.ids[left] = symbol;
      this.ids[right] = NOTHING;
      this.next[left] = after;
      if (after < this.ids.length) this.previous[after] = left;
      touched.add(this.add(before, left));
      touched.add(this.add(left, after));
    }
    this.pairs.delete(key);
    touched.delete(NOTHING);
    touched.delete(key);
    return touched;
  }
}

/** Highest count first, then the smaller key; entries may be out of date and are checked when they come up. */
class Queue {
  readonly #keys: number[] = [];
  readonly #counts: number[] = [];

  push(key: number, count: number): void {
    const [keys, counts] = [this.#keys, this.#counts];
    let at = keys.length;
    keys.push(key);
    counts.push(count);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(at, parent)) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  pop(): readonly [key: number, count: number] | undefined {
    const [keys, counts] = [this.#keys, this.#counts];
    if (keys.length === 0) return undefined;
    const top = [keys[0] as number, counts[0] as number] as const;
    this.#swap(0, keys.length - 1);
    keys.pop();
    counts.pop();
    let at = 0;
    for (;;) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let best = at;
      if (left < keys.length && this.#before(left, best)) best = left;
      if (right < keys.length && this.#before(right, best)) best = right;
      if (best === at) return top;
      this.#swap(at, best);
      at = best;
    }
  }

  #before(i: number, j: number): boolean {
    const difference = (this.#counts[i] as number) - (this.#counts[j] as number);
    return difference > 0 || (difference === 0 && (this.#keys[i] as number) < (this.#keys[j] as number));
  }

  #swap(i: number, j: number): void {
    for (const list of [this.#keys, this.#counts]) {
      const kept = list[i] as number;
      list[i] = list[j] as number;
      list[j] = kept;
    }
  }
}

/**
 * Learns merges from sequences; letters that occur become the alphabet, in the order of their codes. Time grows with the number of
 * bases, not with bases times merges.
 * @throws UnitsError when there is nothing to learn from or no room for a merge
 */
export function trainPairEncoding(sequences: readonly string[], options: PairEncodingOptions): PairEncoding {
  const { vocabSize, minFrequency = 2, special = SPECIAL, progress } = options;
  const letters = [...new Set(sequences.flatMap((one) => [...new Set(one)]))].sort();
  const symbols = [...special, ...letters];
  if (letters.length === 0) throw new UnitsError('trainPairEncoding: expected sequences, got none');
  if (vocabSize < symbols.length) {
    const least = `${special.length} special tokens and ${letters.length} letters`;
    throw new UnitsError(`trainPairEncoding: expected a vocabulary of at least ${least}, got ${vocabSize}`);
  }
  const chain = new Chain(sequences, new Map(letters.map((letter, i) => [letter, special.length + i])));
  const queue = new Queue();
  for (const [key, places] of chain.pairs) queue.push(key, places.count);
  const merges: (readonly [number, number])[] = [];
  while (symbols.length < vocabSize) {
    const top = queue.pop();
    if (!top) break;
    const [key, count] = top;
    const now = chain.pairs.get(key)?.count ?? 0;
    if (now !== count) {
      if (now > 0) queue.push(key, now);
      continue;
    }
    if (count < minFrequency) break;
    const [a, b] = [Math.floor(key / KEY), key % KEY];
    merges.push([a, b]);
    symbols.push(`${symbols[a]}${symbols[b]}`);
    for (const changed of chain.merge(key, symbols.length - 1)) {
      queue.push(changed, chain.pairs.get(changed)?.count ?? 0);
    }
    if (merges.length % 100 === 0) progress?.(symbols.length, vocabSize);
  }
  return { special, symbols, merges };
}

/** Ids of a sequence, and where each token ends. Unknown letters are `[UNK]`. */
export function encodePairs(encoding: PairEncoding, sequence: string): { ids: number[]; spans: Span[] } {
  const { special, symbols, merges } = encoding;
  const ranks = ranksOf(encoding);
  const letters = new Map(
    symbols.slice(special.length, symbols.length - merges.length).map((one, i) => [one, special.length + i]),
  );
  const chain = new Chain([sequence], letters);
  const queue = new Queue();
  const offer = (key: number): void => {
    const rank = ranks.get(key);
    if (rank !== undefined) queue.push(key, -rank);
  };
  for (const key of chain.pairs.keys()) offer(key);
  for (let top = queue.pop(); top; top = queue.pop()) {
    if (!chain.pairs.has(top[0])) continue;
    for (const changed of chain.merge(top[0], special.length + letters.size - top[1])) offer(changed);
  }
  const unknown = special.indexOf('[UNK]');
  const [ids, spans]: [number[], Span[]] = [[], []];
  for (let at = 0; at < sequence.length; at = chain.next[at] as number) {
    const id = chain.ids[at] as number;
    ids.push(id < 0 ? unknown : id);
    spans.push({ kind: 'span', start: at, end: Math.min(sequence.length, chain.next[at] as number) });
  }
  return { ids, spans };
}

const ranksByEncoding = new WeakMap<PairEncoding, Map<number, number>>();

function ranksOf(encoding: PairEncoding): Map<number, number> {
  let ranks = ranksByEncoding.get(encoding);
  if (!ranks) ranksByEncoding.set(encoding, (ranks = new Map(encoding.merges.map(([a, b], i) => [a * KEY + b, i]))));
  return ranks;
}

/** A sequence as units of a trained encoding. */
export function cutPairs(sequence: string, encoding: PairEncoding): Units<Span, string> {
  const { ids, spans } = encodePairs(encoding, sequence);
  const data = ndArray('int64', [ids.length], BigInt64Array.from(ids, BigInt));
  const values: UnitValues = { kind: 'ids', ids: data, size: encoding.symbols.length };
  return {
    modality: 'dna',
    values,
    places: spans,
    positions: positionsFrom(
      ids.map((_, i) => [i]),
      1,
    ),
    axes: ['index'],
    names: spans.map(({ start, end }) => sequence.slice(start, end)),
    restore: (given) => {
      if (given === undefined) return sequence;
      return idsOf(given)
        .map((id) => (id < encoding.special.length ? 'N' : encoding.symbols[id]))
        .join('');
    },
  };
}

/** The encoding as a `tokenizer.json`, as DNABERT-2 has it. */
export function pairEncodingJson(encoding: PairEncoding): Record<string, unknown> {
  const { special, symbols, merges } = encoding;
  const at = (id: number): string => symbols[id] as string;
  const token = (content: string, id: number): Record<string, unknown> => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  });
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: special.map(token),
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    decoder: null,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: special.includes('[UNK]') ? '[UNK]' : null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(symbols.map((symbol, id) => [symbol, id])),
      merges: merges.map(([a, b]) => [at(a), at(b)]),
    },
  };
}
