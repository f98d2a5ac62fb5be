// Pairs waiting to be merged, by (count down, left id up, right id up), each entry with the places where its pair was met. A count is exact
// when an entry is made and only falls afterwards, so it is counted again when the entry comes up. Only entries above a threshold are in the
// heap: most pairs are rare and never come up, so the heap stays small.

function resized<T extends Int32Array | Float64Array>(array: T, size: number): T {
  const other = new (array.constructor as new (size: number) => T)(size);
  other.set((array.length > size ? array.subarray(0, size) : array) as never);
  return other;
}

/** Entries that the heap should hold when the threshold is set. */
const WANTED = 4096;
/** Room beside the places in use. */
const SLACK = 1.5;

/** A queue of entries; entries are numbers, valid until the next `reserve`. */
export class MergeQueue {
  /** Places of all entries, each entry's in one stretch. */
  places: Int32Array;
  /** Where free places begin. */
  top = 0;
  left: Int32Array = new Int32Array(1024);
  right: Int32Array = new Int32Array(1024);
  count: Float64Array = new Float64Array(1024);
  start: Int32Array = new Int32Array(1024);
  length: Int32Array = new Int32Array(1024);
  /** Another entry with the same newer symbol, -1 for none. */
  #sibling: Int32Array = new Int32Array(1024);
  /** Newest entry by the newer (higher) symbol of its pair. */
  #bySymbol: Int32Array = new Int32Array(1024).fill(-1);
  /** Entries at or above this count are in the heap. */
  #threshold = Number.POSITIVE_INFINITY;
  #heap: Int32Array = new Int32Array(1024);
  #heapSize = 0;
  #rest: Int32Array = new Int32Array(1024);
  #restSize = 0;
  #made = 0;

  constructor(capacity: number) {
    this.places = new Int32Array(capacity);
  }

  /** A new entry whose `length` places are still to be written, from the `top` before. */
  push(left: number, right: number, count: number, length: number): void {
    const entry = this.#made++;
    if (entry === this.left.length) this.#resize(entry * 2);
    this.left[entry] = left;
    this.right[entry] = right;
    this.count[entry] = count;
    this.start[entry] = this.top;
    this.length[entry] = length;
    this.top += length;
    this.#link(entry);
    this.#put(entry);
  }

