// The hub's cache on disk, shared with Python's huggingface_hub:
// models--org--name/{refs/REVISION, blobs/ETAG, snapshots/COMMIT/PATH → ../../blobs/ETAG}.
// Source: huggingface_hub, "Understand caching".
import { copyFile, mkdir, readdir, readFile, readlink, rename, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { writeFileAtomic } from '../atomic.node.ts';
import { parseWeightMap, readJson } from '../local.node.ts';
import type { Wanted } from './hub-files.ts';

const COMMIT = /^[0-9a-f]{40}$/;

/** One repository's part of the cache. */
export class RepositoryCache {
  readonly dir: string;

  constructor(cacheDir: string, name: string) {
    this.dir = join(cacheDir, `models--${name.replace('/', '--')}`);
  }

  /** Where a blob lies. Only letters, digits, `.`, `_` and `-` become part of a name. */
  blob(etag: string): string {
    return join(this.dir, 'blobs', etag.replace(/[^\w.-]/g, '_').replace(/^\.+/, '_'));
  }

  snapshot(commit: string): string {
    return join(this.dir, 'snapshots', commit);
  }

  /** The commit that a revision had when it was last fetched; a full commit is itself. */
  async commitOf(revision: string): Promise<string | undefined> {
    if (COMMIT.test(revision)) return revision;
    const text = await readFile(join(this.dir, 'refs', revision), 'utf8').catch(() => '');
    return COMMIT.test(text.trim()) ? text.trim() : undefined;
  }

  /** Remembers a revision's commit; called when all files are in place. */
  async setCommit(revision: string, commit: string): Promise<void> {
    // other clients expect the folder even when a commit was asked for
    await mkdir(join(this.dir, 'refs'), { recursive: true });
    if (revision !== commit && (await this.commitOf(revision)) !== commit)
      await writeFileAtomic(join(this.dir, 'refs', revision), commit);
  }

  /** Puts a blob under its name into a snapshot: a relative link, or a copy where links are not allowed. */
  async link(commit: string, path: string, etag: string): Promise<void> {
    const [target, blob] = [join(this.snapshot(commit), path), this.blob(etag)];
    const pointer = relative(dirname(target), blob);
    if ((await readlink(target).catch(() => undefined)) === pointer && (await isThere(target))) return;
    await mkdir(dirname(target), { recursive: true });
    const aside = `${target}.${process.pid}-${Math.random().toString(36).slice(2)}.tmp`;
    try {
      await symlink(pointer, aside).catch(() => copyFile(blob, aside));
      await rename(aside, target);
    } catch (error) {
      await rm(aside, { force: true });
      throw error;
    }
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    (info) => info.isFile(),
    () => false,
  );
}

/** The files that a folder lacks to be a model, or a tokenizer; empty when it is whole. */
export async function missingFiles(dir: string, wanted: Wanted): Promise<string[]> {
  if (wanted === 'tokenizer') {
    const names = await readdir(dir).catch((): string[] => []);
    return names.some((name) => /^(tokenizer\.json|vocab\.(json|txt)|.*\.(model|spm|tiktoken))$/.test(name))
      ? []
      : ['tokenizer.json'];
  }
  const missing = (await isThere(join(dir, 'config.json'))) ? [] : ['config.json'];
  const index = join(dir, 'model.safetensors.index.json');
  if (await isThere(index)) {
    const shards = new Set(parseWeightMap(await readJson(index), dir).values());
    for (const shard of shards) if (!(await isThere(join(dir, shard)))) missing.push(shard);
  } else if (!(await isThere(join(dir, 'model.safetensors')))) missing.push('model.safetensors');
  return missing;
}
