// Where merges of a byte-level vocabulary never reach across: if no merge has a left part that ends in one byte and a right part that
// begins with another, these two bytes are never in one token, and what stands on both sides can be cut by itself.
import { BYTE_OF_CHARACTER } from '../utf8.ts';

/** The last byte of the character that ends before a unit. */
const lastByte = (unit: number): number => (unit < 0x80 ? unit : 0x80 | (unit & 63));

/** The first byte of the character that begins with a unit. */
function firstByte(unit: number): number {
  if (unit < 0x80) return unit;
  if (unit < 0x800) return 0xc0 | (unit >> 6);
  return unit >= 0xd800 && unit <= 0xdbff ? 0xf0 | (((unit & 0x3ff) + 0x40) >> 8) : 0xe0 | (unit >> 12);
}

/** Pairs of bytes that a merge joins. */
export class ByteJoins {
  readonly #joins = new Uint8Array(0x10000);

  /** `merges`: left and right parts in turn, in the printable characters of bytes. */
  constructor(merges: readonly string[]) {
    for (let i = 0; i < merges.length; i += 2) {
      const last = BYTE_OF_CHARACTER.get(merges[i]?.at(-1) as string) ?? 0;
      this.#joins[(last << 8) | (BYTE_OF_CHARACTER.get(merges[i + 1]?.[0] as string) ?? 0)] = 1;
    }
  }

  /** Where the part that begins at `from` ends: at most at `to`, and between characters. */
  partEnd(text: string, from: number, to: number): number {
    const joins = this.#joins;
    let unit = text.charCodeAt(from);
    for (let at = from + 1; at < to; at++) {
      const next = text.charCodeAt(at);
      const isInside = next >= 0xdc00 && next <= 0xdfff;
      if (!isInside && joins[(lastByte(unit) << 8) | firstByte(next)] === 0) return at;
      unit = next;
    }
    return to;
  }
}
