// Pairs of symbols by number: an open-addressing table in typed arrays, one short row per pair. Pairs are never removed.

/** Numbers of a row: left, right, newest entry, pending; then the count as a float64 that takes two. */
const ROW = 6;
const RIGHT = 1;
const NEWEST = 2;
const PENDING = 3;

function hashOf(left: number, right: number): number {
  let hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 12);
}

/** `(left, right) → pair`, with what the trainer keeps per pair. */
export class PairTable {
  /** How many pairs there are. */
  size = 0;
  #rows: Int32Array;
  #counts: Float64Array;
  #slots: Int32Array;
  #capacity: number;

  /** @param capacity a power of two */
  constructor(capacity: number) {
    this.#capacity = capacity;
    const buffer = new ArrayBuffer(capacity * ROW * 4);
    this.#rows = new Int32Array(buffer);
    this.#counts = new Float64Array(buffer);
    this.#slots = new Int32Array(capacity * 2).fill(-1);
  }

  left(pair: number): number {
    return this.#rows[pair * ROW] as number;
  }

  right(pair: number): number {
    return this.#rows[pair * ROW + RIGHT] as number;
  }

  /** How often the pair is believed to occur. */
  count(pair: number): number {
    return this.#counts[pair * 3 + 2] as number;
  }

  addCount(pair: number, change: number): void {
    (this.#counts[pair * 3 + 2] as number) += change;
  }

  /** Newest entry of the queue about the pair, -1 for none. */
  newest(pair: number): number {
    return this.#rows[pair * ROW + NEWEST] as number;
  }

  setNewest(pair: number, entry: number): void {
    this.#rows[pair * ROW + NEWEST] = entry;
  }

  /** Occurrences met in the current step, then where the next one is to be written. */
  pending(pair: number): number {
    return this.#rows[pair * ROW + PENDING] as number;
  }

  setPending(pair: number, value: number): void {
    this.#rows[pair * ROW + PENDING] = value;
  }

  /** The pair's pending number before it is raised by one. */
  raisePending(pair: number): number {
    const at = pair * ROW + PENDING;
    const before = this.#rows[at] as number;
    this.#rows[at] = before + 1;
    return before;
  }

  /** The number of a pair, a new one if it was never met. */
  of(left: number, right: number): number {
    const slots = this.#slots;
    const rows = this.#rows;
    const mask = slots.length - 1;
    let slot = hashOf(left, right) & mask;
    for (;;) {
      const pair = slots[slot] as number;
      if (pair < 0) break;
      if (rows[pair * ROW] === left && rows[pair * ROW + RIGHT] === right) return pair;
      slot = (slot + 1) & mask;
    }
    return this.#add(left, right, slot);
  }

  /** The number of a pair, -1 if it was never met. */
  find(left: number, right: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hashOf(left, right) & mask; ; slot = (slot + 1) & mask) {
      const pair = this.#slots[slot] as number;
      if (pair < 0 || (this.left(pair) === left && this.right(pair) === right)) return pair;
    }
  }

  #add(left: number, right: number, slot: number): number {
    if (this.size === this.#capacity) {
      this.#grow();
      return this.of(left, right);
    }
    const pair = this.size++;
    this.#rows[pair * ROW] = left;
    this.#rows[pair * ROW + RIGHT] = right;
    this.#rows[pair * ROW + NEWEST] = -1;
    this.#slots[slot] = pair;
    return pair;
  }

  #grow(): void {
    this.#capacity *= 2;
    const rows = new Int32Array(this.#capacity * ROW);
    rows.set(this.#rows);
    this.#rows = rows;
    this.#counts = new Float64Array(rows.buffer);
    const slots = new Int32Array(this.#capacity * 2).fill(-1);
    const mask = slots.length - 1;
    for (let pair = 0; pair < this.size; pair++) {
      let slot = hashOf(this.left(pair), this.right(pair)) & mask;
      while ((slots[slot] as number) >= 0) slot = (slot + 1) & mask;
      slots[slot] = pair;
    }
    this.#slots = slots;
  }
}
