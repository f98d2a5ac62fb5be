// How a folder wants bases spelled.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readJson } from '../../checkpoints/index.node.ts';
import type { Tokenizer } from '../../tokens/index.ts';
import { type Spelling, spellingFor } from './spelling.ts';

/** The file of a run folder that says it, under `spelling`. */
export const SPELLING_FILE = 'preprocessor_config.json';

/** As the folder's file says, else as its vocabulary asks. @throws CheckpointError for a file that is no JSON */
export async function spellingIn(dir: string, tokenizer: Tokenizer): Promise<Spelling> {
  const path = join(dir, SPELLING_FILE);
  const json = existsSync(path) ? await readJson(path) : {};
  return (json.spelling as Spelling | undefined) ?? spellingFor(tokenizer);
}
