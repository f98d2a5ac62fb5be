// Merges of byte-pair encoding: a pair of ids to its rank and the id it becomes, in one array with open addressing.

/** Pairs of ids. */
export class PairTable {
  /** Four numbers a slot: left, right, rank, merged id; left is -1 where the slot is free. */
  readonly slots: Int32Array;
  /** The id that each rank's pair becomes. */
  readonly merged: Int32Array;
  readonly #mask: number;

  constructor(pairs: number) {
    let capacity = 16;
    while (capacity < pairs * 2) capacity *= 2;
    this.merged = new Int32Array(pairs);
    this.slots = new Int32Array(capacity * 4).fill(-1);
    this.#mask = capacity - 1;
  }

  set(left: number, right: number, rank: number, merged: number): void {
    const { slots } = this;
    let at = this.#hash(left, right);
    while (slots[at * 4] !== -1 && !(slots[at * 4] === left && slots[at * 4 + 1] === right)) at = (at + 1) & this.#mask;
    slots[at * 4] = left;
    slots[at * 4 + 1] = right;
    slots[at * 4 + 2] = rank;
    slots[at * 4 + 3] = merged;
    this.merged[rank] = merged;
  }

  /** Where the pair's numbers begin, -1 if it is none. */
  find(left: number, right: number): number {
    const { slots } = this;
    let at = this.#hash(left, right);
    for (;;) {
      const slot = at * 4;
      const first = slots[slot];
      if (first === left && slots[slot + 1] === right) return slot;
      if (first === -1) return -1;
      at = (at + 1) & this.#mask;
    }
  }

  #hash(left: number, right: number): number {
    let hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
    hash ^= hash >>> 15;
    return hash & this.#mask;
  }
}
