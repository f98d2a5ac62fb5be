// Tokenizers from disk: a tokenizer.json, a folder that holds one, or a vocab.txt.
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Tokenizer, TokenizerError } from '../tokenizer.ts';
import { tokenizerFromJson } from './text-tokenizer.ts';
import { wordPieceFromVocab } from './word-piece-vocab.ts';

/** @throws TokenizerError for a path that holds no tokenizer, with what was looked for */
export async function loadTokenizer(path: string): Promise<Tokenizer> {
  const info = await stat(path).catch(() => undefined);
  if (!info)
    throw new TokenizerError(
      `loadTokenizer: expected a tokenizer.json, a folder with one, or a vocab.txt, got nothing (${path})`,
    );
  if (info.isDirectory()) {
    const json = await readFile(join(path, 'tokenizer.json'), 'utf8').catch(() => undefined);
    if (json !== undefined) return parse(json, join(path, 'tokenizer.json'));
    const vocab = await readFile(join(path, 'vocab.txt'), 'utf8').catch(() => undefined);
    if (vocab !== undefined) return wordPieceFromVocab(vocab.split(/\r?\n/));
    throw new TokenizerError(
      `loadTokenizer: expected tokenizer.json or vocab.txt in the folder, got neither (${path})`,
    );
  }
  const text = await readFile(path, 'utf8');
  return path.endsWith('.txt') ? wordPieceFromVocab(text.split(/\r?\n/)) : parse(text, path);
}

function parse(text: string, path: string): Tokenizer {
  try {
    return tokenizerFromJson(JSON.parse(text));
  } catch (error) {
    if (error instanceof TokenizerError) throw error;
    throw new TokenizerError(`loadTokenizer: expected JSON, got ${(error as Error).message} (${path})`, {
      cause: error,
    });
  }
}
