// Pairs of symbols by number, for the first count: an open-addressing table in typed arrays, one short row per pair.

/** Numbers of a row: left, right, occurrences; one is free; then the count as a float64 that takes two. */
const ROW = 6;

function hashOf(left: number, right: number): number {
  let hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 12);
}

/** `(left, right) → pair` with counts. */
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
    this.#rows = new Int32Array(capacity * ROW);
    this.#counts = new Float64Array(this.#rows.buffer);
    this.#slots = new Int32Array(capacity * 2).fill(-1);
  }

  left(pair: number): number {
    return this.#rows[pair * ROW] as number;
  }

  right(pair: number): number {
    return this.#rows[pair * ROW + 1] as number;
  }

  /** At how many places the pair stands. */
  places(pair: number): number {
    return this.#rows[pair * ROW + 2] as number;
  }

  /** How often it occurs, words counted as often as they occur. */
  count(pair: number): number {
    return this.#counts[pair * 3 + 2] as number;
  }

  /** Counts one more place of the pair. */
  add(pair: number, count: number): void {
    (this.#rows[pair * ROW + 2] as number)++;
    (this.#counts[pair * 3 + 2] as number) += count;
  }

  /** The number of a pair, a new one if it was never met. */
  of(left: number, right: number): number {
    const [slots, rows] = [this.#slots, this.#rows];
    const mask = slots.length - 1;
    let slot = hashOf(left, right) & mask;
    for (;;) {
      const pair = slots[slot] as number;
      if (pair < 0) break;
      if (rows[pair * ROW] === left && rows[pair * ROW + 1] === right) return pair;
      slot = (slot + 1) & mask;
    }
    if (this.size === this.#capacity) {
      this.#grow();
      return this.of(left, right);
    }
    const pair = this.size++;
    rows[pair * ROW] = left;
    rows[pair * ROW + 1] = right;
    slots[slot] = pair;
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
