// Tokenizers from disk: a tokenizer.json, a model folder, vocab.txt, vocab.json with merges.txt, *.tiktoken, *.model.
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Tokenizer, type TokenizerConfig, TokenizerError, type TokenizerJson } from '../tokenizer.ts';
import { readSentencePiece } from './formats/sentencepiece.ts';
import { sentencePieceClassJson } from './formats/sentencepiece-classes.ts';
import { readTiktoken, tiktokenEncoding, tiktokenJson } from './formats/tiktoken.ts';
import { readTokenizerConfig, withConfiguredTokens } from './formats/tokenizer-config.ts';
import { mergesNameOf, readMerges, vocabMergesJson, vocabMergesOptions } from './formats/vocab-merges.ts';
import { tokenizerFromJson } from './text-tokenizer.ts';
import { firstInvalidByte } from './utf8.ts';
import { vocabTxtJson } from './word-piece-vocab.ts';

type Raw = Readonly<Record<string, unknown>>;

const MOST_BYTES = 512 * 2 ** 20;

async function bytesAt(path: string): Promise<Uint8Array | undefined> {
  const info = await stat(path).catch(() => undefined);
  if (!info?.isFile()) return undefined;
  if (info.size > MOST_BYTES)
    throw new TokenizerError(`loadTokenizer: expected at most ${MOST_BYTES} bytes, got ${info.size} (${path})`);
  const bytes = await readFile(path);
  return path.endsWith('.gz') ? gunzipSync(bytes, { maxOutputLength: MOST_BYTES }) : bytes;
}

/** Text of a file. @throws TokenizerError at the first byte that is not UTF-8 */
function textOf(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new TokenizerError(`loadTokenizer: expected UTF-8, got another byte at ${firstInvalidByte(bytes)} (${path})`);
  }
}

async function jsonAt(path: string): Promise<Raw | undefined> {
  const bytes = await bytesAt(path);
  return bytes && parse(textOf(bytes, path), path);
}

/** No tokenizer.json goes deeper than a handful of levels. */
const DEEPEST = 200;

/** Where JSON opens one level more than {@link DEEPEST}, -1 if it does not. A parser would fill memory with what it opened. */
function tooDeepAt(text: string): number {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 34) {
      // A string: to the next quote that an even number of backslashes stands before.
      for (i = text.indexOf('"', i + 1); i > 0; i = text.indexOf('"', i + 1)) {
        let back = i;
        while (text.charCodeAt(back - 1) === 92) back--;
        if ((i - back) % 2 === 0) break;
      }
      if (i < 0) return -1;
    } else if (code === 91 || code === 123) {
      if (++depth > DEEPEST) return i;
    } else if (code === 93 || code === 125) depth--;
  }
  return -1;
}

function parse(text: string, path: string): Raw {
  const deep = tooDeepAt(text);
  if (deep >= 0)
    throw new TokenizerError(
      `loadTokenizer: expected JSON of at most ${DEEPEST} levels, got one more at character ${deep} (${path})`,
    );
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new TokenizerError(`loadTokenizer: expected JSON, got ${(error as Error).message} (${path})`, {
      cause: error,
    });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TokenizerError(`loadTokenizer: expected a JSON object, got ${text.slice(0, 40)} (${path})`);
  return value as Raw;
}

/** What stands beside a vocabulary. */
interface Beside {
  readonly raw: Raw;
  readonly config: TokenizerConfig | undefined;
}

async function beside(folder: string): Promise<Beside> {
  const raw = await jsonAt(join(folder, 'tokenizer_config.json'));
  const map = await jsonAt(join(folder, 'special_tokens_map.json'));
  const template = await bytesAt(join(folder, 'chat_template.jinja'));
  const jinja = template && textOf(template, join(folder, 'chat_template.jinja'));
  return {
    raw: raw ?? {},
    config: raw || map || jinja !== undefined ? readTokenizerConfig(raw ?? {}, map, jinja) : undefined,
  };
}

