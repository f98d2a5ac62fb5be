// Decoding of byte-level vocabularies: tokens that are whole characters are joined as texts, only the others as bytes.
import { tokenBytes } from './decoders.ts';
import { lossy } from './utf8.ts';

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Up to so many bytes a loop is faster than a call of the engine's decoder. */
const SHORT = 256;

/** The characters of well-formed UTF-8 below U+10000 as UTF-16; -1 for anything else, else how many units. */
function shortUtf8(bytes: Uint8Array, length: number, units: Uint16Array): number {
  let n = 0;
  for (let i = 0; i < length; ) {
    const lead = bytes[i] as number;
    if (lead < 0x80) {
      units[n++] = lead;
      i++;
      continue;
    }
    const second = (bytes[i + 1] as number) ^ 0x80;
    if (lead >= 0xc2 && lead < 0xe0) {
      if (i + 1 >= length || second > 63) return -1;
      units[n++] = ((lead & 31) << 6) | second;
      i += 2;
      continue;
    }
    const third = (bytes[i + 2] as number) ^ 0x80;
    if (lead < 0xe0 || lead >= 0xf0 || i + 2 >= length || second > 63 || third > 63) return -1;
    const code = ((lead & 15) << 12) | (second << 6) | third;
    if (code < 0x800 || (code >= 0xd800 && code <= 0xdfff)) return -1;
    units[n++] = code;
    i += 3;
  }
  return n;
}

/** Units to text, eight in a call: twice as fast as handing over a list. */
function textOf(units: Uint16Array, count: number): string {
  const at = (i: number): number => units[i] as number;
  let text = '';
  let i = 0;
  for (; i + 8 <= count; i += 8)
    text += String.fromCharCode(at(i), at(i + 1), at(i + 2), at(i + 3), at(i + 4), at(i + 5), at(i + 6), at(i + 7));
  for (; i < count; i++) text += String.fromCharCode(at(i));
  return text;
}

/** Joins tokens of a byte-level vocabulary. */
export class ByteJoiner {
  readonly #tokenOf: (id: number) => string | undefined;
  /** By id: text of whole characters, else bytes. */
  readonly #pieces: (string | Uint8Array | undefined)[] = [];
  #bytes = new Uint8Array(1024);
  readonly #units = new Uint16Array(SHORT);

  constructor(tokenOf: (id: number) => string | undefined) {
    this.#tokenOf = tokenOf;
  }

  /** The text of ids, U+FFFD for each sequence of bytes that is not UTF-8; `isHidden` leaves ids out. */
  decode(ids: ArrayLike<number>, isHidden?: (id: number) => boolean): string {
    let text = '';
    let waiting = 0;
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i] as number;
      if (isHidden?.(id)) continue;
      const piece = this.#pieces[id] ?? this.#learn(id);
      if (typeof piece === 'string') {
        // A character begins here, so what waits is over, whole or not.
        if (waiting > 0) text += this.#flush(waiting);
        waiting = 0;
        text += piece;
        continue;
      }
      if (waiting + piece.length > this.#bytes.length) {
        const more = new Uint8Array((waiting + piece.length) * 2);
        more.set(this.#bytes);
        this.#bytes = more;
      }
      for (let k = 0; k < piece.length; k++) this.#bytes[waiting++] = piece[k] as number;
    }
    return waiting > 0 ? text + this.#flush(waiting) : text;
  }

  #flush(length: number): string {
    const count = length <= SHORT ? shortUtf8(this.#bytes, length, this.#units) : -1;
    if (count < 0) return lossy.decode(this.#bytes.subarray(0, length));
    return textOf(this.#units, count);
  }

  #learn(id: number): string | Uint8Array {
    const token = this.#tokenOf(id);
    // Ids that do not exist are not remembered: there is no end of them.
    if (token === undefined) return new Uint8Array(0);
    const bytes = tokenBytes(token);
    let piece: string | Uint8Array = bytes;
    try {
      piece = strict.decode(bytes);
    } catch {
      // Part of a character.
    }
    this.#pieces[id] = piece;
    return piece;
  }
}
