// Examples as the model reads them: decoded when first asked for, and kept while there is room.
import type { NdArray } from '../../array/index.ts';
import type { SenseExample } from '../../data/index.ts';
import type { Reader } from './modality.ts';

/** Bytes of rows that are kept for the next epoch. */
const ROOM = 1.5 * 2 ** 30;

/** Rows of examples by their place. */
export class Originals<T> {
  readonly #examples: readonly SenseExample<T>[];
  readonly #read: Reader<T>;
  readonly #kept = new Map<number, NdArray<'float32'>>();
  #room: number;

  constructor(examples: readonly SenseExample<T>[], read: Reader<T>, room: number = ROOM) {
    this.#examples = examples;
    this.#read = read;
    this.#room = room;
  }

  get length(): number {
    return this.#examples.length;
  }

  /** Rows of changed originals, made anew: nothing is kept. @throws DataError with the file when an original is broken */
  changed(places: readonly number[], change: (original: T, id: string) => T): Promise<NdArray<'float32'>[]> {
    return Promise.all(
      places.map(async (place) => {
        const { id, load } = this.#examples[place] as SenseExample<T>;
        return this.#read(change(await load(), id));
      }),
    );
  }

  /** The rows at some places. @throws DataError with the file when an original is broken */
  rows(places: readonly number[]): Promise<NdArray<'float32'>[]> {
    return Promise.all(places.map((place) => this.#row(place)));
  }

  async #row(place: number): Promise<NdArray<'float32'>> {
    const known = this.#kept.get(place);
    if (known) return known;
    const example = this.#examples[place] as SenseExample<T>;
    const row = await this.#read(await example.load());
    if (row.data.byteLength <= this.#room) {
      this.#kept.set(place, row);
      this.#room -= row.data.byteLength;
    }
    return row;
  }
}
