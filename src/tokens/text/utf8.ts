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

/** Bytes to text, U+FFFD for each sequence that is not UTF-8. */
export const lossy: TextDecoder = new TextDecoder('utf-8', { ignoreBOM: true });

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

/** Smallest and largest second byte, and the length, by first byte; undefined where no sequence may begin (Unicode, table 3-7). */
function sequenceFrom(first: number): readonly [low: number, high: number, length: number] | undefined {
  if (first < 0x80) return [0, 0, 1];
  if (first < 0xc2 || first > 0xf4) return undefined;
  if (first < 0xe0) return [0x80, 0xbf, 2];
  if (first < 0xf0) return [first === 0xe0 ? 0xa0 : 0x80, first === 0xed ? 0x9f : 0xbf, 3];
  return [first === 0xf0 ? 0x90 : 0x80, first === 0xf4 ? 0x8f : 0xbf, 4];
}

/**
 * Where the first character begins that is no text in an encoding, from 0, as Python's `UnicodeDecodeError.start`; −1 if all are.
 * One cut off at the end counts. @throws RangeError for an encoding that `TextDecoder` does not know
 */
export function firstInvalidByte(bytes: Uint8Array, encoding: string = 'utf-8'): number {
  if (new TextDecoder(encoding).encoding !== 'utf-8') return firstInvalidIn(bytes, encoding);
  for (let at = 0; at < bytes.length; ) {
    const [low, high, length] = sequenceFrom(bytes[at] as number) ?? [0, 0, 0];
    if (length === 0) return at;
    for (let i = 1; i < length; i++) {
      const byte = bytes[at + i] ?? -1;
      if (byte < (i === 1 ? low : 0x80) || byte > (i === 1 ? high : 0xbf)) return at;
    }
    at += length;
  }
  return -1;
}

/** By halving: where the engine's decoder still takes what comes before. */
function firstInvalidIn(bytes: Uint8Array, encoding: string): number {
  const isText = (count: number, stream: boolean): boolean => {
    try {
      new TextDecoder(encoding, { fatal: true }).decode(bytes.subarray(0, count), { stream });
      return true;
    } catch {
      return false;
    }
  };
  if (isText(bytes.length, false)) return -1;
  let good = 0;
  for (let step = 2 ** Math.ceil(Math.log2(bytes.length + 1)); step >= 1; step /= 2)
    if (good + step <= bytes.length && isText(good + step, true)) good += step;
  return good;
}

/** How many bytes at the end of UTF-8 begin a character that is not complete. */
export function unfinishedBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0;
  }
  return 0;
}
