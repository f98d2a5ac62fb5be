// Reading a corpus piece by piece: plain or gzip, text or JSONL, FASTA for sequences; each piece holds whole lines with their line ends.
import { createReadStream } from 'node:fs';
import { addAbortSignal, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { decodeBytes } from '../text/decode-bytes.ts';
import { TokenizerError } from '../tokenizer.ts';
import type { CorpusFile } from './inputs.node.ts';

/** How files are read. */
export interface CorpusOptions {
  /** Each line is JSON with the text in this field. Default `text` for names ending in .jsonl. */
  readonly textField?: string | undefined;
  /** The encoding's name, as `TextDecoder` knows it. Default UTF-8. */
  readonly encoding?: string | undefined;
  /** FASTA and FASTQ give whole sequences; other files are lines all the same. */
  readonly sequences?: boolean | undefined;
  /** Ends reading, also while it waits for standard input. */
  readonly signal?: AbortSignal | undefined;
  /** Called with the bytes taken from disk. */
  readonly onBytes?: ((count: number) => void) | undefined;
}

/** Bytes read at once. */
const BLOCK = 2 ** 20;

/** Text in blocks that end with a line end, but for the last. @throws TokenizerError for bytes that are no text, with their place */
export async function* corpusBlocks(file: CorpusFile, options: CorpusOptions = {}): AsyncGenerator<string> {
  const texts = decodeBytes(bytesOf(file, options), { encoding: options.encoding, name: file.path });
  const blocks = wholeLines(texts);
  const name = file.path.replace(/\.gz$/, '');
  const field = options.textField ?? (/\.(jsonl|ndjson)$/.test(name) ? 'text' : undefined);
  if (field !== undefined) yield* jsonTexts(blocks, field, file.path);
  else if (options.sequences) yield* sequences(blocks);
  else yield* blocks;
}

async function* bytesOf(file: CorpusFile, options: CorpusOptions): AsyncGenerator<Buffer> {
  const raw: Readable = file.path === '-' ? process.stdin : createReadStream(file.path, { highWaterMark: BLOCK });
  if (options.signal) addAbortSignal(options.signal, raw);
  raw.on('data', (chunk: Buffer) => options.onBytes?.(chunk.length));
  raw.pause();
  if (!file.path.endsWith('.gz')) {
    yield* raw as AsyncIterable<Buffer>;
    return;
  }
  const unpacked = createGunzip({ chunkSize: BLOCK });
  raw.on('error', (error) => unpacked.destroy(error));
  try {
    yield* raw.pipe(unpacked) as AsyncIterable<Buffer>;
  } catch (error) {
    throw new TokenizerError(`corpus: expected a whole gzip file, got ${(error as Error).message} (${file.path})`, {
      cause: error,
    });
  }
}

async function* wholeLines(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let rest: string[] = [];
  for await (const text of texts) {
    const end = text.lastIndexOf('\n') + 1;
    if (end === 0) {
      rest.push(text);
      continue;
    }
    yield rest.length > 0 ? [...rest, text.slice(0, end)].join('') : text.slice(0, end);
    rest = end < text.length ? [text.slice(end)] : [];
  }
  const last = rest.join('');
  if (last !== '') yield last;
}

async function* jsonTexts(blocks: AsyncIterable<string>, field: string, path: string): AsyncGenerator<string> {
  let line = 0;
  for await (const block of blocks) {
    for (const one of block.split('\n')) {
      line++;
      if (one.trim() === '') continue;
      let value: unknown;
      try {
        value = JSON.parse(one);
      } catch (error) {
        throw new TokenizerError(`corpus: expected JSON, got ${(error as Error).message} (${path}, line ${line})`);
      }
      const text = (value as Record<string, unknown> | null)?.[field];
      if (typeof text !== 'string')
        throw new TokenizerError(
          `corpus: expected a text in the field ${field}, got ${text === undefined ? `only ${Object.keys(value ?? {}).join(', ')}` : typeof text} (${path}, line ${line})`,
        );
      if (text !== '') yield text;
    }
    if (block.endsWith('\n')) line--;
  }
}

/** Sequences of FASTA (`>name`, wrapped lines) and FASTQ (`@name`, sequence, `+`, qualities); other text as it is. */
async function* sequences(blocks: AsyncIterable<string>): AsyncGenerator<string> {
  let kind: '>' | '@' | undefined;
  let begun = false;
  let parts: string[] = [];
  let row = 0;
  for await (const block of blocks) {
    if (!begun) {
      const first = block.trimStart()[0];
      kind = first === '>' || first === '@' ? first : undefined;
      begun = true;
    }
    if (kind === undefined) yield block;
    else
      for (const raw of block.split('\n')) {
        const line = raw.trim();
        if (line === '') continue;
        if (kind === '@') {
          if (row++ % 4 === 1) yield line;
        } else if (line.startsWith('>')) {
          if (parts.length > 0) yield parts.join('');
          parts = [];
        } else if (!line.startsWith(';')) parts.push(line);
      }
  }
  if (parts.length > 0) yield parts.join('');
}
