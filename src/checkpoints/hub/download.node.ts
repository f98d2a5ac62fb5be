// One file from the network: continued where it broke off, checked, and moved into place whole.
// A partial file carries its owner's process and thread in its name. An owner that is gone is inherited from by a rename, which only one
// heir can win; so processes need no locks and never write into one file together.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import {
  copyFile,
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { isFullDisk, syncFolder } from '../atomic.node.ts';
import { type Fetch, hostOf, pause } from './authorized-fetch.ts';
import { HubError } from './hub-error.ts';

/** A digest that a file must have: SHA-256 of its bytes, or SHA-1 as git takes it of a blob; in hexadecimal. */
export interface Checksum {
  readonly algorithm: 'sha256' | 'git-sha1';
  readonly hex: string;
}

/** What to fetch, and where it ends up. */
export interface DownloadRequest {
  readonly url: string;
  /** Of the finished file; partial ones lie beside it. */
  readonly path: string;
  readonly fetch: Fetch;
  readonly size?: number;
  readonly checksum?: Checksum;
  readonly signal?: AbortSignal;
  /** Bytes so far and in all, where known. */
  readonly onProgress?: (loaded: number, total: number | undefined) => void;
  /** First pause before going on after a lost connection, in ms. Default 500. */
  readonly retryDelay?: number;
}

/** Lost connections in a row, without a byte gained, before giving up. */
const TRIES = 4;
/** Longest silence inside a body, in ms. */
const STALL = 60_000;

const running = new Map<string, Promise<void>>();
const host = hostname().replace(/[^\w-]/g, '') || 'host';

