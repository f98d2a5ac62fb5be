// Which files a corpus is: names, patterns with `* ** ? [abc] {a,b}`, and `-` for standard input.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TokenizerError } from '../tokenizer.ts';

/** The regular expression of a pattern over whole paths. */
export function globPattern(pattern: string): RegExp {
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] as string;
    const close = c === '[' ? pattern.indexOf(']', i + 2) : c === '{' ? pattern.indexOf('}', i + 1) : -1;
    if (pattern.startsWith('**/', i)) {
      source += '(?:[^/]+/)*';
      i += 2;
    } else if (c === '*') source += pattern[i + 1] === '*' ? '.*' : '[^/]*';
    else if (c === '?') source += '[^/]';
    else if (c === '[' && close > 0) {
      source += `[${pattern
        .slice(i + 1, close)
        .replace(/^!/, '^')
        .replace(/[\\[]/g, '\\$&')}]`;
      i = close;
    } else if (c === '{' && close > 0) {
      source += `(?:${pattern
        .slice(i + 1, close)
        .split(',')
        .map((one) => one.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
        .join('|')})`;
      i = close;
    } else source += c.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  }
  return new RegExp(`^${source}$`);
}

const isPattern = (name: string): boolean => /[*?[{]/.test(name);

async function matching(pattern: string): Promise<string[]> {
  const parts = pattern.split('/');
  const fixed = parts.slice(0, parts.findIndex(isPattern));
  const base = fixed.length > 0 ? fixed.join('/') || '/' : '.';
  const deep = pattern.includes('**') || parts.length - fixed.length > 1;
  const names = await readdir(base, { recursive: deep, withFileTypes: true }).catch(() => []);
  const test = globPattern(pattern);
  return names
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => (entry.parentPath === '.' ? entry.name : join(entry.parentPath, entry.name)))
    .map((path) => (pattern.startsWith('./') && !path.startsWith('./') ? `./${path}` : path))
    .filter((path) => test.test(path))
    .sort();
}

/** A file of a corpus. */
export interface CorpusFile {
  /** `-` is standard input. */
  readonly path: string;
  /** Bytes on disk; undefined for standard input. */
  readonly bytes: number | undefined;
}

/** The files that names and patterns stand for, patterns in sorted order. @throws TokenizerError for a name that is nothing */
export async function corpusFiles(names: readonly string[]): Promise<CorpusFile[]> {
  if (names.length === 0) throw new TokenizerError('train: expected files of a corpus, got none');
  const files: CorpusFile[] = [];
  for (const name of names) {
    if (name === '-') {
      files.push({ path: name, bytes: undefined });
      continue;
    }
    const info = await stat(name).catch(() => undefined);
    if (info?.isDirectory())
      throw new TokenizerError(
        `train: expected files, got a folder (${name})\nName its files, as in '${join(name, '**/*.txt')}'.`,
      );
    if (info) {
      files.push({ path: name, bytes: info.size });
      continue;
    }
    const found = isPattern(name) ? await matching(name) : [];
    if (found.length === 0)
      throw new TokenizerError(`train: expected a file or a pattern that matches one, got nothing (${name})`);
    for (const path of found) files.push({ path, bytes: (await stat(path)).size });
  }
  return files;
}
