// Lines of a file, encoded one by one.

import type { EncodeOptions, Encoding, Tokenizer } from '../tokenizer.ts';
import { corpusBlocks } from '../training/corpus.node.ts';
import { encodeStream } from './encode-stream.ts';

/** What is read and how. */
export interface EncodeFileOptions extends EncodeOptions {
  /** Each line is JSON with the text in this field. Default `text` for names ending in .jsonl. */
  readonly textField?: string;
  /** The encoding's name, as `TextDecoder` knows it. Default UTF-8. */
  readonly encoding?: string;
}

/**
 * Encodings of the lines of a file (plain or `.gz`, text or JSON Lines, `-` for standard input), in constant memory. Line ends do not
 * belong to the texts.
 * @throws TokenizerError for bytes that are no text, with their place
 */
export async function* encodeFile(
  tokenizer: Tokenizer,
  path: string,
  { textField, encoding, ...options }: EncodeFileOptions = {},
): AsyncGenerator<Encoding> {
  yield* encodeStream(tokenizer, linesOf(path, { textField, encoding }), options);
}

async function* linesOf(
  path: string,
  options: { readonly textField: string | undefined; readonly encoding: string | undefined },
): AsyncGenerator<string> {
  const isJson = options.textField !== undefined || /\.(jsonl|ndjson)(\.gz)?$/.test(path);
  for await (const block of corpusBlocks({ path, bytes: undefined }, options)) {
    if (isJson) {
      yield block;
      continue;
    }
    const lines = block.split('\n');
    if (lines.at(-1) === '') lines.pop();
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line;
  }
}
