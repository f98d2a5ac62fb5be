// Pairs waiting to be merged, by (count down, left id up, right id up), each entry with the places where its pair was met. An entry's count
// may be old; whoever takes it compares it with the table first (lazy invalidation, as the reference does). Only entries above a threshold
// are in the heap: most pairs are rare and never come up, so the heap stays small.
import type { PairTable } from './pair-table.ts';

function resized<T extends Int32Array | Float64Array>(array: T, size: number): T {
  const other = new (array.constructor as new (size: number) => T)(size);
  other.set((array.length > size ? array.subarray(0, size) : array) as never);
  return other;
}

/** Entries that the heap should hold when the threshold is set. */
const WANTED = 4096;
/** Room beside the places in use. */
const SLACK = 1.4;

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
  /** Entries at or above this count are in the heap. */
  #threshold = Number.POSITIVE_INFINITY;
  #heap: Int32Array = new Int32Array(1024);
  #heapSize = 0;
  #rest: Int32Array = new Int32Array(1024);
  #restSize = 0;
  #made = 0;
  #free: number[] = [];

  constructor(pairs: PairTable, capacity: number) {
    this.pairs = pairs;
    this.places = new Int32Array(capacity);
  }

  /** A new entry about a pair, `length` places long, with the table's count. Its places are still to be written. */
  push(pair: number, length: number): void {
    const entry = this.#free.pop() ?? this.#made++;
    if (entry === this.count.length) {
      this.count = resized(this.count, entry * 2);
      this.pair = resized(this.pair, entry * 2);
      this.start = resized(this.start, entry * 2);
      this.length = resized(this.length, entry * 2);
      this.older = resized(this.older, entry * 2);
    }
    const count = this.pairs.count(pair);
    this.count[entry] = count;
    this.pair[entry] = pair;
    this.start[entry] = this.top;
    this.length[entry] = length;
    this.top += length;
    this.older[entry] = this.pairs.newest(pair);
    this.pairs.setNewest(pair, entry);
    this.#put(entry, count);
  }

  /** The entry with the highest true count; -1 when none is left. It stays in the queue. */
  best(): number {
    for (;;) {
      if (this.#heapSize === 0) {
        if (this.#restSize === 0) return -1;
        this.#lower();
        continue;
      }
      const entry = this.#heap[0] as number;
      const now = this.pairs.count(this.pair[entry] as number);
      if (this.count[entry] === now) return entry;
      this.count[entry] = now;
      if (now >= this.#threshold) this.#sink(0, entry);
      else {
        this.#removeTop();
        this.#put(entry, now);
      }
    }
  }

  /** Takes the entry out that `best` gave. Its places stay readable until the next `reserve`. */
  pop(): void {
    const entry = this.#heap[0] as number;
    this.#removeTop();
    this.#forget(entry);
  }

  /** All entries, in no order. */
  entries(): number[] {
    return [...this.#heap.subarray(0, this.#heapSize), ...this.#rest.subarray(0, this.#restSize)];
  }

  /** Makes room for `count` more places; drops places that `holds` no longer, when there is none. */
  reserve(count: number, holds: (left: number, right: number, place: number) => boolean): void {
    if (this.top + count <= this.places.length) return;
    this.#dropDead();
    let kept = 0;
    const lists = [this.#heap.subarray(0, this.#heapSize), this.#rest.subarray(0, this.#restSize)];
    for (const list of lists) for (const entry of list) kept += this.length[entry] as number;
    const places = new Int32Array(Math.ceil((kept + count) * SLACK) + 1024);
    let top = 0;
    for (const list of lists)
      for (const entry of list) {
        const from = this.start[entry] as number;
        const to = from + (this.length[entry] as number);
        const pair = this.pair[entry] as number;
        const [left, right] = [this.pairs.left(pair), this.pairs.right(pair)];
        this.start[entry] = top;
        for (let i = from; i < to; i++) {
          const place = this.places[i] as number;
          if (holds(left, right, place)) places[top++] = place;
        }
        this.length[entry] = top - (this.start[entry] as number);
      }
    this.places = places;
    this.top = top;
  }

  /** Forgets entries whose pair occurs no more. */
  #dropDead(): void {
    const alive = (list: Int32Array, size: number): number => {
      let kept = 0;
      for (let i = 0; i < size; i++) {
        const entry = list[i] as number;
        if (this.pairs.count(this.pair[entry] as number) > 0) list[kept++] = entry;
        else this.#forget(entry);
      }
      return kept;
    };
    this.#heapSize = alive(this.#heap, this.#heapSize);
    this.#restSize = alive(this.#rest, this.#restSize);
    this.#heapify();
  }

  #put(entry: number, count: number): void {
    if (count >= this.#threshold) {
      if (this.#heapSize === this.#heap.length) this.#heap = resized(this.#heap, this.#heapSize * 2);
      this.#rise(this.#heapSize++, entry);
      return;
    }
    if (this.#restSize === this.#rest.length) this.#rest = resized(this.#rest, this.#restSize * 2);
    this.#rest[this.#restSize++] = entry;
  }

  /** Lowers the threshold so that the heap gets about as many entries as wanted. The heap is empty. */
  #lower(): void {
    const rest = this.#rest.subarray(0, this.#restSize);
    const counts = new Float64Array(Math.min(rest.length, 65_536));
    const step = rest.length / counts.length;
    let most = Number.NEGATIVE_INFINITY;
    for (const entry of rest) most = Math.max(most, this.count[entry] as number);
    for (let i = 0; i < counts.length; i++) counts[i] = this.count[rest[Math.floor(i * step)] as number] as number;
    counts.sort();
    const sampled = Math.ceil(Math.max(WANTED, rest.length / 16) / step);
    this.#threshold = Math.min(most, counts[Math.max(0, counts.length - sampled)] as number);
    let kept = 0;
    for (const entry of rest) {
      if ((this.count[entry] as number) < this.#threshold) rest[kept++] = entry;
      else {
        if (this.#heapSize === this.#heap.length) this.#heap = resized(this.#heap, this.#heapSize * 2);
        this.#heap[this.#heapSize++] = entry;
      }
    }
    this.#restSize = kept;
    this.#heapify();
  }

  #heapify(): void {
    for (let i = (this.#heapSize >> 1) - 1; i >= 0; i--) this.#sink(i, this.#heap[i] as number);
  }

  #removeTop(): void {
    const last = this.#heap[--this.#heapSize] as number;
    if (this.#heapSize > 0) this.#sink(0, last);
  }

  #forget(entry: number): void {
    const pair = this.pair[entry] as number;
    let at = this.pairs.newest(pair);
    if (at === entry) this.pairs.setNewest(pair, this.older[entry] as number);
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
    const [leftA, leftB] = [this.pairs.left(pairA), this.pairs.left(pairB)];
    return leftA === leftB ? this.pairs.right(pairA) < this.pairs.right(pairB) : leftA < leftB;
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
      if (child >= this.#heapSize) break;
      if (child + 1 < this.#heapSize && this.#before(heap[child + 1] as number, heap[child] as number)) child++;
      if (!this.#before(heap[child] as number, entry)) break;
      heap[at] = heap[child] as number;
      at = child;
    }
    heap[at] = entry;
  }
}
