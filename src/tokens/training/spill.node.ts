// Counting more words than fit in memory: when the table is full it is written to disk in sorted order, and the runs are merged.
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Training } from './progress.ts';
import { WordCounts, type WordSink, type WordSource } from './word-counts.ts';

const BLOCK = 2 ** 18;
/** Length in units (4 bytes), count and place of first meeting (8 each), then the units. */
const HEAD = 20;
/** Runs merged at once. */
const FAN_IN = 32;

interface Entry {
  readonly word: string;
  readonly count: number;
  readonly first: number;
}

class RunWriter {
  readonly #file: number;
  readonly #block = Buffer.alloc(BLOCK);
  #used = 0;
  size = 0;

  constructor(path: string) {
    this.#file = openSync(path, 'w');
  }

  write({ word, count, first }: Entry): void {
    const need = HEAD + word.length * 2;
    if (this.#used + need > BLOCK) this.#flush();
    const block = need > BLOCK ? Buffer.alloc(need) : this.#block;
    const at = need > BLOCK ? 0 : this.#used;
    block.writeUInt32LE(word.length, at);
    block.writeDoubleLE(count, at + 4);
    block.writeDoubleLE(first, at + 12);
    block.write(word, at + HEAD, 'utf16le');
    if (need > BLOCK) writeSync(this.#file, block);
    else this.#used += need;
    this.size++;
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    for (let at = 0; at < this.#used; ) at += writeSync(this.#file, this.#block, at, this.#used - at);
    this.#used = 0;
  }
}

/** Reads a run from its beginning. */
class RunReader {
  readonly #file: number;
  #block = Buffer.alloc(BLOCK);
  #at = 0;
  #end = 0;

  constructor(path: string) {
    this.#file = openSync(path, 'r');
  }

  next(): Entry | undefined {
    if (!this.#has(HEAD)) {
      closeSync(this.#file);
      return undefined;
    }
    const length = this.#block.readUInt32LE(this.#at);
    this.#has(HEAD + length * 2);
    const at = this.#at;
    this.#at += HEAD + length * 2;
    return {
      word: this.#block.toString('utf16le', at + HEAD, this.#at),
      count: this.#block.readDoubleLE(at + 4),
      first: this.#block.readDoubleLE(at + 12),
    };
  }

  #has(need: number): boolean {
    if (this.#end - this.#at >= need) return true;
    const rest = this.#block.subarray(this.#at, this.#end);
    const block = need > this.#block.length ? Buffer.alloc(need + BLOCK) : this.#block;
    rest.copy(block);
    this.#block = block;
    this.#at = 0;
    this.#end = rest.length;
    while (this.#end < need) {
      const read = readSync(this.#file, this.#block, this.#end, this.#block.length - this.#end, null);
      if (read === 0) return false;
      this.#end += read;
    }
    return true;
  }
}

/** Counts words within a budget; `finish` gives them in sorted order, from memory when nothing was spilled. */
export class SpillingCounts implements WordSink {
  #counts = new WordCounts();
  readonly #budget: number;
  readonly #runs: string[] = [];
  #folder: string | undefined;
  #first = 0;
  #made = 0;

  /** @param budget bytes that the table may take */
  constructor(budget: number) {
    this.#budget = budget;
  }

  /** Words counted, repeated ones too. */
  get total(): number {
    return this.#counts.total;
  }

  /** Runs written so far. */
  get runs(): number {
    return this.#made;
  }

  add(text: string, from: number, to: number): void {
    this.#counts.add(text, from, to);
  }

  /** Writes the table to disk if it is over the budget; to be called between blocks. */
  async settle(): Promise<void> {
    // The next doubling needs room too.
    if (this.#counts.bytes > this.#budget) await this.#spill();
  }

  /** All words. In memory: in the order of first meeting; from disk: sorted. */
  *finish(): Training<WordSource> {
    if (this.#runs.length === 0) return this.#counts;
    if (this.#counts.size > 0) this.#write();
    let runs = this.#runs;
    for (;;) {
      const [group, rest] = [runs.slice(0, FAN_IN), runs.slice(FAN_IN)];
      const path = join(this.#folder as string, `run-${this.#made++}`);
      const size = yield* this.#merge(group, path);
      runs = [...rest, path];
      if (runs.length === 1) return onDisk(path, size);
    }
  }

  /** Removes what lies on disk. */
  clean(): void {
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }

  async #spill(): Promise<void> {
    this.#folder ??= await mkdtemp(join(tmpdir(), 'tesserae-words-'));
    this.#write();
  }

  #write(): void {
    const path = join(this.#folder as string, `run-${this.#made++}`);
    const writer = new RunWriter(path);
    const counts = this.#counts;
    for (const word of counts.sorted())
      writer.write({ word: counts.word(word), count: counts.count(word), first: this.#first + word });
    writer.close();
    this.#first += counts.size;
    this.#runs.push(path);
    const fresh = new WordCounts();
    fresh.total = counts.total;
    this.#counts = fresh;
  }

  *#merge(paths: readonly string[], path: string): Training<number> {
    const writer = new RunWriter(path);
    const heap: { entry: Entry; reader: RunReader }[] = [];
    for (const run of paths) {
      const reader = new RunReader(run);
      const entry = reader.next();
      if (entry) heap.push({ entry, reader });
    }
    heap.sort((a, b) => (a.entry.word < b.entry.word ? -1 : 1));
    let steps = 0;
    let current: { word: string; count: number; first: number } | undefined;
    while (heap.length > 0) {
      const top = heap[0] as { entry: Entry; reader: RunReader };
      const { word, count, first } = top.entry;
      if (current && current.word === word) {
        current.count += count;
        current.first = Math.min(current.first, first);
      } else {
        if (current) writer.write(current);
        current = { word, count, first };
      }
      const next = top.reader.next();
      if (next) top.entry = next;
      else heap[0] = heap[heap.length - 1] as typeof top;
      if (!next) heap.pop();
      sink(heap);
      if (++steps % 65_536 === 0) yield { phase: 'merge runs', done: writer.size, total: undefined };
    }
    if (current) writer.write(current);
    writer.close();
    for (const run of paths) rmSync(run, { force: true });
    return writer.size;
  }
}

function sink(heap: { entry: Entry }[]): void {
  for (let at = 0; ; ) {
    const [left, right] = [2 * at + 1, 2 * at + 2];
    let least = at;
    const word = (i: number): string => (heap[i] as { entry: Entry }).entry.word;
    if (left < heap.length && word(left) < word(least)) least = left;
    if (right < heap.length && word(right) < word(least)) least = right;
    if (least === at) return;
    [heap[at], heap[least]] = [heap[least] as { entry: Entry }, heap[at] as { entry: Entry }];
    at = least;
  }
}

function onDisk(path: string, size: number): WordSource {
  return {
    size,
    each: (visit) => {
      const reader = new RunReader(path);
      let units = new Uint16Array(1024);
      for (let entry = reader.next(); entry; entry = reader.next()) {
        const { word, count, first } = entry;
        if (word.length > units.length) units = new Uint16Array(word.length * 2);
        for (let i = 0; i < word.length; i++) units[i] = word.charCodeAt(i);
        visit(units, 0, word.length, count, first);
      }
    },
  };
}
