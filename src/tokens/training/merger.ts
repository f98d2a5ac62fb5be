// The merging of byte-pair encoding with the reference's bookkeeping (tokenizers 0.23, models/bpe/trainer.rs): highest count first, then
// the smaller pair of ids; counts are changed by occurrences, never recounted. Cost follows occurrences, never the length of words.
import { MergeQueue } from './merge-queue.ts';
import { NeighbourTally } from './neighbour-tally.ts';
import { PairTable } from './pair-table.ts';
import { BETWEEN, type SymbolCorpus } from './symbol-corpus.ts';

/** Occurrences whose pair is kept during the first count. */
const MOST_REMEMBERED = 2 ** 25;

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
  /** Places of new pairs in the current step, each with its neighbour. */
  #metNeighbour: Int32Array = new Int32Array(1024);
  #metPlace: Int32Array = new Int32Array(1024);
  #met = 0;
  readonly #left = new NeighbourTally();
  readonly #right = new NeighbourTally();
  /** Highest symbol plus one. */
  #symbols = 0;

  constructor(corpus: SymbolCorpus, maxTokenLength: number = Number.POSITIVE_INFINITY) {
    this.corpus = corpus;
    this.#limit = maxTokenLength;
    const occurrences = Math.max(0, corpus.symbols.length - 2 * corpus.counts.length - 1);
    this.pairs = new PairTable(2 ** Math.max(10, Math.min(20, 32 - Math.clz32(occurrences >> 3))));
    this.#queue = new MergeQueue(this.pairs, Math.ceil(occurrences * 1.4) + 1024);
    this.#count();
  }

  /** The best pair, undefined when all are used up. */
  best(): Candidate | undefined {
    const entry = this.#queue.best();
    if (entry < 0) return undefined;
    const pair = this.#queue.pair[entry] as number;
    return {
      left: this.pairs.left(pair),
      right: this.pairs.right(pair),
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
    for (let entry = this.pairs.newest(pair); entry >= 0; entry = this.#queue.older[entry] as number) {
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
      left: this.pairs.left(pair),
      right: this.pairs.right(pair),
      count: this.pairs.count(pair),
    }))
      .filter((candidate) => candidate.count > 0)
      .sort((a, b) => b.count - a.count || a.left - b.left || a.right - b.right);
  }

  /** The first count: every pair's places lie together, in order. */
  #count(): void {
    const { corpus, pairs } = this;
    const { symbols } = corpus;
    const eachPair = (visit: (place: number) => void): void => {
      const last = symbols.length - 1;
      for (let place = 0; place < last; place++)
        if ((symbols[place] as number) >= 0 && (symbols[place + 1] as number) >= 0) visit(place);
    };
    // Remembering each occurrence's pair saves looking it up again, where memory allows.
    const remembered = new Int32Array(Math.min(symbols.length, MOST_REMEMBERED));
    let met = 0;
    eachPair((place) => {
      const pair = pairs.of(symbols[place] as number, symbols[place + 1] as number);
      if (met < remembered.length) remembered[met++] = pair;
      pairs.addCount(pair, corpus.countAt(place));
      this.#symbols = Math.max(this.#symbols, (symbols[place] as number) + 1, (symbols[place + 1] as number) + 1);
      pairs.raisePending(pair);
    });
    const count = met;
    met = 0;
    for (let pair = 0; pair < pairs.size; pair++) {
      const length = pairs.pending(pair);
      pairs.setPending(pair, this.#queue.top);
      this.#queue.push(pair, length);
    }
    const { places } = this.#queue;
    eachPair((place) => {
      const pair =
        met < count ? (remembered[met++] as number) : pairs.of(symbols[place] as number, symbols[place + 1] as number);
      places[pairs.raisePending(pair)] = place;
    });
    for (let pair = 0; pair < pairs.size; pair++) pairs.setPending(pair, 0);
  }

  /** An entry's places; when the pair has other entries too, also theirs in the same words, since the reference merges whole words. */
  #placesOf(entry: number): Int32Array {
    const queue = this.#queue;
    const start = queue.start[entry] as number;
    const own = queue.places.subarray(start, start + (queue.length[entry] as number));
    const newest = this.pairs.newest(queue.pair[entry] as number);
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
    const [left, right] = [this.#left, this.#right];
    const [a, b] = [pairs.left(pair), pairs.right(pair)];
    this.#symbols = Math.max(this.#symbols, id + 1);
    left.begin(this.#symbols);
    right.begin(this.#symbols);
    for (let i = 0; i < places.length; i++) {
      const place = places[i] as number;
      if (symbols[place] !== a) continue;
      const second = corpus.after(place);
      if (symbols[second] !== b) continue;
      const count = corpus.countAt(place);
      const before = corpus.before(place);
      const length = corpus.join(place, second, id);
      if (before >= 0) {
        const neighbour = symbols[before] as number;
        const gains = place - before + length < this.#limit;
        left.add(neighbour, count, gains);
        if (gains) this.#meet(-1 - neighbour, before);
      }
      const after = place + length;
      const neighbour = symbols[after] as number;
      if (neighbour !== BETWEEN) {
        const gains = corpus.after(after) - after + length < this.#limit;
        right.add(neighbour, count, gains);
        if (gains) this.#meet(neighbour, place);
      }
    }
    for (const neighbour of left.met) pairs.addCount(pairs.of(neighbour, a), -(left.lost[neighbour] as number));
    for (const neighbour of right.met) pairs.addCount(pairs.of(b, neighbour), -(right.lost[neighbour] as number));
    this.#enqueue(id);
  }

  /** Remembers a place of a new pair: with a left neighbour as `-1 - neighbour`, with a right one as it is. */
  #meet(neighbour: number, place: number): void {
    if (this.#met === this.#metNeighbour.length) {
      const [neighbours, places] = [this.#metNeighbour, this.#metPlace];
      this.#metNeighbour = new Int32Array(this.#met * 2);
      this.#metPlace = new Int32Array(this.#met * 2);
      this.#metNeighbour.set(neighbours);
      this.#metPlace.set(places);
    }
    this.#metNeighbour[this.#met] = neighbour;
    this.#metPlace[this.#met++] = place;
  }

  /** Makes an entry of every pair gained in this step whose count is above zero. */
  #enqueue(id: number): void {
    const { pairs } = this;
    const { symbols } = this.corpus;
    const queue = this.#queue;
    queue.reserve(
      this.#met,
      (left, right, place) => symbols[place] === left && symbols[this.corpus.after(place)] === right,
    );
    const [left, right] = [this.#left, this.#right];
    // The only pair that both sides can gain: one entry for both, its places in order.
    const twin = left.places[id] && right.places[id] && left.has(id) && right.has(id);
    const [twinStart, twinLeft] = [queue.top, left.places[id] as number];
    const twinLength = twin ? twinLeft + (right.places[id] as number) : 0;
    if (twin) {
      this.#gain(pairs.of(id, id), (left.gained[id] as number) + (right.gained[id] as number), twinLength);
      left.places[id] = queue.top > twinStart ? twinStart : -1;
      right.places[id] = queue.top > twinStart ? twinStart + twinLeft : -1;
    }
    for (const side of [left, right])
      for (const neighbour of side.met) {
        const length = side.places[neighbour] as number;
        if (length === 0 || (twin && neighbour === id)) continue;
        const pair = side === left ? pairs.of(neighbour, id) : pairs.of(id, neighbour);
        const start = queue.top;
        this.#gain(pair, side.gained[neighbour] as number, length);
        side.places[neighbour] = queue.top > start ? start : -1;
      }
    for (let i = 0; i < this.#met; i++) {
      const met = this.#metNeighbour[i] as number;
      const side = met < 0 ? left : right;
      const neighbour = met < 0 ? -1 - met : met;
      const at = side.places[neighbour] as number;
      if (at < 0) continue;
      queue.places[at] = this.#metPlace[i] as number;
      side.places[neighbour] = at + 1;
    }
    if (twin && (right.places[id] as number) >= 0) queue.places.subarray(twinStart, twinStart + twinLength).sort();
    this.#met = 0;
    if (this.#metPlace.length > 2 ** 20) {
      this.#metNeighbour = new Int32Array(1024);
      this.#metPlace = new Int32Array(1024);
    }
  }

  #gain(pair: number, count: number, places: number): void {
    this.pairs.addCount(pair, count);
    if (this.pairs.count(pair) > 0) this.#queue.push(pair, places);
  }
}
