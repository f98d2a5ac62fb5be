// Bytes to text piece by piece, never a broken character: what is no text in the encoding is an error with its place.
import { TokenizerError } from '../tokenizer.ts';
import { firstInvalidByte, unfinishedBytes } from './utf8.ts';

/** How bytes are read. */
export interface DecodeBytesOptions {
  /** The encoding's name, as `TextDecoder` knows it. Default UTF-8. */
  readonly encoding?: string | undefined;
  /** Where the bytes come from, for errors. */
  readonly name: string;
  /** Who reads, for errors. Default `corpus`. */
  readonly reader?: string | undefined;
}

/**
 * Text of chunks of bytes, a piece for each; a byte order mark stays.
 * @throws TokenizerError with the place (from 0) of the first byte that is no text, and for an encoding that is not known
 */
export async function* decodeBytes(
  chunks: AsyncIterable<Uint8Array>,
  { encoding = 'utf-8', name, reader = 'corpus' }: DecodeBytesOptions,
): AsyncGenerator<string> {
  let decoder: InstanceType<typeof TextDecoder>;
  try {
    decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  } catch {
    throw new TokenizerError(`${reader}: expected an encoding that TextDecoder knows, got '${encoding}'`);
  }
  const isUtf8 = decoder.encoding === 'utf-8';
  /** Bytes of a character that the next chunk goes on with, and how many bytes came before them. */
  let [tail, before] = [new Uint8Array(0), 0];
  for await (const chunk of chunks) {
    const bytes = tail.length > 0 ? joined(tail, chunk) : chunk;
    let text: string;
    try {
      text = decoder.decode(chunk, { stream: true });
    } catch {
      throw new TokenizerError(
        `${reader}: expected ${encoding}, got another byte at ${before + firstInvalidByte(bytes, encoding)} (${name})\n` +
          'Name the encoding with --encoding, as in --encoding gb18030.',
      );
    }
    const done = bytes.length - (isUtf8 ? unfinishedBytes(bytes) : 0);
    before += done;
    tail = bytes.slice(done);
    yield text;
  }
  try {
    yield decoder.decode();
  } catch {
    throw new TokenizerError(
      `${reader}: expected whole characters, got a text that ends inside one at ${before} (${name})`,
    );
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
