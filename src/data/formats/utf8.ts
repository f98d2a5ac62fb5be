// UTF-8, strictly, and where it breaks. Source: the Unicode Standard, table 3-7 (well-formed byte sequences).

/** Smallest and largest second byte, and the length, by first byte; undefined where no sequence may begin. */
function sequenceFrom(first: number): readonly [low: number, high: number, length: number] | undefined {
  if (first < 0x80) return [0, 0, 1];
  if (first < 0xc2 || first > 0xf4) return undefined;
  if (first < 0xe0) return [0x80, 0xbf, 2];
  if (first < 0xf0) return [first === 0xe0 ? 0xa0 : 0x80, first === 0xed ? 0x9f : 0xbf, 3];
  return [first === 0xf0 ? 0x90 : 0x80, first === 0xf4 ? 0x8f : 0xbf, 4];
}

/** Where the first byte lies that begins no well-formed sequence, from 0, as Python's `UnicodeDecodeError.start`; −1 for UTF-8. */
export function firstInvalidByte(bytes: Uint8Array): number {
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
