// The merging of byte-pair encoding with the reference's bookkeeping (tokenizers 0.23, models/bpe/trainer.rs): highest count first, then
// the smaller pair of ids; counts are changed by occurrences, never recounted. Cost follows occurrences, never the length of words.
import { MergeQueue } from './merge-queue.ts';
import { PairTable } from './pair-table.ts';
import { BETWEEN, type SymbolCorpus } from './symbol-corpus.ts';

/** The pair to merge next. */
export interface Candidate {
  readonly left: number;
  readonly right: number;
  readonly count: number;
}

/** Finds and merges pairs of a corpus. */
export class Merger {
  readonly corpus: SymbolCorpus;
  readonly pairs: PairTable;
  readonly #queue: MergeQueue;
  /** Only pairs that are shorter than this in symbols of the alphabet are counted after a merge. */
  readonly #limit: number;
  /** Pairs met in the current step, each with the place. */
  #metPair: Int32Array = new Int32Array(1024);
  #metPlace: Int32Array = new Int32Array(1024);
  #met = 0;
  #touched: number[] = [];

  constructor(corpus: SymbolCorpus, maxTokenLength: number = Number.POSITIVE_INFINITY) {
    this.corpus = corpus;
    this.#limit = maxTokenLength;
    const occurrences = Math.max(0, corpus.symbols.length - 2 * corpus.counts.length - 1);
    this.pairs = new PairTable(2 ** Math.max(10, Math.min(20, 32 - Math.clz32(occurrences >> 3))));
    this.#queue = new MergeQueue(this.pairs, Math.ceil(occurrences * 1.25) + 1024);
    this.#count();
  }

  /** The best pair, undefined when all are used up. */
  best(): Candidate | undefined {
    const entry = this.#queue.best();
    if (entry < 0) return undefined;
    const pair = this.#queue.pair[entry] as number;
    return {
      left: this.pairs.left[pair] as number,
      right: this.pairs.right[pair] as number,
      count: this.#queue.count[entry] as number,
    };
  }

  /** Merges the pair that `best` gave to `id` wherever it was met. */
  mergeBest(id: number): void {
    const entry = this.#queue.best();
    const places = this.#placesOf(entry);
    this.#queue.pop();
    this.#merge(this.#queue.pair[entry] as number, places, id);
  }

  /** Merges a pair wherever it was met, whatever its rank: for rules that are given. */
  mergePair(left: number, right: number, id: number): void {
    const pair = this.pairs.find(left, right);
    if (pair < 0) return;
    const places: number[] = [];
    for (let entry = this.pairs.newest[pair] as number; entry >= 0; entry = this.#queue.older[entry] as number) {
      const start = this.#queue.start[entry] as number;
      for (const place of this.#queue.places.subarray(start, start + (this.#queue.length[entry] as number)))
        places.push(place);
      this.#queue.length[entry] = 0;
    }
    this.#merge(pair, Int32Array.from(new Set(places)).sort(), id);
  }

  /** Every pair with a count above zero that may still be merged, the best first. */
  candidates(): Candidate[] {
    const found = new Set<number>();
    for (const entry of this.#queue.entries()) found.add(this.#queue.pair[entry] as number);
    return Array.from(found, (pair) => ({
      left: this.pairs.left[pair] as number,
      right: this.pairs.right[pair] as number,
      count: this.pairs.count[pair] as number,
    }))
      .filter((candidate) => candidate.count > 0)
      .sort((a, b) => b.count - a.count || a.left - b.left || a.right - b.right);
  }

  /** The first count: every pair's places lie together, in order. */
  #count(): void {
    const { corpus, pairs } = this;
    const { symbols, starts, counts } = corpus;
    const eachPair = (visit: (pair: number, place: number, count: number) => void): void => {
      for (let word = 0; word < counts.length; word++) {
        const count = counts[word] as number;
        for (let place = starts[word] as number; ; place++) {
          const next = symbols[place + 1] as number;
          if (next === BETWEEN) break;
          visit(pairs.of(symbols[place] as number, next), place, count);
        }
      }
    };
    eachPair((pair, _place, count) => {
      (pairs.count[pair] as number) += count;
      (pairs.pending[pair] as number)++;
    });
    for (let pair = 0; pair < pairs.size; pair++) {
      const length = pairs.pending[pair] as number;
      pairs.pending[pair] = this.#queue.top;
      this.#queue.push(pair, length);
    }
    const { places } = this.#queue;
    eachPair((pair, place) => {
      places[(pairs.pending[pair] as number)++] = place;
    });
    pairs.pending.fill(0);
  }

  /** An entry's places; when the pair has other entries too, also theirs in the same words, since the reference merges whole words. */
  #placesOf(entry: number): Int32Array {
    const queue = this.#queue;
    const start = queue.start[entry] as number;
    const own = queue.places.subarray(start, start + (queue.length[entry] as number));
    const newest = this.pairs.newest[queue.pair[entry] as number] as number;
    if (newest === entry && (queue.older[entry] as number) < 0) return own;
    const words = new Set<number>();
    for (const place of own) words.add(this.corpus.wordAt(place));
    const all = new Set(own);
    for (let other = newest; other >= 0; other = queue.older[other] as number) {
      const from = queue.start[other] as number;
      for (const place of queue.places.subarray(from, from + (queue.length[other] as number)))
        if (words.has(this.corpus.wordAt(place))) all.add(place);
    }
    return Int32Array.from(all).sort();
  }

