// Pairs waiting to be merged: a heap by (count down, left id up, right id up), each entry with the places where its pair was met.
// An entry's count may be old; whoever takes it compares it with the table first (lazy invalidation, as the reference does).
import type { PairTable } from './pair-table.ts';

function resized<T extends Int32Array | Float64Array>(array: T, size: number): T {
  const other = new (array.constructor as new (size: number) => T)(size);
  other.set((array.length > size ? array.subarray(0, size) : array) as never);
  return other;
}

/** A queue of entries; entries are numbers. */
export class MergeQueue {
  readonly pairs: PairTable;
  /** Places of all entries, each entry's in one stretch. */
  places: Int32Array;
  /** Where free places begin. */
  top = 0;
  count: Float64Array = new Float64Array(1024);
  pair: Int32Array = new Int32Array(1024);
  start: Int32Array = new Int32Array(1024);
  length: Int32Array = new Int32Array(1024);
  /** An older entry about the same pair, -1 for none. */
  older: Int32Array = new Int32Array(1024);
  /** Entries waiting. */
  size = 0;
  #heap: Int32Array = new Int32Array(1024);
  #made = 0;
  #free: number[] = [];

  constructor(pairs: PairTable, capacity: number) {
    this.pairs = pairs;
    this.places = new Int32Array(capacity);
  }

  /** A new entry about a pair, `length` places long, with the table's count. Its places are still to be written. */
  push(pair: number, length: number): number {
    const entry = this.#free.pop() ?? this.#made++;
    if (entry === this.count.length) {
      this.count = resized(this.count, entry * 2);
      this.pair = resized(this.pair, entry * 2);
      this.start = resized(this.start, entry * 2);
      this.length = resized(this.length, entry * 2);
      this.older = resized(this.older, entry * 2);
    }
    this.count[entry] = this.pairs.count[pair] as number;
    this.pair[entry] = pair;
    this.start[entry] = this.top;
    this.length[entry] = length;
    this.top += length;
    this.older[entry] = this.pairs.newest[pair] as number;
    this.pairs.newest[pair] = entry;
    if (this.size === this.#heap.length) this.#heap = resized(this.#heap, this.size * 2);
    this.#rise(this.size++, entry);
    return entry;
  }

  /** The entry with the highest true count; -1 when none is left. It stays in the queue. */
  best(): number {
    while (this.size > 0) {
      const entry = this.#heap[0] as number;
      const now = this.pairs.count[this.pair[entry] as number] as number;
      if (this.count[entry] === now) return entry;
      this.count[entry] = now;
      this.#sink(0, entry);
    }
    return -1;
  }

  /** Takes the entry out that `best` gave. Its places stay readable until the next `reserve`. */
  pop(): void {
    const entry = this.#heap[0] as number;
    const last = this.#heap[--this.size] as number;
    if (this.size > 0) this.#sink(0, last);
    this.#forget(entry);
  }

  /** All entries, in no order. */
  entries(): Int32Array {
    return this.#heap.subarray(0, this.size);
  }

  /** Makes room for `count` more places; drops places that `holds` no longer, when there is none. */
  reserve(count: number, holds: (pair: number, place: number) => boolean): void {
    if (this.top + count <= this.places.length) return;
    let kept = 0;
    const alive: number[] = [];
    for (const entry of this.entries()) {
      if ((this.pairs.count[this.pair[entry] as number] as number) > 0) alive.push(entry);
      else this.#forget(entry);
    }
    for (const entry of alive) kept += this.length[entry] as number;
    const places = new Int32Array(Math.ceil((kept + count) * 1.2) + 1024);
    let top = 0;
    for (const entry of alive) {
      const [from, pair] = [this.start[entry] as number, this.pair[entry] as number];
      const to = from + (this.length[entry] as number);
      this.start[entry] = top;
      for (let i = from; i < to; i++) {
        const place = this.places[i] as number;
        if (holds(pair, place)) places[top++] = place;
      }
      this.length[entry] = top - (this.start[entry] as number);
    }
    this.places = places;
    this.top = top;
    this.size = alive.length;
    this.#heap.set(alive);
    for (let i = (this.size >> 1) - 1; i >= 0; i--) this.#sink(i, this.#heap[i] as number);
  }

  #forget(entry: number): void {
    const pair = this.pair[entry] as number;
    let at = this.pairs.newest[pair] as number;
    if (at === entry) this.pairs.newest[pair] = this.older[entry] as number;
    else {
      while (this.older[at] !== entry) at = this.older[at] as number;
      this.older[at] = this.older[entry] as number;
    }
    this.#free.push(entry);
  }

  #before(a: number, b: number): boolean {
    const [countA, countB] = [this.count[a] as number, this.count[b] as number];
    if (countA !== countB) return countA > countB;
    const [pairA, pairB] = [this.pair[a] as number, this.pair[b] as number];
    const [leftA, leftB] = [this.pairs.left[pairA] as number, this.pairs.left[pairB] as number];
    if (leftA !== leftB) return leftA < leftB;
    return (this.pairs.right[pairA] as number) < (this.pairs.right[pairB] as number);
  }

  #rise(from: number, entry: number): void {
    const heap = this.#heap;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(entry, heap[parent] as number)) break;
      heap[at] = heap[parent] as number;
      at = parent;
    }
    heap[at] = entry;
  }

  #sink(from: number, entry: number): void {
    const heap = this.#heap;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.size) break;
      if (child + 1 < this.size && this.#before(heap[child + 1] as number, heap[child] as number)) child++;
      if (!this.#before(heap[child] as number, entry)) break;
      heap[at] = heap[child] as number;
      at = child;
    }
    heap[at] = entry;
  }
}
