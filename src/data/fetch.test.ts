// Data sets over the network, from a server on this machine: whole folders only, continued, verified, shared by processes.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RAW_GITHUB } from './catalogue/entry.ts';
import { fetchDataset } from './fetch.node.ts';
import { dataCache, findDataset, requireDataset, verifyDataset } from './index.node.ts';
import { catalogue, DataError } from './index.ts';

const content: Record<string, Buffer> = {
  'a.txt': Buffer.from('alpha '.repeat(3000)),
  'inner/b.txt': Buffer.from('beta\n'),
};
const files = Object.entries(content).map(([path, bytes]) => ({
  path,
  bytes: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
  url: `${RAW_GITHUB}/org/repo/abc/data/${path}`,
}));
const seen: { url: string; range: string | undefined }[] = [];
let cuts = 0;
let mirror = '';
let server: Server;

beforeAll(async () => {
  server = createServer((request, response) => {
    const { range } = request.headers;
    seen.push({ url: request.url ?? '', range });
    const bytes = content[(request.url ?? '').replace('/org/repo/abc/data/', '')];
    if (!bytes) {
      response.writeHead(404).end();
      return;
    }
    const start = Number(/bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
    const body = bytes.subarray(start);
    const part = start > 0 ? { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {};
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': body.length, ...part });
    if (cuts-- > 0 && body.length > 5000)
      response.write(body.subarray(0, 5000), () => setTimeout(() => response.destroy(), 20));
    else response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const folder = (): string => mkdtempSync(join(tmpdir(), 'tesserae-data-'));
const access = () => ({ mirror, retryDelay: 1 });

test('a set arrives whole, over broken connections, with progress', async () => {
  const dir = join(folder(), 'set');
  const progress: string[] = [];
  cuts = 2;
  const onProgress = ({ file, loaded }: { file: string; loaded: number }): number => progress.push(`${file} ${loaded}`);
  expect(await fetchDataset(dir, { files }, { ...access(), onProgress })).toBe(dir);
  for (const [path, bytes] of Object.entries(content)) expect(readFileSync(join(dir, path)).equals(bytes)).toBe(true);
  expect(seen.map(({ range }) => range)).toEqual([undefined, 'bytes=5000-', 'bytes=10000-', undefined]);
  expect(progress).toContain('set/a.txt 18000');
  expect(readdirSync(join(dir, '..'))).toEqual(['set']);
  expect(readdirSync(dir).sort()).toEqual(['a.txt', 'inner']);
});

test('a wrong checksum or a missing file is a data error and leaves no folder', async () => {
  const dir = join(folder(), 'set');
  const wrong = files.map((file) => ({ ...file, sha256: '0'.repeat(64) }));
  await expect(fetchDataset(dir, { files: wrong }, access())).rejects.toThrow(DataError);
  await expect(fetchDataset(dir, { files: wrong }, access())).rejects.toThrow('expected sha256 0000');
  const missing = [{ ...files[0], path: 'c.txt', url: `${RAW_GITHUB}/org/repo/abc/data/c.txt` }] as typeof files;
  await expect(fetchDataset(dir, { files: missing }, access())).rejects.toThrow('got status 404');
  expect(existsSync(dir)).toBe(false);
});

test('two at once end with one folder', async () => {
  const dir = join(folder(), 'set');
  const both = await Promise.all([fetchDataset(dir, { files }, access()), fetchDataset(dir, { files }, access())]);
  expect(both).toEqual([dir, dir]);
  expect(readFileSync(join(dir, 'a.txt')).equals(content['a.txt'] as Buffer)).toBe(true);
});

test('sets are found in the folders, then in the cache; packed files count as themselves', async () => {
  const [first, second, cacheDir] = [folder(), folder(), folder()];
  expect(await findDataset('sent-en-mr', [first, second], { cacheDir })).toBeUndefined();
  mkdirSync(join(cacheDir, 'data', 'sent-en-mr'), { recursive: true });
  expect(await findDataset('sent-en-mr', [first, second], { cacheDir })).toBe(join(cacheDir, 'data', 'sent-en-mr'));
  const inner = join(second, 'text', 'sent-en-mr');
  mkdirSync(inner, { recursive: true });
  expect(await requireDataset('sent-en-mr', [first, second], { cacheDir })).toBe(inner);
  writeFileSync(join(inner, 'rt-polarity.neg.gz'), gzipSync('bad\n'));
  const checked = await verifyDataset('sent-en-mr', inner);
  expect(checked.map(({ path, location, matches }) => [path, location, matches])).toContainEqual([
    'rt-polarity.neg',
    join(inner, 'rt-polarity.neg.gz'),
    false,
  ]);
  expect(dataCache({ TESSERAE_CACHE: '/c' })).toBe(join('/c', 'data'));
  expect(dataCache({ XDG_CACHE_HOME: '/x' })).toBe(join('/x', 'tesserae', 'data'));
});

test('what cannot be fetched says how to get it; offline fetches nothing', async () => {
  const cacheDir = folder();
  await expect(requireDataset('sent-en-mr', [], { cacheDir, mirror })).rejects.toThrow(
    /sentence_polarity\.zip.*set TESSERAE_DATA/s,
  );
  const offline = requireDataset('sent-en-sst5', [], { cacheDir, mirror, offline: true });
  await expect(offline).rejects.toThrow('Run once without --offline: tesserae data fetch sent-en-sst5');
  await expect(requireDataset('emoji-groups', [], { cacheDir })).rejects.toThrow('comes with npm package');
});

test('the catalogue: sizes, checksums and addresses are well formed, ids are folder names', () => {
  for (const [id, entry] of Object.entries(catalogue)) {
    expect(id).toMatch(/^[a-z0-9-]+$/);
    expect(entry.title && entry.licence && entry.source && entry.task).toBeTruthy();
    const plain = entry.files.every((file) => file.url !== undefined);
    expect(plain || entry.how !== undefined, `${id} says how to get it`).toBe(true);
    for (const { path, bytes, sha256, url } of entry.files) {
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(bytes).toBeGreaterThan(0);
      expect(path).not.toMatch(/^\/|\.\.|\\/);
      if (url !== undefined)
        expect(url).toMatch(/^https:\/\/raw\.githubusercontent\.com\/[\w.-]+\/[\w.-]+\/[0-9a-f]{40}\/\S+$/);
    }
  }
});
