// Merges of byte-pair encoding: a pair of ids to its rank and the id it becomes, in one array with open addressing.

const SMALL = 256;
const MAYBE_BITS = 2 ** 20;

/** Pairs of ids. */
export class PairTable {
  /** Four numbers a slot: left, right, rank, merged id; left is -1 where the slot is free. */
  readonly slots: Int32Array;
  /** The id that each rank's pair becomes. */
  readonly merged: Int32Array;
  readonly #mask: number;
  /** Where pairs of small ids are (mostly single bytes, the pairs that every word begins with), -1 for none. */
  readonly #small = new Int32Array(SMALL * SMALL).fill(-1);
  /** One bit for hashes that some pair has: most questions for what is no pair end here, in a few kilobytes. */
  readonly #maybe = new Uint8Array(MAYBE_BITS / 8);

  constructor(pairs: number) {
    let capacity = 16;
    while (capacity < pairs * 2) capacity *= 2;
    this.merged = new Int32Array(pairs);
    this.slots = new Int32Array(capacity * 4).fill(-1);
    this.#mask = capacity - 1;
  }

  set(left: number, right: number, rank: number, merged: number): void {
    const { slots } = this;
    const hash = this.#hash(left, right);
    let at = hash & this.#mask;
    while (slots[at * 4] !== -1 && !(slots[at * 4] === left && slots[at * 4 + 1] === right)) at = (at + 1) & this.#mask;
    slots[at * 4] = left;
    slots[at * 4 + 1] = right;
    slots[at * 4 + 2] = rank;
    slots[at * 4 + 3] = merged;
    this.merged[rank] = merged;
    if (left < SMALL && right < SMALL) this.#small[left * SMALL + right] = at * 4;
    const bit = hash & (MAYBE_BITS - 1);
    this.#maybe[bit >> 3] = (this.#maybe[bit >> 3] as number) | (1 << (bit & 7));
  }

  /** Where the pair's numbers begin, -1 if it is none. */
  find(left: number, right: number): number {
    if (left < SMALL && right < SMALL) return this.#small[left * SMALL + right] as number;
    const hash = this.#hash(left, right);
    const bit = hash & (MAYBE_BITS - 1);
    if (((this.#maybe[bit >> 3] as number) & (1 << (bit & 7))) === 0) return -1;
    const { slots } = this;
    for (let at = hash & this.#mask; ; at = (at + 1) & this.#mask) {
      const slot = at * 4;
      const first = slots[slot];
      if (first === left && slots[slot + 1] === right) return slot;
      if (first === -1) return -1;
    }
  }

  #hash(left: number, right: number): number {
    let hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
    hash ^= hash >>> 15;
    return hash;
  }
}
