// Keys and values of rows under way. Time comes first, `[P, R, G, K]`, so that a new token is appended at the end of a buffer and
// nothing is moved; rows keep their places when others are dropped or doubled, and only doubles are copied.
import { type NamedArrays, type NdArray, ndArray } from '../../array/index.ts';

/** The chosen rows of an array `[R, …]`, one after the other. */
export function gatherRows(array: NdArray, rows: readonly number[]): NdArray {
  const [count = 1, ...rest] = array.shape;
  const size = array.data.length / Math.max(1, count);
  const source = array.data as Float32Array;
  const data = new (source.constructor as Float32ArrayConstructor)(rows.length * size);
  rows.forEach((row, at) => {
    data.set(source.subarray(row * size, (row + 1) * size), at * size);
  });
  return ndArray(array.dtype, [rows.length, ...rest], data as never);
}

/** One buffer of the cache, `[P, R, …]` with room for more of the first axis. */
class Growing {
  #data: Float32Array<ArrayBufferLike> = new Float32Array(0);
  #used = 0;
  /** Sizes after the first two axes, and their product. */
  readonly #rest: readonly number[];
  readonly #width: number;

  constructor(rest: readonly number[]) {
    this.#rest = rest;
    this.#width = rest.reduce((product, size) => product * size, 1);
  }

  /** Appends some times of all rows. */
  append(more: Float32Array, times: number): void {
    const needed = this.#used + more.length;
    if (needed > this.#data.length) {
      const larger = new Float32Array(Math.max(2 * needed, (64 * more.length) / times));
      larger.set(this.#data.subarray(0, this.#used));
      this.#data = larger;
    }
    this.#data.set(more, this.#used);
    this.#used = needed;
  }

  view(rows: number): NdArray<'float32'> {
    const shape = [this.#used / (rows * this.#width), rows, ...this.#rest];
    return ndArray('float32', shape, this.#data.subarray(0, this.#used));
  }

  /** Puts row `from` over row `to` at every time. */
  copy(rows: number, copies: readonly (readonly [from: number, to: number])[]): void {
    const [stride, width] = [rows * this.#width, this.#width];
    for (let at = 0; at < this.#used; at += stride) {
      for (const [from, to] of copies)
        this.#data.copyWithin(at + to * width, at + from * width, at + (from + 1) * width);
    }
  }

  /** Keeps these rows, in this order. */
  gather(rows: number, kept: readonly number[]): void {
    const width = this.#width;
    const times = this.#used / (rows * width);
    const data = new Float32Array(Math.max(2 * times, 64) * kept.length * width);
    let at = 0;
    for (let time = 0; time < times; time++) {
      for (const row of kept) {
        const from = (time * rows + row) * width;
        data.set(this.#data.subarray(from, from + width), at);
        at += width;
      }
    }
    this.#data = data;
    this.#used = at;
  }
}

/** The cache of one request. */
export class RowCache {
  readonly #growing = new Map<string, Growing>();
  /** What is the same for all rows of a prompt: the encoder's keys and values, masks. First axis: places. */
  readonly #fixed = new Map<string, NdArray>();
  /** The place of every row, in the order in which rows are asked about. */
  #places: readonly number[];
  /** Which prompt the row at each place belongs to. */
  #prompts: number[];

  constructor(rows: number) {
    this.#places = Array.from({ length: rows }, (_, row) => row);
    this.#prompts = [...this.#places];
  }

  /** Where each row lies in the arrays. */
  get places(): readonly number[] {
    return this.#places;
  }

  /** Begins an empty buffer for rows of shape `rest`. */
  open(name: string, rest: readonly number[]): void {
    this.#growing.set(name, new Growing(rest));
  }

  /** Appends `[T, R, …]` in places' order. */
  append(name: string, array: NdArray): void {
    if (!this.#growing.has(name)) this.open(name, array.shape.slice(2));
    (this.#growing.get(name) as Growing).append(array.data as Float32Array, array.shape[0] as number);
  }

  /** Sets an array `[R, …]` that does not change from step to step. */
  fix(name: string, array: NdArray): void {
    this.#fixed.set(name, array);
  }

  fixed(name: string): NdArray | undefined {
    return this.#fixed.get(name);
  }

  /** Everything under its name. */
  arrays(): NamedArrays {
    const rows = this.#places.length;
    const views = [...this.#growing].map(([name, buffer]) => [name, buffer.view(rows)] as const);
    return Object.fromEntries([...this.#fixed, ...views]);
  }

  /** Goes on with these rows, in this order. */
  select(rows: readonly number[]): void {
    const [count, wanted] = [this.#places.length, rows.map((row) => this.#places[row] as number)];
    if (rows.length === count) this.#rearrange(wanted);
    else {
      for (const buffer of this.#growing.values()) buffer.gather(count, wanted);
      for (const [name, array] of this.#fixed) this.#fixed.set(name, gatherRows(array, wanted));
      this.#prompts = wanted.map((place) => this.#prompts[place] as number);
      this.#places = rows.map((_, row) => row);
    }
  }

  /** As many rows as before: the first row that wants a place has it, the others get copies where nobody stays. */
  #rearrange(wanted: readonly number[]): void {
    const taken = new Set<number>();
    const stays = wanted.map((place) => !taken.has(place) && Boolean(taken.add(place)));
    const free = wanted.map((_, place) => place).filter((place) => !taken.has(place));
    const copies: [number, number][] = [];
    this.#places = wanted.map((from, row) => {
      if (stays[row]) return from;
      const to = free.shift() as number;
      copies.push([from, to]);
      return to;
    });
    if (copies.length === 0) return;
    for (const buffer of this.#growing.values()) buffer.copy(wanted.length, copies);
    const strangers = copies.filter(([from, to]) => this.#prompts[from] !== this.#prompts[to]);
    if (strangers.length > 0) {
      const sources = wanted.map((_, place) => strangers.find(([, to]) => to === place)?.[0] ?? place);
      for (const [name, array] of this.#fixed) this.#fixed.set(name, gatherRows(array, sources));
      this.#prompts = sources.map((place) => this.#prompts[place] as number);
    }
  }
}
