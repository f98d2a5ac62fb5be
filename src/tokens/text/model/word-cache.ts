// Words already cut, found again by a hash of their units in flat arrays: no substring, no object, and two places in memory a look-up.
// Bounded: when full, it starts anew.
import { STRIDE, type TokenSink } from './token-sink.ts';

const LONGEST = 64;
const MOST_WORDS = 1 << 17;
/** Numbers a slot: the hash, and where the record lies, -1 where the slot is free. */
const SLOT = 2;
/** Numbers a token in a record: low and high half of the id, places in one. */
const TOKEN = 3;

/** The hash of a word, a character on. */
export function hashStep(sum: number, code: number): number {
  return Math.imul(sum ^ code, 0x01000193);
}

/** A cache in front of a model's way of cutting one word. */
export class WordCache {
  readonly #compute: (text: string, from: number, to: number, sink: TokenSink) => void;
  #slots = new Int32Array(0);
  #mask = 0;
  /** Records: length of the word and number of tokens (a byte each), the word's units, its tokens. */
  #records = new Uint16Array(1 << 14);
  #used = 0;
  #words = 0;

  /** `compute` cuts a word; it may not look at what stands around it. */
  constructor(compute: (text: string, from: number, to: number, sink: TokenSink) => void) {
    this.#compute = compute;
    this.#clear(1 << 12);
  }

  /** Adds the tokens of the word. */
  cut(text: string, from: number, to: number, sink: TokenSink): void {
    let sum = 0;
    for (let i = from; i < to; i++) sum = hashStep(sum, text.charCodeAt(i));
    this.cutHashed(text, from, to, sum, sink);
  }

  /** The same with the word's `hashStep`s done by the caller, who saw its characters anyway; always in the same way. */
  cutHashed(text: string, from: number, to: number, sum: number, sink: TokenSink): void {
    const length = to - from;
    if (length > LONGEST) {
      this.#compute(text, from, to, sink);
      return;
    }
    let hash = Math.imul(sum ^ (sum >>> 15), 0x2c1b3c6d);
    hash ^= hash >>> 13;
    const [slots, records, mask] = [this.#slots, this.#records, this.#mask];
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const record = slots[at * SLOT + 1] as number;
      if (record < 0) break;
      if (slots[at * SLOT] !== hash) continue;
      const head = records[record] as number;
      if ((head & 0xff) !== length) continue;
      let i = 0;
      while (i < length && records[record + 1 + i] === text.charCodeAt(from + i)) i++;
      if (i < length) continue;
      this.#repeat(record + 1 + length, head >> 8, from, sink);
      return;
    }
    const first = sink.length;
    this.#compute(text, from, to, sink);
    this.#store(text, from, length, hash, sink, first);
  }

  #repeat(start: number, count: number, from: number, sink: TokenSink): void {
    sink.reserve(count);
    const [records, data] = [this.#records, sink.data];
    let at = sink.length * STRIDE;
    for (let i = start; i < start + count * TOKEN; i += TOKEN) {
      const places = records[i + 2] as number;
      data[at] = (records[i] as number) | ((records[i + 1] as number) << 16);
      data[at + 1] = from + (places >> 8);
      data[at + 2] = from + (places & 0xff);
      at += STRIDE;
    }
    sink.length += count;
  }

  #store(text: string, from: number, length: number, hash: number, sink: TokenSink, first: number): void {
    const count = sink.length - first;
    if (count > 0xff) return;
    if (this.#words * 2 >= this.#mask) {
      if (this.#words >= MOST_WORDS) this.#clear(this.#mask + 1);
      else this.#grow();
    }
    if (this.#used + 1 + length + count * TOKEN > this.#records.length) {
      const more = new Uint16Array(this.#records.length * 2);
      more.set(this.#records);
      this.#records = more;
    }
    const { data } = sink;
    const records = this.#records;
    this.#place(hash, this.#used);
    records[this.#used++] = length | (count << 8);
    for (let i = 0; i < length; i++) records[this.#used++] = text.charCodeAt(from + i);
    for (let at = first * STRIDE; at < sink.length * STRIDE; at += STRIDE) {
      const id = data[at] as number;
      records[this.#used++] = id & 0xffff;
      records[this.#used++] = id >>> 16;
      records[this.#used++] = (((data[at + 1] as number) - from) << 8) | ((data[at + 2] as number) - from);
    }
    this.#words++;
  }

  #place(hash: number, record: number): void {
    let at = hash & this.#mask;
    while ((this.#slots[at * SLOT + 1] as number) >= 0) at = (at + 1) & this.#mask;
    this.#slots[at * SLOT] = hash;
    this.#slots[at * SLOT + 1] = record;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(old.length * 2).fill(-1);
    this.#mask = this.#mask * 2 + 1;
    for (let slot = 0; slot < old.length; slot += SLOT)
      if ((old[slot + 1] as number) >= 0) this.#place(old[slot] as number, old[slot + 1] as number);
  }

  #clear(capacity: number): void {
    this.#slots = new Int32Array(capacity * SLOT).fill(-1);
    this.#mask = capacity - 1;
    this.#used = this.#words = 0;
  }
}
