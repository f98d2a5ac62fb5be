// A model by name: a folder of one's own, or a repository of the hub, fetched into the shared cache.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { embeddedModel } from '../embedded.node.ts';
import { parseWeightMap, readJson } from '../local.node.ts';
import { authorizedFetch } from './authorized-fetch.ts';
import { missingFiles, RepositoryCache } from './cache.node.ts';
import { type Checksum, downloadFile } from './download.node.ts';
import { hubSettings } from './environment.node.ts';
import { HubError } from './hub-error.ts';
import { companions, type HubFile, isRepositoryName, requireSafePath, type Wanted, weightNames } from './hub-files.ts';
import type { HubOptions } from './hub-options.ts';
import { fileUrl, type Listing, type RepositoryRequest, readListing, withEtag } from './repository.ts';

/** Downloads at the same time. */
const PARALLEL = 4;

/** What is called so is meant as a file. */
const FILE = /\.(json|jsonl|txt|csv|tsv|model|spm|tiktoken|safetensors|bin|pt|pth|onnx|gz)$/;

/** Splits `org/name@revision`. */
function parseName(name: string): { readonly repository: string; readonly revision?: string } {
  const at = name.indexOf('@');
  return at < 0 ? { repository: name } : { repository: name.slice(0, at), revision: name.slice(at + 1) };
}

/**
 * The local folder of a model. An existing path is itself; `tesserae/name` comes with the package; what else looks like `org/name`,
 * `name` or `org/name@revision` is looked up on the hub and fetched into the cache that Python's `huggingface_hub` shares; anything else
 * is given back as it is, for the caller to find missing. Only the files that running the model takes are fetched; an interrupted download goes on; digests are checked.
 * `await resolveModel('org/name', { revision: 'main' })` gives `~/.cache/huggingface/hub/models--org--name/snapshots/<commit>`.
 * @throws HubError whose `kind` says why; CheckpointError for a name under `tesserae/` that there is not
 */
export async function resolveModel(nameOrFolder: string, options: HubOptions = {}): Promise<string> {
  if (await stat(nameOrFolder).catch(() => undefined)) return nameOrFolder;
  const embedded = await embeddedModel(nameOrFolder);
  if (embedded) return embedded;
  const parsed = parseName(nameOrFolder);
  if (!isRepositoryName(parsed.repository) || FILE.test(nameOrFolder)) return nameOrFolder;
  const settings = hubSettings(process.env);
  const { revision = parsed.revision ?? 'main', subfolder = '' } = options;
  requireSafePath(revision, 'revision');
  if (subfolder !== '') requireSafePath(subfolder, 'subfolder');
  const { endpoint = settings.endpoint, cacheDir = settings.cacheDir, offline = settings.offline } = options;
  const token = options.token === false ? undefined : (options.token ?? settings.token);
  const place: Place = {
    cache: new RepositoryCache(cacheDir, parsed.repository),
    name: parsed.repository,
    revision,
    subfolder,
    wanted: options.wanted ?? 'model',
  };
  if (offline) return fromCache(place, 'offline');
  const { signal, retryDelay } = options;
  const common = { ...(signal ? { signal } : {}), ...(retryDelay === undefined ? {} : { retryDelay }) };
  const request: RepositoryRequest = {
    name: place.name,
    revision,
    endpoint: endpoint.replace(/\/+$/, ''),
    fetch: authorizedFetch({ origin: new URL(endpoint).origin, ...(token ? { token } : {}), ...common }),
    hasToken: token !== undefined,
  };
  let listing: Listing;
  try {
    listing = await readListing(request, subfolder);
  } catch (error) {
    if (!(error instanceof HubError) || error.kind !== 'network') throw error;
    const cached = await fromCache(place, 'unreachable', error);
    options.note?.(`${error.message}; using the copy in the cache (${cached})`);
    return cached;
  }
  return fetchSnapshot(place, request, listing, options);
}

interface Place {
  readonly cache: RepositoryCache;
  readonly name: string;
  readonly revision: string;
  readonly subfolder: string;
  readonly wanted: Wanted;
}

