// GPT-2's byte alphabet: a printable character for every byte (openai/gpt-2, encoder.py, `bytes_to_unicode`).

/** Code point of every byte: itself where printable, else 256 and up in order. */
export const byteAlphabet: readonly number[] = (() => {
  const table: number[] = [];
  let next = 256;
  for (let byte = 0; byte < 256; byte++) {
    const printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    table.push(printable ? byte : next++);
  }
  return table;
})();

const characters = byteAlphabet.map((code) => String.fromCharCode(code));
const encoder = new TextEncoder();

/** A text with every UTF-8 byte as one character of the alphabet. */
export function toByteCharacters(text: string): string {
  let result = '';
  for (const byte of encoder.encode(text)) result += characters[byte];
  return result;
}

const bytes = new Map(byteAlphabet.map((code, byte) => [code, byte]));

/** The text behind byte characters; what is not valid UTF-8 becomes U+FFFD, what is no byte character stays. */
export function fromByteCharacters(text: string): string {
  const raw = Array.from(text, (point) => bytes.get(point.codePointAt(0) as number));
  return raw.includes(undefined) ? text : new TextDecoder().decode(Uint8Array.from(raw as number[]));
}
