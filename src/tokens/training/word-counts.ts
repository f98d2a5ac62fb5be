// How often each word occurs: an open-addressing table over UTF-16 units in typed arrays. No string is made while counting.

/** Takes words as places of a text. */
export interface WordSink {
  /** Counts `text.slice(from, to)` once more. */
  add(text: string, from: number, to: number): void;
}

/** Distinct words with their counts; may be read any number of times, in the same order. */
export interface WordSource {
  /** How many distinct words there are. */
  readonly size: number;
  /** Calls `visit` for each word. */
  each(visit: WordVisit): void;
}

/** Gets a word as UTF-16 units `from` to `to`, its count, and its place in the order in which the words were met. */
export type WordVisit = (units: Uint16Array, from: number, to: number, count: number, first: number) => void;

/** The text of a word's units. */
export function wordText(units: Uint16Array, from: number, to: number): string {
  if (to - from < 4096) return String.fromCharCode(...units.subarray(from, to));
  let text = '';
  for (let at = from; at < to; at += 4096) text += String.fromCharCode(...units.subarray(at, Math.min(to, at + 4096)));
  return text;
}

/** Words held as texts. */
export function wordsFrom(words: readonly (readonly [word: string, count: number])[]): WordSource {
  const counts = new WordCounts();
  for (const [word, count] of words) counts.add(word, 0, word.length, count);
  return counts;
}

function grown<T extends Int32Array | Uint16Array | Float64Array>(array: T, least = 0): T {
  const larger = new (array.constructor as new (size: number) => T)(Math.max(array.length * 2, least));
  larger.set(array as never);
  return larger;
}

const FIRST_SLOTS = 2 ** 14;

/** Counts words in memory. `bytes` tells how much it holds. */
export class WordCounts implements WordSink, WordSource {
  /** Distinct words. */
  size = 0;
  /** Words counted, repeated ones too. */
  total = 0;
  #slots = new Int32Array(FIRST_SLOTS).fill(-1);
  #hashes = new Int32Array(FIRST_SLOTS / 2);
  #starts = new Int32Array(FIRST_SLOTS / 2 + 1);
  #counts = new Float64Array(FIRST_SLOTS / 2);
  #units = new Uint16Array(FIRST_SLOTS * 4);

  /** Bytes that the arrays take. */
  get bytes(): number {
    return (
      this.#slots.byteLength +
      this.#hashes.byteLength +
      this.#starts.byteLength +
      this.#counts.byteLength +
      this.#units.byteLength
    );
  }

  add(text: string, from: number, to: number, count = 1): void {
    this.total += count;
    const length = to - from;
    let hash = length;
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    hash ^= hash >>> 13;
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const word = this.#slots[slot] as number;
      if (word < 0) {
        this.#slots[slot] = word;
        this.#insert(text, from, to, { slot, hash, count });
        return;
      }
      if (this.#hashes[word] === hash && this.#equals(word, text, from, length)) {
        (this.#counts[word] as number) += count;
        return;
      }
    }
  }

  each(visit: WordVisit): void {
    for (let word = 0; word < this.size; word++) this.#visit(word, visit);
  }

  /** The word at a place in the order in which words were met. */
  word(index: number): string {
    return wordText(this.#units, this.#starts[index] as number, this.#starts[index + 1] as number);
  }

  /** How often the word at a place was counted. */
  count(index: number): number {
    return this.#counts[index] as number;
  }

  /** Indices of all words, ordered by their UTF-16 units. */
  sorted(): Int32Array {
    const units = this.#units;
    const starts = this.#starts;
    const order = Int32Array.from({ length: this.size }, (_, i) => i);
    return order.sort((a, b) => {
      const [startA, startB] = [starts[a] as number, starts[b] as number];
      const [lengthA, lengthB] = [(starts[a + 1] as number) - startA, (starts[b + 1] as number) - startB];
      const shared = Math.min(lengthA, lengthB);
      for (let i = 0; i < shared; i++) {
        const difference = (units[startA + i] as number) - (units[startB + i] as number);
        if (difference !== 0) return difference;
      }
      return lengthA - lengthB;
    });
  }

  /** The same words ordered by their UTF-16 units. */
  inOrder(): WordSource {
    const order = this.sorted();
    return {
      size: this.size,
      each: (visit) => {
        for (const word of order) this.#visit(word, visit);
      },
    };
  }

  #visit(word: number, visit: WordVisit): void {
    visit(
      this.#units,
      this.#starts[word] as number,
      this.#starts[word + 1] as number,
      this.#counts[word] as number,
      word,
    );
  }

  #equals(word: number, text: string, from: number, length: number): boolean {
    const start = this.#starts[word] as number;
    if ((this.#starts[word + 1] as number) - start !== length) return false;
    for (let i = 0; i < length; i++) if (this.#units[start + i] !== text.charCodeAt(from + i)) return false;
    return true;
  }

  #insert(text: string, from: number, to: number, place: { slot: number; hash: number; count: number }): void {
    const word = this.size++;
    if (word === this.#hashes.length) {
      this.#hashes = grown(this.#hashes);
      this.#counts = grown(this.#counts);
      this.#starts = grown(this.#starts);
    }
    let at = this.#starts[word] as number;
    if (at + to - from > this.#units.length) this.#units = grown(this.#units, at + to - from);
    const units = this.#units;
    for (let i = from; i < to; i++) units[at++] = text.charCodeAt(i);
    if (word + 1 === this.#starts.length) this.#starts = grown(this.#starts);
    this.#starts[word + 1] = at;
    this.#hashes[word] = place.hash;
    this.#counts[word] = place.count;
    this.#slots[place.slot] = word;
    if (this.size * 2 > this.#slots.length) this.#rehash();
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (let word = 0; word < this.size; word++) {
      let slot = (this.#hashes[word] as number) & mask;
      while ((slots[slot] as number) >= 0) slot = (slot + 1) & mask;
      slots[slot] = word;
    }
    this.#slots = slots;
  }
}