/** The cached folder. @throws HubError that says what is missing */
async function fromCache(place: Place, why: 'offline' | 'unreachable', cause?: HubError): Promise<string> {
  const { cache, name, revision, subfolder, wanted } = place;
  const reason = cause ? `${cause.message}, and the cache` : 'hub: offline, and the cache';
  const kind = why === 'offline' ? 'offline' : 'network';
  const advice =
    why === 'offline' ? 'Run once without --offline and HF_HUB_OFFLINE.' : 'Check the connection and HF_ENDPOINT.';
  const commit = await cache.commitOf(revision);
  const fail = (what: string): HubError =>
    new HubError(kind, `${reason} lacks ${what} (${cache.dir})\n${advice}`, { cause });
  if (commit === undefined) throw fail(`'${name}' at revision '${revision}', and there is no such folder here`);
  const dir = join(cache.snapshot(commit), subfolder);
  const missing = await missingFiles(dir, wanted);
  if (missing.length > 0) throw fail(`${missing.join(', ')} of '${name}' at revision '${revision}'`);
  return dir;
}

async function fetchSnapshot(
  place: Place,
  request: RepositoryRequest,
  { commit, files }: Listing,
  options: HubOptions,
): Promise<string> {
  const { cache, subfolder, wanted, revision } = place;
  const prefix = subfolder === '' ? '' : `${subfolder}/`;
  const where = `${place.name}@${revision}`;
  const dir = join(cache.snapshot(commit), subfolder);
  const small = companions(files, prefix, wanted);
  if (!small.some(({ path }) => wanted === 'tokenizer' || path === `${prefix}config.json`))
    throw new HubError(
      'file-not-found',
      `hub: expected ${wanted === 'model' ? 'config.json' : 'a tokenizer'}, got ${
        files
          .map(({ path }) => path)
          .slice(0, 10)
          .join(', ') || 'no files'
      } (${where})`,
    );
  const weights = wanted === 'model' ? weightNames(files, prefix, where) : [];
  const fetchAll = (some: readonly HubFile[]): Promise<void> =>
    inParallel(some, (file) => fetchFile(place, request, { commit, file }, options));
  await fetchAll(small);
  const names =
    weights === 'index'
      ? [...new Set(parseWeightMap(await readJson(join(dir, 'model.safetensors.index.json')), where).values())]
      : weights;
  const byPath = new Map(files.map((file) => [file.path, file]));
  // weights come last: a folder that has them has everything
  await fetchAll(
    names.map((name) => {
      const file = byPath.get(prefix + name);
      if (!file) throw new HubError('file-not-found', `hub: expected the shard ${name}, got none (${where})`);
      return file;
    }),
  );
  await cache.setCommit(revision, commit);
  return dir;
}

async function inParallel<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      await run(item).catch((error: unknown) => {
        queue.length = 0;
        throw error;
      });
    }
  };
  const results = await Promise.allSettled(Array.from({ length: PARALLEL }, worker));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

function checksumOf(etag: string): Checksum | undefined {
  if (/^[0-9a-f]{64}$/.test(etag)) return { algorithm: 'sha256', hex: etag };
  return /^[0-9a-f]{40}$/.test(etag) ? { algorithm: 'git-sha1', hex: etag } : undefined;
}

async function fetchFile(
  place: Place,
  request: RepositoryRequest,
  { commit, file }: { readonly commit: string; readonly file: HubFile },
  { signal, onProgress, retryDelay }: HubOptions,
): Promise<void> {
  const { path, etag, size } = await withEtag(request, commit, file);
  const checksum = checksumOf(etag);
  await downloadFile({
    url: fileUrl(request, commit, path),
    path: place.cache.blob(etag),
    fetch: request.fetch,
    size,
    ...(checksum ? { checksum } : {}),
    ...(signal ? { signal } : {}),
    ...(retryDelay === undefined ? {} : { retryDelay }),
    ...(onProgress ? { onProgress: (loaded, total) => onProgress({ file: path, loaded, total }) } : {}),
  });
  await place.cache.link(commit, path, etag);
}
