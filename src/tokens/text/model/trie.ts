// Tokens by their units, in one hash table: from a node and a unit to the next node.

/** A set of texts to walk through unit by unit. Roots are made with `root`. */
export class Trie {
  /** Three numbers a slot: node, unit, next node; node is -1 where the slot is free. */
  #slots = new Int32Array(3 << 10).fill(-1);
  #mask = (1 << 10) - 1;
  #edges = 0;
  #nodes = 0;
  #values = new Int32Array(1 << 10).fill(-1);

  /** A new empty node. */
  root(): number {
    if (this.#nodes === this.#values.length) {
      const values = new Int32Array(this.#nodes * 2).fill(-1);
      values.set(this.#values);
      this.#values = values;
    }
    return this.#nodes++;
  }

  /** Stores a text under a root; the last value of a text wins. */
  add(root: number, text: string, value: number): void {
    let node = root;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      let next = this.next(node, unit);
      if (next < 0) {
        next = this.root();
        this.#insert(node, unit, next);
      }
      node = next;
    }
    this.#values[node] = value;
  }

  /** The node behind a unit, -1 if there is none. */
  next(node: number, unit: number): number {
    const slots = this.#slots;
    let at = this.#hash(node, unit);
    for (;;) {
      const slot = at * 3;
      const first = slots[slot];
      if (first === node && slots[slot + 1] === unit) return slots[slot + 2] as number;
      if (first === -1) return -1;
      at = (at + 1) & this.#mask;
    }
  }

  /** The value of the text that ends at a node, -1 if none does. */
  value(node: number): number {
    return this.#values[node] as number;
  }

  #hash(node: number, unit: number): number {
    let hash = Math.imul(node, 0x9e3779b1) ^ Math.imul(unit, 0x85ebca6b);
    hash ^= hash >>> 15;
    return hash & this.#mask;
  }

  #insert(node: number, unit: number, next: number): void {
    if (++this.#edges * 2 > this.#mask) {
      const old = this.#slots;
      this.#mask = this.#mask * 2 + 1;
      this.#slots = new Int32Array(3 * (this.#mask + 1)).fill(-1);
      for (let slot = 0; slot < old.length; slot += 3)
        if ((old[slot] as number) >= 0)
          this.#place(old[slot] as number, old[slot + 1] as number, old[slot + 2] as number);
    }
    this.#place(node, unit, next);
  }

  #place(node: number, unit: number, next: number): void {
    let at = this.#hash(node, unit);
    while (this.#slots[at * 3] !== -1) at = (at + 1) & this.#mask;
    this.#slots[at * 3] = node;
    this.#slots[at * 3 + 1] = unit;
    this.#slots[at * 3 + 2] = next;
  }
}
