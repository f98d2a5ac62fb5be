// A text as byte-level vocabularies spell it.
import { BYTE_CHARACTERS, writeUtf8 } from '../text/utf8.ts';

/** A text with every byte as a printable character. `é → Ã©` */
export function byteCharacters(text: string): string {
  const bytes = new Uint8Array(text.length * 3);
  const length = writeUtf8(text, 0, text.length, bytes, new Int32Array(bytes.length));
  return Array.from(bytes.subarray(0, length), (byte) => BYTE_CHARACTERS[byte]).join('');
}