  /** The entry with the highest count as noted; -1 when none is left. It stays in the queue. */
  first(): number {
    while (this.#heapSize === 0) {
      if (this.#restSize === 0) return -1;
      this.#lower();
    }
    return this.#heap[0] as number;
  }

  /** Notes another count for the first entry. */
  moveFirst(count: number): void {
    const entry = this.#heap[0] as number;
    this.count[entry] = count;
    if (count >= this.#threshold) {
      this.#sink(0, entry);
      return;
    }
    this.#removeFirst();
    this.#put(entry);
  }

  /** Takes the first entry out. Its places stay readable until the next `reserve`. */
  pop(): void {
    const entry = this.#heap[0] as number;
    this.#removeFirst();
    const symbol = Math.max(this.left[entry] as number, this.right[entry] as number);
    let at = this.#bySymbol[symbol] as number;
    if (at === entry) this.#bySymbol[symbol] = this.#sibling[entry] as number;
    else {
      while (this.#sibling[at] !== entry) at = this.#sibling[at] as number;
      this.#sibling[at] = this.#sibling[entry] as number;
    }
  }

  /** Entries waiting, in no order. */
  waiting(): number[] {
    return [...this.#heap.subarray(0, this.#heapSize), ...this.#rest.subarray(0, this.#restSize)];
  }

  /** Entries about one pair; more than one only when a symbol was made in two ways. */
  about(left: number, right: number): number[] {
    const found: number[] = [];
    const symbol = Math.max(left, right);
    if (symbol >= this.#bySymbol.length) return found;
    for (let entry = this.#bySymbol[symbol] as number; entry >= 0; entry = this.#sibling[entry] as number)
      if (this.left[entry] === left && this.right[entry] === right) found.push(entry);
    return found;
  }

  /** The places of an entry. */
  placesOf(entry: number): Int32Array {
    const start = this.start[entry] as number;
    return this.places.subarray(start, start + (this.length[entry] as number));
  }

  /** Makes room for `count` more places; drops places that `holds` no longer, and entries without any, when there is none. */
  reserve(count: number, holds: (left: number, right: number, place: number) => boolean): void {
    if (this.top + count <= this.places.length) return;
    let kept = 0;
    for (const list of [this.#heap.subarray(0, this.#heapSize), this.#rest.subarray(0, this.#restSize)])
      for (const entry of list) kept += this.length[entry] as number;
    const old = {
      places: this.places,
      left: this.left,
      right: this.right,
      count: this.count,
      start: this.start,
      length: this.length,
    };
    const room = this.#heapSize + this.#restSize + 1024;
    this.places = new Int32Array(Math.ceil((kept + count) * SLACK) + 1024);
    for (const key of ['left', 'right', 'start', 'length'] as const) this[key] = new Int32Array(room);
    this.count = new Float64Array(room);
    this.#sibling = new Int32Array(room);
    this.#bySymbol.fill(-1);
    this.#made = 0;
    this.top = 0;
    const move = (list: Int32Array, size: number): number => {
      let alive = 0;
      for (let i = 0; i < size; i++) {
        const entry = list[i] as number;
        const [left, right, from] = [old.left[entry] as number, old.right[entry] as number, old.start[entry] as number];
        const to = from + (old.length[entry] as number);
        const start = this.top;
        for (let at = from; at < to; at++) {
          const place = old.places[at] as number;
          if (holds(left, right, place)) this.places[this.top++] = place;
        }
        if (this.top === start) continue;
        const moved = this.#made++;
        this.left[moved] = left;
        this.right[moved] = right;
        this.count[moved] = old.count[entry] as number;
        this.start[moved] = start;
        this.length[moved] = this.top - start;
        this.#link(moved);
        list[alive++] = moved;
      }
      return alive;
    };
    this.#heapSize = move(this.#heap, this.#heapSize);
    this.#restSize = move(this.#rest, this.#restSize);
    this.#heapify();
  }

  #resize(size: number): void {
    for (const key of ['left', 'right', 'start', 'length'] as const) this[key] = resized(this[key], size);
    this.count = resized(this.count, size);
    this.#sibling = resized(this.#sibling, size);
  }

  #link(entry: number): void {
    const symbol = Math.max(this.left[entry] as number, this.right[entry] as number);
    if (symbol >= this.#bySymbol.length) {
      const size = this.#bySymbol.length;
      this.#bySymbol = resized(this.#bySymbol, symbol * 2);
      this.#bySymbol.fill(-1, size);
    }
    this.#sibling[entry] = this.#bySymbol[symbol] as number;
    this.#bySymbol[symbol] = entry;
  }

  #put(entry: number): void {
    if ((this.count[entry] as number) >= this.#threshold) {
      this.#rise(this.#heapSize, entry);
      return;
    }
    if (this.#restSize === this.#rest.length) this.#rest = resized(this.#rest, this.#restSize * 2);
    this.#rest[this.#restSize++] = entry;
  }

  /** Lowers the threshold so that the empty heap gets about as many entries as wanted. */
  #lower(): void {
    const rest = this.#rest.subarray(0, this.#restSize);
    const sample = new Float64Array(Math.min(rest.length, 65_536));
    const step = rest.length / sample.length;
    let most = Number.NEGATIVE_INFINITY;
    for (const entry of rest) most = Math.max(most, this.count[entry] as number);
    for (let i = 0; i < sample.length; i++) sample[i] = this.count[rest[Math.floor(i * step)] as number] as number;
    sample.sort();
    const wanted = Math.ceil(Math.max(WANTED, rest.length / 16) / step);
    this.#threshold = Math.min(most, sample[Math.max(0, sample.length - wanted)] as number);
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

  #removeFirst(): void {
    const last = this.#heap[--this.#heapSize] as number;
    if (this.#heapSize > 0) this.#sink(0, last);
  }

  #before(a: number, b: number): boolean {
    const [countA, countB] = [this.count[a] as number, this.count[b] as number];
    if (countA !== countB) return countA > countB;
    const [leftA, leftB] = [this.left[a] as number, this.left[b] as number];
    return leftA === leftB ? (this.right[a] as number) < (this.right[b] as number) : leftA < leftB;
  }

  #rise(from: number, entry: number): void {
    if (from === this.#heap.length) this.#heap = resized(this.#heap, from * 2);
    const heap = this.#heap;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(entry, heap[parent] as number)) break;
      heap[at] = heap[parent] as number;
      at = parent;
    }
    heap[at] = entry;
    this.#heapSize++;
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
