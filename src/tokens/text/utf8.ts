// UTF-8 without detours over TextEncoder, and GPT-2's printable alphabet of bytes.

/** The printable character that stands for each byte in byte-level vocabularies. */
export const BYTE_CHARACTERS: readonly string[] = (() => {
  const isPrintable = (byte: number): boolean =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let shifted = 0;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : 256 + shifted++));
})();

/** Byte for every character of the alphabet. */
export const BYTE_OF_CHARACTER: ReadonlyMap<string, number> = new Map(
  BYTE_CHARACTERS.map((character, byte) => [character, byte]),
);

/** How many bytes a part of a text takes. */
export function utf8Length(text: string, from: number, to: number): number {
  let length = 0;
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) length++;
    else if (code < 0x800) length += 2;
    else if (code >= 0xd800 && code <= 0xdbff) {
      length += 4;
      i++;
    } else length += 3;
  }
  return length;
}

/** Writes a part of a well-formed text; `units` gets for each byte the first unit of its character. Returns the number of bytes. */
export function writeUtf8(
  text: string,
  from: number,
  to: number,
  bytes: Uint8Array | Int32Array,
  units: Int32Array,
): number {
  let n = 0;
  for (let i = from; i < to; i++) {
    let code = text.charCodeAt(i);
    const unit = i;
    if (code < 0x80) {
      units[n] = unit;
      bytes[n++] = code;
      continue;
    }
    const first = n;
    if (code < 0x800) bytes[n++] = 0xc0 | (code >> 6);
    else {
      if (code >= 0xd800 && code <= 0xdbff) {
        code = ((code - 0xd800) << 10) + text.charCodeAt(++i) - 0xdc00 + 0x10000;
        bytes[n++] = 0xf0 | (code >> 18);
        bytes[n++] = 0x80 | ((code >> 12) & 63);
      } else bytes[n++] = 0xe0 | (code >> 12);
      bytes[n++] = 0x80 | ((code >> 6) & 63);
    }
    bytes[n++] = 0x80 | (code & 63);
    for (let k = first; k < n; k++) units[k] = unit;
  }
  return n;
}
