// The merging of byte-pair encoding with the results of the reference's bookkeeping (tokenizers 0.23, models/bpe/trainer.rs): highest count
// first, then the smaller pair of ids. Counts of pairs only fall after they were made, so they are counted again when they come up. Cost
// follows occurrences, never the length of words.
import { MergeQueue } from './merge-queue.ts';
import { NeighbourTally } from './neighbour-tally.ts';
import { PairTable } from './pair-table.ts';
import { ID_MASK, type SymbolCorpus } from './symbol-corpus.ts';

/** The pair to merge next. */
export interface Candidate {
  readonly left: number;
  readonly right: number;
  readonly count: number;
}

/** Occurrences whose pair is kept during the first count. */
const MOST_REMEMBERED = 2 ** 25;
/** Places up to which none are cleared away. */
const MOST_UNSORTED = 2 ** 26;
const SPAN = 2 ** 21;

/** Finds and merges pairs of a corpus. */
export class Merger {
  readonly corpus: SymbolCorpus;
  readonly #queue: MergeQueue;
  /** Only pairs that are shorter than this in symbols of the alphabet are counted after a merge. */
  readonly #limit: number;
  /**
   * What merged pairs still count for, by left · 2²¹ + right: the reference does not reset the count of a pair that it merged, and a symbol
   * that is made again in another way (`ab` + `c` after `a` + `bc`) can bring the pair back.
   */
  readonly #spent = new Map<number, number>();
  /** Pairs that were brought back, or are in more than one entry. */
  readonly #again = new Set<number>();
  /** Places of new pairs in the current step, each with its neighbour. */
  #metNeighbour: Int32Array = new Int32Array(1024);
  #metPlace: Int32Array = new Int32Array(1024);
  #met = 0;
  readonly #left = new NeighbourTally();
  readonly #right = new NeighbourTally();
  /** How often the new symbol before the merged pair's left one was torn apart in the same step. */
  #lost = 0;
  /** Highest symbol plus one. */
  #symbols = 0;

  constructor(corpus: SymbolCorpus, maxTokenLength: number = Number.POSITIVE_INFINITY) {
    this.corpus = corpus;
    this.#limit = maxTokenLength;
    const occurrences = Math.max(0, corpus.symbols.length - 2 * corpus.counts.length - 1);
    // Each merge adds at most two places; memory that is never written to costs nothing, so small corpora get all they can ever need.
    const most = Math.min(occurrences * 3, MOST_UNSORTED);
    this.#queue = new MergeQueue(Math.ceil(Math.max(most, occurrences * 1.3)) + 1024);
    this.#count();
  }

  /** The best pair, undefined when all are used up. */
  best(): Candidate | undefined {
    const queue = this.#queue;
    for (;;) {
      const entry = queue.first();
      if (entry < 0) return undefined;
      const [left, right] = [queue.left[entry] as number, queue.right[entry] as number];
      const count = this.#trueCount(entry, left, right);
      if (count === queue.count[entry]) return { left, right, count };
      queue.moveFirst(count);
    }
  }

  /** Merges the pair that `best` gave last to `id` wherever it was met. */
  mergeBest(id: number): void {
    const queue = this.#queue;
    const entry = queue.first();
    const [left, right, count] = [
      queue.left[entry] as number,
      queue.right[entry] as number,
      queue.count[entry] as number,
    ];
    const others = this.#again.has(left * SPAN + right)
      ? queue.about(left, right).filter((other) => other !== entry)
      : [];
    const places = others.length === 0 ? queue.placesOf(entry) : this.#inWordsOf(entry, others);
    queue.pop();
    const existed = id < this.#symbols;
    const own = this.#merge(left, right, places, id);
    let elsewhere = 0;
    for (const other of others) elsewhere += this.#recount(other);
    this.#spent.set(left * SPAN + right, count - own - elsewhere);
    this.#enqueue(left, id, existed);
  }

  /** Merges a pair wherever it stands, whatever its rank: for rules that are given. */
  mergePair(left: number, right: number, id: number): void {
    const queue = this.#queue;
    const places = new Set<number>();
    for (const entry of queue.about(left, right)) {
      for (const place of queue.placesOf(entry)) places.add(place);
      queue.length[entry] = 0;
    }
    const existed = id < this.#symbols;
    this.#merge(left, right, Int32Array.from(places).sort(), id);
    this.#enqueue(left, id, existed);
  }

