// Which names the hub may send, and which files of a repository a model needs.
import { HubError } from './hub-error.ts';

/** What a caller wants of a repository: everything to run the model, or only what cuts text. */
export type Wanted = 'model' | 'tokenizer';

/** A file of a repository. */
export interface HubFile {
  /** Path in the repository. */
  readonly path: string;
  /** Name of its blob in the cache: SHA-256 for large files, git's SHA-1 for small ones; undefined where the listing has none. */
  readonly etag?: string;
  /** Bytes. */
  readonly size?: number;
}

const INDEX = 'model.safetensors.index.json';
const SINGLE = 'model.safetensors';

const TOKENIZER = new Set([
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.json',
  'vocab.txt',
  'merges.txt',
  'chat_template.jinja',
  'chat_template.json',
]);
const TOKENIZER_MODEL = /^[^/]+\.(model|spm|tiktoken)$/;
const MODEL = new Set([
  'config.json',
  'generation_config.json',
  'preprocessor_config.json',
  'processor_config.json',
  'image_processor.json',
  'video_preprocessor_config.json',
  'modules.json',
  'sentence_bert_config.json',
]);
/** What a sentence encoder does behind the model: `1_Pooling`, `2_Dense`, …, with their few weights. */
const MODULE = /^\d+_\w+\/(config\.json|model\.safetensors)$/;
const PICKLE = /\.(bin|pt|pth|ckpt|h5|msgpack)$/;

/** Whether a repository's name is one: `org/name` or `name`, as the hub allows them. */
export function isRepositoryName(name: string): boolean {
  return /^[A-Za-z0-9_][\w.-]{0,95}(\/[A-Za-z0-9_][\w.-]{0,95})?$/.test(name) && !/--|\.\.|[.-](\/|$)/.test(name);
}

/** A path from the hub that stays inside a folder. @throws HubError */
export function requireSafePath(path: string, where: string): string {
  const bad =
    path.length > 1000 ||
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    /[\\\u0000-\u001f:]/.test(path) ||
    path.split('/').some((part) => part === '' || part === '.' || part === '..');
  if (bad)
    throw new HubError(
      'unsafe-name',
      `hub: expected names of files inside the repository, got ${JSON.stringify(path.slice(0, 200))} (${where})`,
    );
  return path;
}

/** The files to fetch before the weights: small, and the index that names the shards. */
export function companions(files: readonly HubFile[], prefix: string, wanted: Wanted): HubFile[] {
  return files.filter(({ path }) => {
    if (!path.startsWith(prefix)) return false;
    const name = path.slice(prefix.length);
    if (TOKENIZER.has(name) || TOKENIZER_MODEL.test(name)) return true;
    if (name === 'config.json') return true;
    return wanted === 'model' && (MODEL.has(name) || MODULE.test(name) || name === INDEX);
  });
}

/** The names of the weights' files: the shards of an index, or the single file. @throws HubError when there are none */
export function weightNames(files: readonly HubFile[], prefix: string, where: string): string[] | 'index' {
  const names = files.filter(({ path }) => path.startsWith(prefix)).map(({ path }) => path.slice(prefix.length));
  if (names.includes(INDEX)) return 'index';
  if (names.includes(SINGLE)) return [SINGLE];
  const pickle = names.find((name) => PICKLE.test(name));
  throw new HubError(
    'file-not-found',
    pickle
      ? `hub: expected ${SINGLE}, got ${pickle}, which is no safetensors file and is never fetched (${where})\n` +
          'Many such repositories have a converted copy under another revision (refs/pr/…); or convert it once, where you trust it, with torch and safetensors.'
      : `hub: expected ${SINGLE} or ${INDEX}, got ${names.slice(0, 10).join(', ') || 'no files'} (${where})`,
  );
}