/** Fetches a file unless it is there. Calls for one path in one process share the work. @throws HubError, and what the disk throws */
export function downloadFile(request: DownloadRequest): Promise<void> {
  const { path } = request;
  const shared = running.get(path);
  if (shared) return shared;
  const work = obtain(request).finally(() => running.delete(path));
  running.set(path, work);
  return work;
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

async function obtain(request: DownloadRequest): Promise<void> {
  const { path, checksum } = request;
  if (await exists(path)) return;
  await mkdir(dirname(path), { recursive: true });
  const partial = await claimPartial(path, checksum !== undefined);
  for (let fresh = false; ; fresh = true) {
    await complete(partial, request);
    const found = checksum && (await digest(partial, checksum.algorithm));
    if (found === checksum?.hex) break;
    await rm(partial, { force: true });
    await rm(etagOf(partial), { force: true });
    // a part that was inherited may be at fault: once more from the start
    if (fresh)
      throw new HubError(
        'checksum',
        `download: expected ${checksum?.algorithm} ${checksum?.hex}, got ${found} (${describe(request)}); the source or the way to it is damaged, nothing was kept`,
      );
  }
  await rename(partial, path);
  await rm(etagOf(partial), { force: true });
  await syncFolder(dirname(path));
}

function describe({ url, path }: DownloadRequest): string {
  return `${basename(path)} from ${hostOf(url)}`;
}

const etagOf = (partial: string): string => `${partial}.etag`;

/** This thread's partial file: its own from before, that of a process that is gone, or a new name. */
async function claimPartial(path: string, isChecked: boolean): Promise<string> {
  const own = `${path}.${host}-${process.pid}-${threadId}.incomplete`;
  if (await exists(own)) return own;
  const start = `${basename(path)}.${host}-`;
  const orphans = (await readdir(dirname(path))).filter(
    (name) => name.startsWith(start) && name.endsWith('.incomplete'),
  );
  for (const name of orphans) {
    const pid = Number(name.slice(start.length).split('-')[0]);
    if (isAlive(pid)) continue;
    const orphan = join(dirname(path), name);
    const won = await rename(orphan, own).then(
      () => true,
      () => false,
    );
    if (!won) continue;
    await rename(etagOf(orphan), etagOf(own)).catch(() => undefined);
    return own;
  }
  // the Python client's partial file may still be written to: copied, not taken. The checksum tells whether it was good
  if (isChecked) await copyFile(`${path}.incomplete`, own).catch(() => undefined);
  return own;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Brings the partial file to its full size, over several connections if need be. */
async function complete(partial: string, request: DownloadRequest): Promise<void> {
  const { signal, retryDelay = 500 } = request;
  const file = await open(partial, 'a+');
  try {
    for (let failures = 0; ; ) {
      const before = (await file.stat()).size;
      try {
        await transfer(file, partial, request);
        await file.sync();
        return;
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof HubError) throw error;
        if (isFullDisk(error))
          throw new HubError(
            'disk-full',
            `download: expected room for ${request.size ?? 'the'} bytes, the disk or quota is full (${partial}); make room and run again, it goes on from there`,
            { cause: error },
          );
        failures = (await file.stat()).size > before ? 1 : failures + 1;
        if (failures === TRIES)
          throw new HubError(
            'network',
            `download: expected ${request.size ?? 'more'} bytes, got ${(await file.stat()).size} before the connection broke (${describe(request)}); run again to go on from there`,
            { cause: error },
          );
        await pause(retryDelay * 2 ** (failures - 1), signal);
      }
    }
  } finally {
    await file.close();
  }
}

/** One connection: asks for what is missing, appends what comes. */
async function transfer(file: FileHandle, partial: string, request: DownloadRequest): Promise<void> {
  const { size, url, fetch, signal, onProgress } = request;
  let have = (await file.stat()).size;
  if (size !== undefined && have > size) {
    await file.truncate(0);
    have = 0;
  }
  if (have === size) return onProgress?.(have, size);
  const etag = have > 0 ? await readFile(etagOf(partial), 'utf8').catch(() => undefined) : undefined;
  if (have > 0 && !etag && !request.checksum) {
    // nothing would tell whether the part fits what is there now
    await file.truncate(0);
    have = 0;
  }
  const stall = new AbortController();
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (have > 0) headers.range = `bytes=${have}-`;
  if (etag) headers['if-range'] = etag;
  const response = await fetch(url, { headers, signal: stall.signal });
  if (response.status === 416) {
    // what is here is not the start of what is there, or all of it
    await response.body?.cancel();
    if (response.headers.get('content-range') === `bytes */${have}` && size === undefined) return;
    await file.truncate(0);
    throw new Error('the range was refused');
  }
  if (!response.ok) throw await statusError(response, request);
  const start =
    response.status === 206 ? Number(/^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1]) : 0;
  if (start !== have) {
    await file.truncate(0);
    if (start !== 0) {
      await response.body?.cancel();
      throw new Error('another range than asked for');
    }
    have = 0;
  }
  const strong = response.headers.get('etag');
  if (strong && !strong.startsWith('W/')) await writeFile(etagOf(partial), strong);
  const length = Number(response.headers.get('content-length') ?? Number.NaN);
  const total = size ?? (Number.isNaN(length) ? undefined : have + length);
  onProgress?.(have, total);
  let timer = setTimeout(() => undefined, 0);
  const rearm = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => stall.abort(new Error(`nothing came for ${STALL / 1000} s`)), STALL);
  };
  try {
    rearm();
    for await (const chunk of response.body ?? []) {
      signal?.throwIfAborted();
      rearm();
      have += chunk.byteLength;
      if (total !== undefined && have > total)
        throw new HubError('checksum', `download: expected ${total} bytes, got more (${describe(request)})`);
      await file.appendFile(chunk);
      onProgress?.(have, total);
    }
  } finally {
    clearTimeout(timer);
  }
  if (total !== undefined && have < total) throw new Error(`the body ended after ${have} of ${total} bytes`);
}

async function statusError(response: Response, request: DownloadRequest): Promise<HubError> {
  const { status } = response;
  await response.body?.cancel();
  const kind = status === 401 || status === 403 ? 'unauthorized' : status === 404 ? 'file-not-found' : 'network';
  return new HubError(kind, `download: expected the file, got status ${status} (${describe(request)})`);
}

/** A file's digest in hexadecimal, read in pieces. */
export async function digest(path: string, algorithm: Checksum['algorithm']): Promise<string> {
  const hash = createHash(algorithm === 'sha256' ? 'sha256' : 'sha1');
  if (algorithm === 'git-sha1') hash.update(`blob ${(await stat(path)).size}\0`);
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
