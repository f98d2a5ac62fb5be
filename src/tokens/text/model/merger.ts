// The merges of one word: lowest rank first, of equal ones the leftmost. A scan over the ranks for short words, all places of a rank
// at once for long ones; a heap of places with dropout, which decides merge by merge, and where ranks keep falling.
import type { PairTable } from './pair-table.ts';

const NONE = 0x7fffffff;
const SCAN_UP_TO = 96;
/** Places that may be put back, a symbol: vocabularies whose ranks fall all the time would make it quadratic. */
const MOST_PUT_BACK = 8;

/** A word's symbols while they are merged: `ids[i]` begins at `starts[i]` (units of whoever filled it in). */
export class Merger {
  ids: Int32Array = new Int32Array(256);
  starts: Int32Array = new Int32Array(256);
  readonly #ranks = new Int32Array(SCAN_UP_TO);
  readonly #next = new Int32Array(SCAN_UP_TO);
  readonly #previous = new Int32Array(SCAN_UP_TO);
  readonly #pairs: PairTable;
  /** What each rank's pair becomes. */
  readonly #merged: Int32Array;
  #places: RankPlaces | undefined;

  constructor(pairs: PairTable) {
    this.#pairs = pairs;
    this.#merged = pairs.merged;
  }

  /** Makes room for that many symbols. */
  reserve(count: number): void {
    if (count <= this.ids.length) return;
    const size = count * 2;
    this.ids = new Int32Array(size);
    this.starts = new Int32Array(size);
  }

  /** Merges the first `count` symbols in place and returns how many are left. `skips` leaves a merge out (dropout). */
  merge(count: number, skips?: () => boolean): number {
    if (count < 2) return count;
    if (skips) return this.#byHeap(count, skips);
    return count <= SCAN_UP_TO ? this.#byScan(count) : this.#byRank(count);
  }

  /** Nothing moves while pairs are merged: dead symbols keep their place with no rank, neighbours are linked. */
  #byScan(count: number): number {
    const [ids, starts, ranks, merged, pairs] = [this.ids, this.starts, this.#ranks, this.#merged, this.#pairs];
    const [next, previous] = [this.#next, this.#previous];
    const { slots } = pairs;
    for (let i = 0; i < count; i++) {
      const slot = i + 1 < count ? pairs.find(ids[i] as number, ids[i + 1] as number) : -1;
      ranks[i] = slot < 0 ? NONE : (slots[slot + 2] as number);
      next[i] = i + 1;
      previous[i] = i - 1;
    }
    for (;;) {
      let [best, at] = [NONE, -1];
      for (let i = 0; i < count; i++) {
        if ((ranks[i] as number) < best) {
          best = ranks[i] as number;
          at = i;
        }
      }
      if (at < 0) break;
      const id = merged[best] as number;
      const dead = next[at] as number;
      const after = next[dead] as number;
      const before = previous[at] as number;
      ids[at] = id;
      ranks[dead] = NONE;
      next[at] = after;
      let slot = -1;
      if (after < count) {
        previous[after] = at;
        slot = pairs.find(id, ids[after] as number);
      }
      ranks[at] = slot < 0 ? NONE : (slots[slot + 2] as number);
      if (before >= 0) {
        slot = pairs.find(ids[before] as number, id);
        ranks[before] = slot < 0 ? NONE : (slots[slot + 2] as number);
      }
    }
    let left = 0;
    for (let at = 0; at < count; at = next[at] as number) {
      ids[left] = ids[at] as number;
      starts[left++] = starts[at] as number;
    }
    return left;
  }

  /** Rank by rank, its places from left to right, for as long as no pair of a lower rank comes up. */
  #byRank(count: number): number {
    const [ids, pairs] = [this.ids, this.#pairs];
    const { slots } = pairs;
    const [next, previous] = [new Int32Array(count), new Int32Array(count)];
    this.#places ??= new RankPlaces(this.#merged.length);
    const places = this.#places;
    const offer = (at: number, slot: number): number => {
      if (slot < 0) return NONE;
      const rank = slots[slot + 2] as number;
      places.add(rank, at);
      return rank;
    };
    for (let i = 0; i < count; i++) {
      next[i] = i + 1 < count ? i + 1 : -1;
      previous[i] = i - 1;
      if (i + 1 < count) offer(i, pairs.find(ids[i] as number, ids[i + 1] as number));
    }
    let putBack = 0;
    for (let rank = places.lowest(); rank >= 0; rank = places.lowest()) {
      const batch = places.take(rank);
      for (let i = 0; i < batch.length; i++) {
        const at = batch[i] as number;
        const after = next[at] as number;
        if (after < 0) continue;
        const slot = pairs.find(ids[at] as number, ids[after] as number);
        if (slot < 0 || slots[slot + 2] !== rank) continue;
        ids[at] = slots[slot + 3] as number;
        const beyond = next[after] as number;
        next[at] = beyond;
        next[after] = -1;
        let least = NONE;
        if (beyond >= 0) {
          previous[beyond] = at;
          least = offer(at, pairs.find(ids[at] as number, ids[beyond] as number));
        }
        const before = previous[at] as number;
        if (before >= 0) least = Math.min(least, offer(before, pairs.find(ids[before] as number, ids[at] as number)));
        if (least > rank) continue;
        putBack += batch.length - i - 1;
        if (putBack > MOST_PUT_BACK * count) {
          places.clear();
          return this.#byHeap(this.#gather(next));
        }
        for (let k = i + 1; k < batch.length; k++) places.add(rank, batch[k] as number);
        break;
      }
    }
    return this.#gather(next);
  }

  /** The symbols that are left, moved to the front; `next` ends with -1. */
  #gather(next: Int32Array): number {
    const [ids, starts] = [this.ids, this.starts];
    let left = 0;
    for (let at = 0; at >= 0; at = next[at] as number) {
      ids[left] = ids[at] as number;
      starts[left++] = starts[at] as number;
    }
    return left;
  }