async function vocabMerges(vocabPath: string, around: Beside): Promise<TokenizerJson> {
  const mergesPath = join(dirname(vocabPath), mergesNameOf(basename(vocabPath)));
  const [vocab, merges] = [await jsonAt(vocabPath), await bytesAt(mergesPath)];
  if (!vocab || !merges)
    throw new TokenizerError(
      `loadTokenizer: expected merges beside the vocabulary, got no ${mergesPath} (${vocabPath})`,
    );
  return vocabMergesJson(
    vocab as Record<string, number>,
    readMerges(textOf(merges, mergesPath)),
    vocabMergesOptions(around.raw),
  );
}

function tiktoken(text: string): TokenizerJson {
  const ranks = readTiktoken(text);
  return tiktokenJson(ranks, tiktokenEncoding(ranks.size));
}

/** Some rank files are called `tokenizer.model` too. */
function modelFile(bytes: Uint8Array, around: Beside, path: string): TokenizerJson {
  const isRanks = /^[A-Za-z0-9+/]+=* \d+\r?\n/.test(String.fromCharCode(...bytes.subarray(0, 200)));
  return isRanks ? tiktoken(textOf(bytes, path)) : sentencePieceClassJson(readSentencePiece(bytes), around.raw);
}

async function fileJson(path: string, around: Beside): Promise<TokenizerJson> {
  const bytes = await bytesAt(path);
  if (!bytes) throw new TokenizerError(`loadTokenizer: expected a file, got something else (${path})`);
  const name = basename(path).replace(/\.gz$/, '');
  if (name.endsWith('.txt')) return vocabTxtJson(textOf(bytes, path), around.raw);
  if (name.endsWith('.tiktoken')) return tiktoken(textOf(bytes, path));
  if (name.endsWith('.model') || name.endsWith('.spm')) return modelFile(bytes, around, path);
  if (/(^|-)vocab\.json$|^encoder\.json$/.test(name)) return vocabMerges(path, around);
  return parse(textOf(bytes, path), path);
}

/** What a folder may hold, the first found is taken. */
const FILES = [
  'tokenizer.json',
  'vocab.txt',
  'vocab.json',
  'tokenizer.model',
  'spiece.model',
  'sentencepiece.bpe.model',
  'spm.model',
  'vocab.tiktoken',
];

/**
 * The tokenizer of a path: `tokenizer.json`, a model folder (with what `tokenizer_config.json` says), `vocab.txt`, `vocab.json` beside
 * `merges.txt`, `*.tiktoken`, or SentencePiece's `*.model`.
 * @throws TokenizerError for a path that holds no tokenizer, with what was looked for
 */
export async function loadTokenizer(path: string): Promise<Tokenizer> {
  const info = await stat(path).catch(() => undefined);
  if (!info)
    throw new TokenizerError(
      `loadTokenizer: expected a tokenizer.json, a folder with one, vocab.txt, vocab.json, *.tiktoken or *.model, got nothing (${path})`,
    );
  const folder = info.isDirectory() ? path : dirname(path);
  let file = path;
  if (info.isDirectory()) {
    const found = await Promise.all(
      FILES.map((name) =>
        stat(join(path, name)).then(
          (one) => one.isFile(),
          () => false,
        ),
      ),
    );
    const name = FILES.find((_, i) => found[i]);
    if (name === undefined)
      throw new TokenizerError(`loadTokenizer: expected one of ${FILES.join(', ')} in the folder, got none (${path})`);
    file = join(path, name);
  }
  // Settings hold for the files of their folder; a lone vocabulary elsewhere stands for itself.
  const around =
    info.isDirectory() || FILES.includes(basename(path)) ? await beside(folder) : { raw: {}, config: undefined };
  const json = withConfiguredTokens(await fileJson(file, around), around.raw);
  return tokenizerFromJson(json, around.config);
}
