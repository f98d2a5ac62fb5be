// How a folder wants bases spelled, and whether it reads bases at all.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readJson } from '../../checkpoints/index.node.ts';
import { loadTokenizer } from '../../tokens/index.node.ts';
import { type Tokenizer, TokenizerError } from '../../tokens/index.ts';
import { type Spelling, spellingFor } from './spelling.ts';

/** The file of a run folder that says it, under `spelling`. */
export const SPELLING_FILE = 'preprocessor_config.json';

async function writtenSpelling(dir: string): Promise<Spelling | undefined> {
  const path = join(dir, SPELLING_FILE);
  const json = existsSync(path) ? await readJson(path) : {};
  return json.spelling as Spelling | undefined;
}

/** As the folder's file says, else as its vocabulary asks. @throws CheckpointError for a file that is no JSON */
export async function spellingIn(dir: string, tokenizer: Tokenizer): Promise<Spelling> {
  return (await writtenSpelling(dir)) ?? spellingFor(tokenizer);
}

/** What has no tokenizer, or a broken one, is told of by whoever opens it for good. */
const tokenizerIn = (dir: string): Promise<Tokenizer | undefined> =>
  loadTokenizer(dir).catch((error: unknown) => {
    if (error instanceof TokenizerError) return undefined;
    throw error;
  });

/**
 * Whether the model of a folder reads bases and no texts: its file says how they are spelled, or its vocabulary is all k-mers of one length.
 * @throws CheckpointError for a file that is no JSON
 */
export async function readsBases(dir: string, known?: Tokenizer): Promise<boolean> {
  if (await writtenSpelling(dir)) return true;
  const tokenizer = known ?? (await tokenizerIn(dir));
  return tokenizer !== undefined && spellingFor(tokenizer).kind === 'kmer';
}