  #byHeap(count: number, skips?: () => boolean): number {
    const [ids, pairs] = [this.ids, this.#pairs];
    const { slots } = pairs;
    const [next, previous] = [new Int32Array(count), new Int32Array(count)];
    const heap = new MergeHeap(count);
    const offer = (at: number, slot: number): void => {
      if (slot >= 0) heap.push((slots[slot + 2] as number) * SPAN + at);
    };
    for (let i = 0; i < count; i++) {
      next[i] = i + 1 < count ? i + 1 : -1;
      previous[i] = i - 1;
      if (i + 1 < count) offer(i, pairs.find(ids[i] as number, ids[i + 1] as number));
    }
    const skipped: number[] = [];
    while (heap.length > 0) {
      const top = heap.pop();
      if (skips?.()) {
        skipped.push(top);
        continue;
      }
      for (const one of skipped.splice(0)) heap.push(one);
      const at = top % SPAN;
      const after = next[at] as number;
      if (after < 0) continue;
      const slot = pairs.find(ids[at] as number, ids[after] as number);
      if (slot < 0 || slots[slot + 2] !== (top - at) / SPAN) continue;
      ids[at] = slots[slot + 3] as number;
      const beyond = next[after] as number;
      next[at] = beyond;
      next[after] = -1;
      ids[after] = -1;
      if (beyond >= 0) {
        previous[beyond] = at;
        offer(at, pairs.find(ids[at] as number, ids[beyond] as number));
      }
      const before = previous[at] as number;
      if (before >= 0) offer(before, pairs.find(ids[before] as number, ids[at] as number));
    }
    return this.#gather(next);
  }
}

/** Places in a word by the rank of the pair that begins there. */
class RankPlaces {
  /** For each rank where its newest entry is, -1 for none. */
  readonly #newest: Int32Array;
  /** Entries: a place and the entry before it. */
  #entries = new Int32Array(1 << 10);
  #used = 0;
  readonly #ranks = new MergeHeap(64);

  constructor(ranks: number) {
    this.#newest = new Int32Array(ranks).fill(-1);
  }

  add(rank: number, place: number): void {
    if (this.#used === this.#entries.length) {
      const more = new Int32Array(this.#used * 2);
      more.set(this.#entries);
      this.#entries = more;
    }
    const newest = this.#newest[rank] as number;
    if (newest < 0) this.#ranks.push(rank);
    this.#entries[this.#used] = place;
    this.#entries[this.#used + 1] = newest;
    this.#newest[rank] = this.#used;
    this.#used += 2;
  }

  /** The lowest rank that has places; -1, and room for the next word, if none has. */
  lowest(): number {
    if (this.#ranks.length > 0) return this.#ranks.pop();
    this.#used = 0;
    return -1;
  }

  clear(): void {
    for (let rank = this.lowest(); rank >= 0; rank = this.lowest()) this.#newest[rank] = -1;
  }

  /** Removes and returns all places of a rank, ascending. */
  take(rank: number): Int32Array {
    const entries = this.#entries;
    let count = 0;
    for (let at = this.#newest[rank] as number; at >= 0; at = entries[at + 1] as number) count++;
    const batch = new Int32Array(count);
    let isAscending = true;
    for (let at = this.#newest[rank] as number; at >= 0; at = entries[at + 1] as number) {
      batch[--count] = entries[at] as number;
      if (count + 1 < batch.length && (batch[count] as number) > (batch[count + 1] as number)) isAscending = false;
    }
    this.#newest[rank] = -1;
    return isAscending ? batch : batch.sort();
  }
}

/** Ranks times this plus a place stays exact in a double: 2^27 places, 2^26 ranks. */
const SPAN = 2 ** 27;

/** A binary heap of numbers, the smallest first. */
class MergeHeap {
  #values: Float64Array;
  length = 0;

  constructor(capacity: number) {
    this.#values = new Float64Array(capacity + 16);
  }

  push(value: number): void {
    if (this.length === this.#values.length) {
      const more = new Float64Array(this.length * 2);
      more.set(this.#values);
      this.#values = more;
    }
    const values = this.#values;
    let at = this.length++;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if ((values[up] as number) <= value) break;
      values[at] = values[up] as number;
      at = up;
    }
    values[at] = value;
  }

  pop(): number {
    const values = this.#values;
    const top = values[0] as number;
    const value = values[--this.length] as number;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      if (down >= this.length) break;
      if (down + 1 < this.length && (values[down + 1] as number) < (values[down] as number)) down++;
      if ((values[down] as number) >= value) break;
      values[at] = values[down] as number;
      at = down;
    }
    values[at] = value;
    return top;
  }
}
