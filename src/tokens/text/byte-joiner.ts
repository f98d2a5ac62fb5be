// Decoding of byte-level vocabularies: the bytes of all tokens, one after the other, read as UTF-8 in one go.
import { tokenBytes } from './decoders.ts';
import { lossy } from './utf8.ts';

/** An array with room for so many elements more than it uses. */
function roomier<T extends Uint8Array | Int32Array>(array: T, needed: number): T {
  if (needed <= array.length) return array;
  const more = new (array.constructor as new (length: number) => T)(needed * 2);
  more.set(array);
  return more;
}

/** Joins tokens of a byte-level vocabulary. */
export class ByteJoiner {
  readonly #tokenOf: (id: number) => string | undefined;
  /** The bytes of every token met, and for every id where they begin and end there; an end of 0 for those not met. */
  #known = new Uint8Array(1 << 14);
  #spans = new Int32Array(1 << 11);
  #used = 0;
  #bytes = new Uint8Array(1 << 10);

  constructor(tokenOf: (id: number) => string | undefined) {
    this.#tokenOf = tokenOf;
  }

  /** The text of ids, U+FFFD for each sequence of bytes that is not UTF-8; `isHidden` leaves ids out. */
  decode(ids: ArrayLike<number>, isHidden?: (id: number) => boolean): string {
    let [known, spans, bytes] = [this.#known, this.#spans, this.#bytes];
    let length = 0;
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i] as number;
      if (isHidden?.(id)) continue;
      if (!((spans[2 * id + 1] as number) > 0)) {
        if (!this.#learn(id)) continue;
        [known, spans] = [this.#known, this.#spans];
      }
      const [start, end] = [spans[2 * id] as number, spans[2 * id + 1] as number];
      if (length + end - start > bytes.length) this.#bytes = bytes = roomier(bytes, length + end - start);
      for (let at = start; at < end; at++) bytes[length++] = known[at] as number;
    }
    return lossy.decode(bytes.subarray(0, length));
  }

  /** False for ids that do not exist (they are not remembered: there is no end of them) and for empty tokens. */
  #learn(id: number): boolean {
    const token = this.#tokenOf(id);
    if (!token) return false;
    const bytes = tokenBytes(token);
    this.#known = roomier(this.#known, this.#used + bytes.length);
    this.#spans = roomier(this.#spans, 2 * id + 2);
    this.#known.set(bytes, this.#used);
    this.#spans[2 * id] = this.#used;
    this.#used += bytes.length;
    this.#spans[2 * id + 1] = this.#used;
    return true;
  }
}
