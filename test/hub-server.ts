// A small Hugging Face hub on this machine, for tests: the routes that clients use, a CDN on another port, and faults on demand.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the servers do wrong; change it between requests. */
export interface Faults {
  /** Cut the connection of a body after so many bytes, as often as `cuts`. */
  cutAfter?: number;
  cuts?: number;
  /** Answer so many requests with 503. */
  unavailable?: number;
  /** Send other bytes than announced for this file. */
  corrupt?: string;
  /** Paths to add to the listing. */
  extraPaths?: string[];
  /** The CDN ignores ranges. */
  noRanges?: boolean;
  /** The CDN gives files a new ETag. */
  cdnEtag?: string;
  /** The tree route does not exist. */
  noTree?: boolean;
}

/** One request as it came. */
export interface SeenRequest {
  readonly server: 'hub' | 'cdn';
  readonly method: string;
  readonly path: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
  readonly authorization: string | undefined;
}

/** A repository by name: files by path. Files above 1 KB count as large and come through the CDN. */
export interface FakeRepository {
  readonly files: Readonly<Record<string, Buffer>>;
  readonly commit?: string;
  /** Needs this token; `gated` answers 403 as the hub does. */
  readonly token?: string;
  readonly gated?: boolean;
}

/** A running fake hub. */
export interface HubServer {
  readonly endpoint: string;
  readonly cdn: string;
  readonly requests: SeenRequest[];
  readonly faults: Faults;
  readonly repositories: Record<string, FakeRepository>;
  close(): Promise<void>;
}

/** The commit of every repository that names none. */
export const COMMIT: string = 'c0ffee00'.repeat(5);
const LARGE = 1024;
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const gitSha1 = (bytes: Buffer): string =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');

/** The name of a file's blob. */
export const etagOf = (bytes: Buffer): string => (bytes.length > LARGE ? sha256(bytes) : gitSha1(bytes));

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Sending {
  readonly etag: string;
  readonly faults: Faults;
}

function bodyOf(request: IncomingMessage, response: ServerResponse, bytes: Buffer, { etag, faults }: Sending): void {
  const { range, 'if-range': ifRange } = request.headers;
  const start = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  const isPart = start > 0 && !faults.noRanges && (ifRange === undefined || ifRange === `"${etag}"`);
  if (isPart && start >= bytes.length) {
    response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
    return;
  }
  const body = isPart ? bytes.subarray(start) : bytes;
  const partial = isPart ? { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {};
  response.writeHead(isPart ? 206 : 200, { etag: `"${etag}"`, 'content-length': body.length, ...partial });
  if (request.method === 'HEAD') response.end();
  else if (faults.cutAfter !== undefined && (faults.cuts ?? 0) > 0 && body.length > faults.cutAfter) {
    faults.cuts = (faults.cuts ?? 0) - 1;
    response.write(body.subarray(0, faults.cutAfter), () => setTimeout(() => response.destroy(), 150));
  } else response.end(body);
}

/** Starts a hub and its CDN. */
export async function startHub(repositories: Record<string, FakeRepository>): Promise<HubServer> {
  const requests: SeenRequest[] = [];
  const faults: Faults = {};
  const note = (server: 'hub' | 'cdn', request: IncomingMessage): void => {
    const { range, authorization } = request.headers;
    const ifRange = request.headers['if-range']?.toString();
    const [method, path] = [request.method ?? '', request.url ?? ''];
    requests.push({ server, method, path, range, authorization, ifRange });
  };
  const content = (name: string, path: string): Buffer | undefined => {
    const bytes = repositories[name]?.files[path];
    if (bytes && faults.corrupt === path) return Buffer.alloc(bytes.length, 0x78);
    return bytes;
  };
  const cdnServer = createServer((request, response) => {
    note('cdn', request);
    const url = new URL(request.url ?? '', 'http://x');
    const bytes = content(url.searchParams.get('repo') ?? '', url.searchParams.get('file') ?? '');
    if (!bytes) response.writeHead(404).end();
    else bodyOf(request, response, bytes, { etag: faults.cdnEtag ?? `cdn-${sha256(bytes).slice(0, 8)}`, faults });
  });
  const cdn = await listen(cdnServer);
  const hubServer = createServer((request, response) => {
    note('hub', request);
    const fail = (status: number, code: string): void => {
      response.writeHead(status, { 'x-error-code': code, 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: code }));
    };
    const json = (value: unknown): void => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    if ((faults.unavailable ?? 0) > 0) {
      faults.unavailable = (faults.unavailable ?? 0) - 1;
      return fail(503, 'Unavailable');
    }
    const asked = new URL(request.url ?? '', 'http://x');
    const path = decodeURIComponent(asked.pathname);
    const route =
      /^\/api\/models\/(?<name>.+?)\/(?<kind>revision|tree)\/(?<rest>.*)$/.exec(path) ??
      /^\/(?<name>.+?)\/(?<kind>resolve)\/(?<rest>.*)$/.exec(path);
    const { name = '', kind = '', rest = '' } = route?.groups ?? {};
    const repository = Object.hasOwn(repositories, name) ? repositories[name] : undefined;
    if (!repository) return fail(request.headers.authorization ? 404 : 401, 'RepoNotFound');
    if (repository.token && request.headers.authorization !== `Bearer ${repository.token}`)
      return repository.gated ? fail(403, 'GatedRepo') : fail(401, 'RepoNotFound');
    const { files, commit = COMMIT } = repository;
    if (kind === 'revision') {
      if (![commit, 'main', 'refs/pr/1'].includes(rest)) return fail(404, 'RevisionNotFound');
      return json({
        _id: 'x',
        id: name,
        sha: commit,
        siblings: Object.keys(files).map((rfilename) => ({ rfilename })),
      });
    }
    if (kind === 'tree') {
      if (faults.noTree) return fail(404, 'NotFound');
      const folder = rest.split('/').slice(1).join('/');
      const isDeep = asked.searchParams.get('recursive') === 'true';
      const inside = Object.entries(files).filter(
        ([file]) => file.startsWith(folder) && (isDeep || !file.slice(folder ? folder.length + 1 : 0).includes('/')),
      );
      const entries = inside.map(([file, bytes]) => ({
        ...{ type: 'file', path: file, size: bytes.length, oid: gitSha1(bytes) },
        ...(bytes.length > LARGE ? { lfs: { oid: sha256(bytes), size: bytes.length, pointerSize: 134 } } : {}),
      }));
      const extra = (faults.extraPaths ?? []).map((one) => ({ type: 'file', path: one, size: 1, oid: '0'.repeat(40) }));
      return json([...entries, ...extra]);
    }
    const file = rest.split('/').slice(1).join('/');
    const bytes = content(name, file);
    const real = files[file];
    if (!bytes || !real) return fail(404, 'EntryNotFound');
    response.setHeader('x-repo-commit', commit);
    if (real.length > LARGE) {
      const query = new URLSearchParams({ repo: name, file, signature: 's3cret' });
      response.writeHead(302, {
        location: `${cdn}/cdn?${query}`,
        'x-linked-etag': `"${sha256(real)}"`,
        'x-linked-size': real.length,
      });
      response.end();
    } else bodyOf(request, response, bytes, { etag: gitSha1(real), faults });
  });
  const endpoint = await listen(hubServer);
  const stop = (server: Server): Promise<void> =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return {
    ...{ endpoint, cdn, requests, faults, repositories },
    close: async () => {
      await Promise.all([stop(hubServer), stop(cdnServer)]);
    },
  };
}
