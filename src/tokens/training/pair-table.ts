// Pairs of symbols by number: an open-addressing table in typed arrays. Pairs are never removed.

function grown<T extends Int32Array | Float64Array>(array: T): T {
  const larger = new (array.constructor as new (size: number) => T)(array.length * 2);
  larger.set(array as never);
  return larger;
}

/** `(left, right) → pair`, with what the trainer keeps per pair. */
export class PairTable {
  /** How many pairs there are. */
  size = 0;
  left: Int32Array;
  right: Int32Array;
  /** How often the pair is believed to occur. */
  count: Float64Array;
  /** Newest entry of the queue about this pair, -1 for none. */
  newest: Int32Array;
  /** Occurrences found in the current step, then the place to write the next one to. */
  pending: Int32Array;
  #slots: Int32Array;

  constructor(capacity: number) {
    this.left = new Int32Array(capacity);
    this.right = new Int32Array(capacity);
    this.count = new Float64Array(capacity);
    this.newest = new Int32Array(capacity);
    this.pending = new Int32Array(capacity);
    this.#slots = new Int32Array(capacity * 2).fill(-1);
  }

  /** The number of a pair, a new one if it was never met. */
  of(left: number, right: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hashOf(left, right) & mask;
    for (;;) {
      const pair = slots[slot] as number;
      if (pair < 0) break;
      if (this.left[pair] === left && this.right[pair] === right) return pair;
      slot = (slot + 1) & mask;
    }
    if (this.size === this.left.length) {
      this.#grow();
      return this.of(left, right);
    }
    const pair = this.size++;
    this.left[pair] = left;
    this.right[pair] = right;
    this.newest[pair] = -1;
    slots[slot] = pair;
    return pair;
  }

  /** The number of a pair, -1 if it was never met. */
  find(left: number, right: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hashOf(left, right) & mask; ; slot = (slot + 1) & mask) {
      const pair = this.#slots[slot] as number;
      if (pair < 0 || (this.left[pair] === left && this.right[pair] === right)) return pair;
    }
  }

  #grow(): void {
    this.left = grown(this.left);
    this.right = grown(this.right);
    this.count = grown(this.count);
    this.newest = grown(this.newest);
    this.pending = grown(this.pending);
    const slots = new Int32Array(this.left.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (let pair = 0; pair < this.size; pair++) {
      let slot = hashOf(this.left[pair] as number, this.right[pair] as number) & mask;
      while ((slots[slot] as number) >= 0) slot = (slot + 1) & mask;
      slots[slot] = pair;
    }
    this.#slots = slots;
  }
}

function hashOf(left: number, right: number): number {
  let hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 12);
}
