// Words already cut, found again by a hash of their units in flat arrays: no substring, no object. Bounded: when full, it starts anew.
import { STRIDE, type TokenSink } from './token-sink.ts';

const LONGEST = 64;
const MOST_WORDS = 1 << 17;
/** Numbers a slot: hash, where the key lies, its length, where the tokens lie, their number. */
const SLOT = 5;
/** Numbers a token: id, places in one. */
const TOKEN = 2;

/** A cache in front of a model's way of cutting one word. */
export class WordCache {
  readonly #compute: (text: string, from: number, to: number, sink: TokenSink) => void;
  #slots = new Int32Array(0);
  #mask = 0;
  #keys = new Uint16Array(1 << 14);
  #tokens = new Int32Array(1 << 14);
  #keysUsed = 0;
  #tokensUsed = 0;
  #words = 0;

  constructor(compute: (text: string, from: number, to: number, sink: TokenSink) => void) {
    this.#compute = compute;
    this.#clear(1 << 12);
  }

  /** Adds the tokens of the word. */
  cut(text: string, from: number, to: number, sink: TokenSink): void {
    const length = to - from;
    if (length > LONGEST) {
      this.#compute(text, from, to, sink);
      return;
    }
    let hash = length;
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash ^= hash >>> 15;
    hash = Math.imul(hash, 0x2c1b3c6d);
    hash ^= hash >>> 13;
    const [slots, keys] = [this.#slots, this.#keys];
    let at = hash & this.#mask;
    for (;;) {
      const slot = at * SLOT;
      const key = slots[slot + 1] as number;
      if (key < 0) break;
      if (slots[slot] === hash && slots[slot + 2] === length) {
        let i = 0;
        while (i < length && keys[key + i] === text.charCodeAt(from + i)) i++;
        if (i === length) {
          this.#repeat(slots[slot + 3] as number, slots[slot + 4] as number, from, sink);
          return;
        }
      }
      at = (at + 1) & this.#mask;
    }
    const first = sink.length;
    this.#compute(text, from, to, sink);
    this.#store(text, from, length, hash, sink, first);
  }

  #repeat(start: number, count: number, from: number, sink: TokenSink): void {
    sink.reserve(count);
    const [tokens, data] = [this.#tokens, sink.data];
    let at = sink.length * STRIDE;
    for (let i = start; i < start + count * TOKEN; i += TOKEN) {
      const places = tokens[i + 1] as number;
      data[at] = tokens[i] as number;
      data[at + 1] = from + (places >> 8);
      data[at + 2] = from + (places & 0xff);
      at += STRIDE;
    }
    sink.length += count;
  }

  #store(text: string, from: number, length: number, hash: number, sink: TokenSink, first: number): void {
    const count = sink.length - first;
    if (this.#words * 2 >= this.#mask) {
      if (this.#words >= MOST_WORDS) this.#clear(this.#mask + 1);
      else this.#grow();
    }
    while (this.#keysUsed + length > this.#keys.length) {
      const keys = new Uint16Array(this.#keys.length * 2);
      keys.set(this.#keys);
      this.#keys = keys;
    }
    while (this.#tokensUsed + count * TOKEN > this.#tokens.length) {
      const tokens = new Int32Array(this.#tokens.length * 2);
      tokens.set(this.#tokens);
      this.#tokens = tokens;
    }
    this.#place([hash, this.#keysUsed, length, this.#tokensUsed, count]);
    for (let i = 0; i < length; i++) this.#keys[this.#keysUsed++] = text.charCodeAt(from + i);
    for (let i = first; i < sink.length; i++) {
      const at = i * STRIDE;
      this.#tokens[this.#tokensUsed++] = sink.data[at] as number;
      this.#tokens[this.#tokensUsed++] =
        (((sink.data[at + 1] as number) - from) << 8) | ((sink.data[at + 2] as number) - from);
    }
    this.#words++;
  }

  #place(slot: ArrayLike<number>): void {
    let at = (slot[0] as number) & this.#mask;
    while ((this.#slots[at * SLOT + 1] as number) >= 0) at = (at + 1) & this.#mask;
    this.#slots.set(slot, at * SLOT);
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(old.length * 2).fill(-1);
    this.#mask = this.#mask * 2 + 1;
    for (let slot = 0; slot < old.length; slot += SLOT)
      if ((old[slot + 1] as number) >= 0) this.#place(old.subarray(slot, slot + SLOT));
  }

  #clear(capacity: number): void {
    this.#slots = new Int32Array(capacity * SLOT).fill(-1);
    this.#mask = capacity - 1;
    this.#keysUsed = this.#tokensUsed = this.#words = 0;
  }
}
