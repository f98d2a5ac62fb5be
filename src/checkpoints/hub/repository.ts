// What the hub says about a repository: its commit, its files, one file's etag. Listings come through @huggingface/hub.
import type { HubApiError } from '@huggingface/hub';
import type { Fetch } from './authorized-fetch.ts';
import { HubError } from './hub-error.ts';
import { type HubFile, requireSafePath } from './hub-files.ts';

/** One repository at one revision. */
export interface RepositoryRequest {
  readonly name: string;
  readonly revision: string;
  readonly endpoint: string;
  readonly fetch: Fetch;
  /** Whether a token was sent: changes the advice of errors. */
  readonly hasToken: boolean;
}

/** A repository's state: the commit and its files under a folder. */
export interface Listing {
  readonly commit: string;
  readonly files: readonly HubFile[];
}

const describe = ({ name, revision, endpoint }: RepositoryRequest): string => `${name}@${revision}, ${endpoint}`;

/** The address of a file at a commit. */
export function fileUrl({ endpoint, name }: RepositoryRequest, commit: string, path: string): string {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return `${endpoint}/${name}/resolve/${commit}/${encoded}`;
}

/** An answer's status as an error that says what to do. */
function statusError(request: RepositoryRequest, status: number, headers?: Headers): HubError {
  const code = headers?.get('x-error-code') ?? '';
  const where = describe(request);
  if (code === 'RevisionNotFound')
    return new HubError('revision-not-found', `hub: expected the revision '${request.revision}', got none (${where})`);
  if (code === 'GatedRepo')
    return new HubError(
      'unauthorized',
      `hub: expected access to a gated repository, got status ${status} (${where})\nAsk for access on ${request.endpoint}/${request.name}, then set HF_TOKEN.`,
    );
  if (status === 401 || status === 403) {
    const advice = request.hasToken
      ? 'The token that was sent does not open it: check HF_TOKEN and the name.'
      : 'There is no such folder here, and the repository is private or does not exist: check the name, or set HF_TOKEN.';
    return new HubError('unauthorized', `hub: expected access, got status ${status} (${where})\n${advice}`);
  }
  if (status === 404)
    return new HubError(
      'repository-not-found',
      `hub: expected a repository, got none of that name or revision (${where})\nThere is no such folder here either: check the name.`,
    );
  return new HubError('network', `hub: expected an answer, got status ${status} (${where}); try again later`);
}

/** Commit and files (of `folder` alone, '' for the root). @throws HubError */
export async function readListing(request: RepositoryRequest, folder: string): Promise<Listing> {
  const { name, revision, endpoint: hubUrl } = request;
  // loaded when needed: most models are local folders
  const { listFiles, modelInfo } = await import('@huggingface/hub');
  let refusal: Response | undefined;
  // the library's errors do not carry headers
  const watching: Fetch = async (url, init) => {
    const response = await request.fetch(url, init);
    refusal = response.ok ? undefined : response;
    return response;
  };
  const fetch = watching as typeof globalThis.fetch;
  const rethrow = (error: unknown): never => {
    if (error instanceof HubError) throw error;
    const status = (error as HubApiError).statusCode;
    if (status !== undefined) throw statusError(request, status, refusal?.headers);
    throw new HubError('network', `hub: expected a listing, got ${(error as Error).message} (${describe(request)})`, {
      cause: error,
    });
  };
  const info = await modelInfo({ name, revision, hubUrl, fetch, additionalFields: ['sha', 'filePaths'] }).catch(
    rethrow,
  );
  const commit = info.sha;
  if (typeof commit !== 'string' || !/^[0-9a-f]{40}$/.test(commit))
    throw new HubError('network', `hub: expected a commit of 40 digits, got '${commit}' (${describe(request)})`);
  const files: HubFile[] = [];
  const listed = async (recursive: boolean): Promise<HubFile[]> => {
    const found: HubFile[] = [];
    const what = { ...(folder === '' ? {} : { path: folder }), ...(recursive ? { recursive } : {}) };
    for await (const entry of listFiles({ repo: { type: 'model', name }, revision: commit, hubUrl, fetch, ...what })) {
      if (entry.type !== 'file') continue;
      const etag = entry.lfs?.oid ?? entry.oid;
      found.push({ path: requireSafePath(entry.path, describe(request)), size: entry.size, ...(etag ? { etag } : {}) });
    }
    return found;
  };
  try {
    const top = await listed(false);
    // modules behind a model lie in folders of their own
    const hasModules = top.some(({ path }) => /(^|\/)modules\.json$/.test(path));
    files.push(...(hasModules ? await listed(true) : top));
  } catch (error) {
    // a mirror without this route still has the names in the repository's description
    const names: unknown[] = Array.isArray(info.filePaths) ? info.filePaths : [];
    const isLacking = [404, 405, 501].includes((error as HubApiError).statusCode);
    if (!isLacking || names.length === 0) return rethrow(error);
    files.push(...names.map((path) => ({ path: requireSafePath(String(path), describe(request)) })));
  }
  return { commit, files };
}

/** A file with the etag and size that its own address tells, where the listing had none. @throws HubError */
export async function withEtag(request: RepositoryRequest, commit: string, file: HubFile): Promise<Required<HubFile>> {
  const { path } = file;
  if (file.etag !== undefined && file.size !== undefined) return { path, etag: file.etag, size: file.size };
  const url = fileUrl(request, commit, path);
  const headers = { 'accept-encoding': 'identity' };
  const response = await request.fetch(url, { method: 'HEAD', redirect: 'manual', headers });
  if (response.status >= 400) throw statusError(request, response.status, response.headers);
  const etag = (response.headers.get('x-linked-etag') ?? response.headers.get('etag') ?? '').replace(/^W\/|"/g, '');
  const size = Number(response.headers.get('x-linked-size') ?? response.headers.get('content-length') ?? Number.NaN);
  if (etag === '' || !Number.isSafeInteger(size))
    throw new HubError('network', `hub: expected an etag and a size of ${path}, got none (${describe(request)})`);
  return { path, etag, size };
}
