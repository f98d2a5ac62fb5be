// Standard input line by line, and output in large pieces: pipes of any length in constant memory.
import { DataError } from '../data/index.ts';
import { decodeBytes } from '../tokens/index.ts';
import type { Io } from './command.ts';

/** Standard input as text, piece by piece. @throws TokenizerError with the place of the first byte that is no text in the encoding (UTF-8) */
function stdinTexts(encoding: string | undefined): AsyncGenerator<string> {
  return decodeBytes(process.stdin as AsyncIterable<Uint8Array>, { encoding, name: 'standard input', reader: 'text' });
}

/** All of standard input, without a byte order mark. @throws TokenizerError with the place of the first byte that is no text in the encoding (UTF-8) */
export async function stdinText(encoding?: string): Promise<string> {
  const parts: string[] = [];
  for await (const part of stdinTexts(encoding)) parts.push(part);
  return parts.join('').replace(/^\ufeff/, '');
}

/** A line without the `\r` that stands before its end. */
const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);

/** Lines of a text that are not empty, without their ends. U+2028 and the like are part of a line. */
export function filledLines(text: string): string[] {
  return text
    .split('\n')
    .map(withoutReturn)
    .filter((line) => line !== '');
}

/** Lines of standard input without their ends. U+2028 and the like are part of a line. @throws TokenizerError as {@link stdinText} */
export async function* stdinLines(encoding?: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of stdinTexts(encoding)) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield withoutReturn(line);
  }
  if (rest !== '') yield rest;
}

/** Objects of JSON Lines on standard input, with line numbers from 1; empty lines are skipped. @throws DataError with the line */
export async function* stdinObjects(encoding?: string): AsyncGenerator<{
  readonly line: number;
  readonly value: Record<string, unknown>;
}> {
  let line = 0;
  for await (const raw of stdinLines(encoding)) {
    line++;
    if (raw.trim() === '') continue;
    let value: unknown;
    try {
      value = JSON.parse(raw);
    } catch (error) {
      throw new DataError(`expected a JSON object, got ${(error as Error).message} (standard input, line ${line})`);
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new DataError(`expected a JSON object, got ${raw.slice(0, 60)} (standard input, line ${line})`);
    yield { line, value: value as Record<string, unknown> };
  }
}

const PIECE = 1 << 16;

/** Collects lines and writes them in pieces. Call `end` when done. */
export class LineWriter {
  readonly #io: Io;
  #text = '';

  constructor(io: Io) {
    this.#io = io;
  }

  write(line: string): void {
    this.#text += `${line}\n`;
    if (this.#text.length >= PIECE) this.end();
  }

  end(): void {
    if (this.#text !== '') this.#io.out(this.#text);
    this.#text = '';
  }
}
