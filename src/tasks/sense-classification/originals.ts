// Examples as the model reads them: decoded when first asked for, and kept while there is room.
import type { NdArray } from '../../array/index.ts';
import type { SenseExample } from '../../data/index.ts';
import type { Reader } from './modality.ts';
import { readExample } from './read-example.ts';

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

  /** Rows of changed originals, made anew: nothing is kept. @throws DataError as `readExample` */
  changed(places: readonly number[], change: (original: T, id: string) => T): Promise<NdArray<'float32'>[]> {
    return Promise.all(
      places.map((place) => readExample(this.#examples[place] as SenseExample<T>, this.#read, change)),
    );
  }

  /** The rows at some places. @throws DataError as `readExample` */
  rows(places: readonly number[]): Promise<NdArray<'float32'>[]> {
    return Promise.all(places.map((place) => this.#row(place)));
  }

  async #row(place: number): Promise<NdArray<'float32'>> {
    const known = this.#kept.get(place);
    if (known) return known;
    const row = await readExample(this.#examples[place] as SenseExample<T>, this.#read);
    if (row.data.byteLength <= this.#room) {
      this.#kept.set(place, row);
      this.#room -= row.data.byteLength;
    }
    return row;
  }
}