  /** Every pair with a count above zero that may still be merged, the best first. */
  candidates(): Candidate[] {
    const found = new Map<number, Candidate>();
    for (const entry of this.#queue.waiting()) {
      const [left, right] = [this.#queue.left[entry] as number, this.#queue.right[entry] as number];
      const count = this.#trueCount(entry, left, right);
      if (count > 0) found.set(left * SPAN + right, { left, right, count });
    }
    return [...found.values()].sort((a, b) => b.count - a.count || a.left - b.left || a.right - b.right);
  }

  #trueCount(entry: number, left: number, right: number): number {
    const key = left * SPAN + right;
    if (this.#again.size === 0 || !this.#again.has(key)) return this.#recount(entry);
    let count = this.#spent.get(key) ?? 0;
    for (const one of this.#queue.about(left, right)) count += this.#recount(one);
    return count;
  }

  /** How often an entry's pair still stands at its places; forgets the others. */
  #recount(entry: number): number {
    const { corpus } = this;
    const queue = this.#queue;
    const [left, right, from] = [
      queue.left[entry] as number,
      queue.right[entry] as number,
      queue.start[entry] as number,
    ];
    const to = from + (queue.length[entry] as number);
    const { places } = queue;
    let [count, top] = [0, from];
    for (let at = from; at < to; at++) {
      const place = places[at] as number;
      if (!corpus.holds(left, right, place)) continue;
      count += corpus.countAt(place);
      places[top++] = place;
    }
    queue.length[entry] = top - from;
    return count;
  }

  /** The first count: every pair's places lie together, in order. */
  #count(): void {
    const { corpus } = this;
    const { symbols } = corpus;
    const last = symbols.length - 1;
    const pairs = new PairTable(2 ** Math.max(10, Math.min(20, 32 - Math.clz32(symbols.length >> 4))));
    // Remembering each occurrence's pair saves looking it up again, where memory allows.
    const remembered = new Int32Array(Math.min(symbols.length, MOST_REMEMBERED));
    const known = remembered.length;
    for (let place = 0; place < last; place++) {
      const [left, right] = [symbols[place] as number, symbols[place + 1] as number];
      if (left < 0 || right < 0) continue;
      const pair = pairs.of(left & ID_MASK, right & ID_MASK);
      if (place < known) remembered[place] = pair;
      pairs.add(pair, corpus.countAt(place));
    }
    const next = new Int32Array(pairs.size);
    for (let pair = 0; pair < pairs.size; pair++) {
      next[pair] = this.#queue.top;
      const [left, right] = [pairs.left(pair), pairs.right(pair)];
      this.#symbols = Math.max(this.#symbols, left + 1, right + 1);
      this.#queue.push(left, right, pairs.count(pair), pairs.places(pair));
    }
    const { places } = this.#queue;
    for (let place = 0; place < last; place++) {
      const [left, right] = [symbols[place] as number, symbols[place + 1] as number];
      if (left < 0 || right < 0) continue;
      const pair = place < known ? (remembered[place] as number) : pairs.of(left & ID_MASK, right & ID_MASK);
      const at = next[pair] as number;
      places[at] = place;
      next[pair] = at + 1;
    }
  }

