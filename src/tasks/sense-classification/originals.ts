// Examples as the model reads them: decoded when first asked for, and kept while there is room.
import type { NdArray } from '../../array/index.ts';
import type { SenseExample } from '../../data/index.ts';
import type { Reader } from './modality.ts';
import { readExample } from './read-example.ts';

/** Bytes that are kept for the next epoch. */
const ROOM = 1.5 * 2 ** 30;

/** Bytes of an original: of its arrays and letters, wherever they are in it. */
function bytesOf(value: unknown): number {
  if (typeof value === 'string') return 2 * value.length;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== 'object' || value === null) return 8;
  return Object.values(value).reduce<number>((sum, part) => sum + bytesOf(part), 0);
}

/**
 * Rows of examples by their place. Rows are kept where there is room for all of them; else originals are, where they are smaller, and read
 * anew: a clip of bytes takes a quarter of its row. What is changed is kept as it was.
 */
export class Originals<T> {
  readonly #examples: readonly SenseExample<T>[];
  readonly #read: Reader<T>;
  readonly #rows = new Map<number, NdArray<'float32'>>();
  readonly #originals = new Map<number, T>();
  readonly #room: number;
  #taken = 0;

  constructor(examples: readonly SenseExample<T>[], read: Reader<T>, room: number = ROOM) {
    this.#examples = examples;
    this.#read = read;
    this.#room = room;
  }

  get length(): number {
    return this.#examples.length;
  }

  /** Rows of changed originals, read anew. @throws DataError as `readExample` */
  changed(places: readonly number[], change: (original: T, id: string) => T): Promise<NdArray<'float32'>[]> {
    return Promise.all(
      places.map(async (place) => {
        const original = await this.#original(place);
        if (!this.#originals.has(place)) this.#keep(this.#originals, place, original, bytesOf(original));
        return this.#readOf(place, original, change);
      }),
    );
  }

  /** The rows at some places. @throws DataError as `readExample` */
  rows(places: readonly number[]): Promise<NdArray<'float32'>[]> {
    return Promise.all(places.map((place) => this.#row(place)));
  }

  async #row(place: number): Promise<NdArray<'float32'>> {
    const known = this.#rows.get(place);
    if (known) return known;
    const original = await this.#original(place);
    const row = await this.#readOf(place, original);
    const bytes = row.data.byteLength;
    if (bytes * this.length <= this.#room) this.#keep(this.#rows, place, row, bytes);
    else if (!this.#originals.has(place)) {
      const own = bytesOf(original);
      if (bytes <= own) this.#keep(this.#rows, place, row, bytes);
      else this.#keep(this.#originals, place, original, own);
    }
    return row;
  }

  async #original(place: number): Promise<T> {
    return this.#originals.get(place) ?? (await (this.#examples[place] as SenseExample<T>).load());
  }

  #readOf(place: number, original: T, change?: (original: T, id: string) => T): Promise<NdArray<'float32'>> {
    const { id } = this.#examples[place] as SenseExample<T>;
    return readExample({ id, load: async () => original }, this.#read, change);
  }

  #keep<V>(kept: Map<number, V>, place: number, value: V, bytes: number): void {
    // the same place may be asked for twice at once
    if (kept.has(place) || this.#taken + bytes > this.#room) return;
    kept.set(place, value);
    this.#taken += bytes;
  }
}