  #merge(pair: number, places: Int32Array, id: number): void {
    const { corpus, pairs } = this;
    const { symbols } = corpus;
    const [a, b] = [pairs.left[pair] as number, pairs.right[pair] as number];
    for (let i = 0; i < places.length; i++) {
      const left = places[i] as number;
      if (symbols[left] !== a) continue;
      const right = corpus.after(left);
      if (symbols[right] !== b) continue;
      const count = corpus.counts[corpus.wordAt(left)] as number;
      const before = corpus.before(left);
      const length = corpus.join(left, right, id);
      if (before >= 0) {
        const neighbour = symbols[before] as number;
        const old = pairs.of(neighbour, a);
        (pairs.count[old] as number) -= count;
        if (left - before + length < this.#limit) this.#meet(pairs.of(neighbour, id), before, count);
      }
      const after = left + length;
      const neighbour = symbols[after] as number;
      if (neighbour !== BETWEEN) {
        const old = pairs.of(b, neighbour);
        (pairs.count[old] as number) -= count;
        if (corpus.after(after) - after + length < this.#limit) this.#meet(pairs.of(id, neighbour), left, count);
      }
    }
    this.#enqueue();
  }

  #meet(pair: number, place: number, count: number): void {
    (this.pairs.count[pair] as number) += count;
    if (this.#met === this.#metPair.length) {
      const [metPair, metPlace] = [this.#metPair, this.#metPlace];
      this.#metPair = new Int32Array(this.#met * 2);
      this.#metPlace = new Int32Array(this.#met * 2);
      this.#metPair.set(metPair);
      this.#metPlace.set(metPlace);
    }
    this.#metPair[this.#met] = pair;
    this.#metPlace[this.#met++] = place;
    if ((this.pairs.pending[pair] as number)++ === 0) this.#touched.push(pair);
  }

  /** Makes an entry of every pair met in this step whose count is above zero. */
  #enqueue(): void {
    const { pairs } = this;
    this.#queue.reserve(this.#met, (pair, place) => this.#holds(pair, place));
    for (const pair of this.#touched) {
      const length = pairs.pending[pair] as number;
      if ((pairs.count[pair] as number) > 0) {
        pairs.pending[pair] = this.#queue.top;
        this.#queue.push(pair, length);
      } else pairs.pending[pair] = -1;
    }
    const { places } = this.#queue;
    for (let i = 0; i < this.#met; i++) {
      const pair = this.#metPair[i] as number;
      if ((pairs.pending[pair] as number) >= 0) places[(pairs.pending[pair] as number)++] = this.#metPlace[i] as number;
    }
    for (const pair of this.#touched) pairs.pending[pair] = 0;
    this.#touched = [];
    this.#met = 0;
    if (this.#metPair.length > 2 ** 20) {
      this.#metPair = new Int32Array(1024);
      this.#metPlace = new Int32Array(1024);
    }
  }

  #holds(pair: number, place: number): boolean {
    const { symbols } = this.corpus;
    return symbols[place] === this.pairs.left[pair] && symbols[this.corpus.after(place)] === this.pairs.right[pair];
  }
}