  /** An entry's places and those of `others` about the same pair in the same words, since the reference merges whole words. */
  #inWordsOf(entry: number, others: readonly number[]): Int32Array {
    const all = new Set(this.#queue.placesOf(entry));
    const words = new Set<number>();
    for (const place of all) words.add(this.corpus.wordAt(place));
    for (const other of others)
      for (const place of this.#queue.placesOf(other)) if (words.has(this.corpus.wordAt(place))) all.add(place);
    return Int32Array.from(all).sort();
  }

  /** Merges at places in order; returns what the pair itself loses to its own merging (runs such as `aaa`). */
  #merge(a: number, b: number, places: Int32Array, id: number): number {
    const { corpus } = this;
    const [left, right] = [this.#left, this.#right];
    let own = 0;
    this.#lost = 0;
    this.#symbols = Math.max(this.#symbols, id + 1);
    left.begin(this.#symbols);
    right.begin(this.#symbols);
    for (let i = 0; i < places.length; i++) {
      const place = places[i] as number;
      if (corpus.idAt(place) !== a) continue;
      const second = corpus.after(place);
      if (corpus.idAt(second) !== b) continue;
      const count = corpus.countAt(place);
      const before = corpus.before(place);
      const length = corpus.join(place, second, id);
      if (before >= 0) {
        const neighbour = corpus.idAt(before);
        if (neighbour === a && a === b) own += count;
        if (neighbour === id) this.#lost += count;
        if (place - before + length < this.#limit) {
          left.add(neighbour, count);
          this.#meet(-1 - neighbour, before);
        }
      }
      const after = place + length;
      const neighbour = corpus.idAt(after);
      if (neighbour >= 0) {
        if (neighbour === a && a === b) own += count;
        if (corpus.after(after) - place < this.#limit) {
          right.add(neighbour, count);
          this.#meet(neighbour, place);
        }
      }
    }
    return own;
  }

  /** Remembers a place of a new pair: with a left neighbour as `-1 - neighbour`, with a right one as it is. */
  #meet(neighbour: number, place: number): void {
    if (this.#met === this.#metPlace.length) {
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
  #enqueue(a: number, id: number, existed: boolean): void {
    const { corpus } = this;
    const queue = this.#queue;
    queue.reserve(this.#met, (left, right, place) => corpus.holds(left, right, place));
    const [left, right] = [this.#left, this.#right];
    if (existed) this.#countValid(id);
    // `id a` that was made of `a b a b` and lost at the second merge.
    else if (right.has(a)) (right.count[a] as number) -= this.#lost;
    // The only pair that both sides can gain: one entry for both, its places in order.
    const twin = existed && left.has(id) && right.has(id);
    const [twinStart, twinLeft] = [queue.top, left.places[id] as number];
    const twinLength = twin ? twinLeft + (right.places[id] as number) : 0;
    if (twin) {
      const made = this.#gain([id, id], (left.count[id] as number) + (right.count[id] as number), twinLength, true);
      left.places[id] = made ? twinStart : -1;
      right.places[id] = made ? twinStart + twinLeft : -1;
    }
    for (const side of [left, right])
      for (const neighbour of side.met) {
        if (twin && neighbour === id) continue;
        const start = queue.top;
        const pair = side === left ? ([neighbour, id] as const) : ([id, neighbour] as const);
        const made = this.#gain(pair, side.count[neighbour] as number, side.places[neighbour] as number, existed);
        side.places[neighbour] = made ? start : -1;
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
    if (twin && (left.places[id] as number) >= 0) queue.places.subarray(twinStart, twinStart + twinLength).sort();
    this.#met = 0;
    if (this.#metPlace.length > 2 ** 20) {
      this.#metNeighbour = new Int32Array(1024);
      this.#metPlace = new Int32Array(1024);
    }
  }

  /** Counts again only the places of this step that still hold: for a symbol that was there before. */
  #countValid(id: number): void {
    const { corpus } = this;
    for (const side of [this.#left, this.#right]) for (const neighbour of side.met) side.count[neighbour] = 0;
    for (let i = 0; i < this.#met; i++) {
      const met = this.#metNeighbour[i] as number;
      const place = this.#metPlace[i] as number;
      if (met < 0) {
        if (corpus.holds(-1 - met, id, place)) (this.#left.count[-1 - met] as number) += corpus.countAt(place);
      } else if (corpus.holds(id, met, place)) (this.#right.count[met] as number) += corpus.countAt(place);
    }
  }

  #gain([left, right]: readonly [number, number], count: number, places: number, existed: boolean): boolean {
    let total = count;
    if (existed) {
      const key = left * SPAN + right;
      const before = this.#queue.about(left, right);
      const spent = this.#spent.get(key);
      if (before.length > 0 || spent !== undefined) this.#again.add(key);
      for (const entry of before) total += this.#recount(entry);
      total += spent ?? 0;
    }
    if (total > 0) this.#queue.push(left, right, total, places);
    return total > 0;
  }
}
