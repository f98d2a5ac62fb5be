// The hub's client against a hub on this machine: cache layout, continuing, checking, tokens, refusals, offline, many at once.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { COMMIT, etagOf, type HubServer, startHub } from '../../../test/hub-server.ts';
import { fromNumbers, toNumbers } from '../../array/index.ts';
import { openCheckpoint, resolveModel } from '../index.node.ts';
import { encodeSafetensors, HubError, type HubErrorKind, isRepositoryName } from '../index.ts';
import { hubSettings } from './environment.node.ts';

const weights = (first: number): Buffer =>
  Buffer.from(encodeSafetensors({ [`w${first}`]: fromNumbers('float32', [5000], new Array(5000).fill(first)) }));
const text = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const model = {
  'config.json': text({ model_type: 'x' }),
  'model.safetensors': weights(1),
  'tokenizer.json': text({ version: '1.0' }),
  'README.md': Buffer.from('# not needed'),
  'pytorch_model.bin': Buffer.alloc(4000),
  'onnx/model.onnx': Buffer.alloc(4000),
  'sub/config.json': text({ model_type: 'inner' }),
  'sub/model.safetensors': weights(2),
};
const sharded = {
  'config.json': text({ model_type: 'x' }),
  'model.safetensors.index.json': text({ weight_map: { w1: 'model-1.safetensors', w2: 'model-2.safetensors' } }),
  'model-1.safetensors': weights(1),
  'model-2.safetensors': weights(2),
  'model-3.safetensors': weights(3),
};

let hub: HubServer;
let cacheDir: string;
const options = () => ({ endpoint: hub.endpoint, cacheDir, token: false as const, retryDelay: 1, offline: false });
const repositoryDir = (name: string): string => join(cacheDir, `models--${name.replace('/', '--')}`);
const cdnRequests = () => hub.requests.filter(({ server }) => server === 'cdn');

beforeEach(async () => {
  hub = await startHub({
    'org/model': { files: model },
    'org/sharded': { files: sharded },
    'org/private': { files: model, token: 'hf_right' },
    'org/gated': { files: model, token: 'hf_right', gated: true },
    'org/pickle': { files: { 'config.json': text({}), 'pytorch_model.bin': Buffer.alloc(10) } },
    single: { files: model },
  });
  cacheDir = mkdtempSync(join(tmpdir(), 'tesserae-hub-'));
});
afterEach(async () => {
  await hub.close();
  rmSync(cacheDir, { recursive: true, force: true });
});

async function refusal(work: Promise<unknown>, kind: HubErrorKind): Promise<string> {
  const error = await work.then(
    () => expect.fail('it succeeded'),
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(HubError);
  expect((error as HubError).kind).toBe(kind);
  return (error as HubError).message;
}

test('a model comes into the cache as Python lays it out, needed files only, and is not fetched twice', async () => {
  const seen: string[] = [];
  const dir = await resolveModel('org/model', { ...options(), onProgress: ({ file }) => seen.push(file) });
  expect(dir).toBe(join(repositoryDir('org/model'), 'snapshots', COMMIT));
  expect(readdirSync(dir).sort()).toEqual(['config.json', 'model.safetensors', 'tokenizer.json']);
  expect(readFileSync(join(repositoryDir('org/model'), 'refs', 'main'), 'utf8')).toBe(COMMIT);
  for (const name of readdirSync(dir)) {
    const etag = etagOf(model[name as keyof typeof model]);
    expect(readlinkSync(join(dir, name))).toBe(join('..', '..', 'blobs', etag));
    expect(readFileSync(join(dir, name)).equals(model[name as keyof typeof model])).toBe(true);
  }
  expect(readdirSync(join(repositoryDir('org/model'), 'blobs')).length).toBe(3);
  expect(seen).toContain('model.safetensors');
  const source = await openCheckpoint(dir);
  expect(toNumbers(await source.read('w1'))[0]).toBe(1);
  await source.close();
  hub.requests.length = 0;
  expect(await resolveModel('org/model', options())).toBe(dir);
  expect(hub.requests.filter(({ path }) => path.includes('resolve'))).toEqual([]);
});

test('shards are those of the index; subfolders, revisions, plain names', async () => {
  const dir = await resolveModel('org/sharded', options());
  expect(readdirSync(dir).filter((name) => name.endsWith('.safetensors'))).toEqual([
    'model-1.safetensors',
    'model-2.safetensors',
  ]);
  const inner = await resolveModel('org/model', { ...options(), subfolder: 'sub' });
  expect(JSON.parse(readFileSync(join(inner, 'config.json'), 'utf8'))).toEqual({ model_type: 'inner' });
  expect(readlinkSync(join(inner, 'config.json'))).toBe(
    join('..', '..', '..', 'blobs', etagOf(model['sub/config.json'])),
  );
  await resolveModel('single@refs/pr/1', options());
  expect(readFileSync(join(cacheDir, 'models--single', 'refs', 'refs', 'pr', '1'), 'utf8')).toBe(COMMIT);
  await resolveModel('org/model', { ...options(), revision: COMMIT });
  expect(existsSync(join(repositoryDir('org/model'), 'refs', COMMIT))).toBe(false);
  const tokenizer = await resolveModel('org/private', { ...options(), token: 'hf_right', wanted: 'tokenizer' });
  expect(readdirSync(tokenizer).sort()).toEqual(['config.json', 'tokenizer.json']);
});

test('what a sentence encoder does behind its model comes along', async () => {
  const own = {
    'modules.json': text([{ path: '' }, { path: '1_Pooling' }, { path: '2_Dense' }]),
    '1_Pooling/config.json': text({ pooling_mode: 'mean' }),
    '2_Dense/config.json': text({ in_features: 2 }),
    '2_Dense/model.safetensors': Buffer.alloc(2000, 7),
    '2_Dense/pytorch_model.bin': Buffer.alloc(2000),
    'onnx/model.onnx': Buffer.alloc(2000),
  };
  hub.repositories['org/sentences'] = { files: { ...model, ...own } };
  const dir = await resolveModel('org/sentences', options());
  expect(readFileSync(join(dir, '2_Dense/model.safetensors')).equals(own['2_Dense/model.safetensors'])).toBe(true);
  expect(readdirSync(join(dir, '1_Pooling'))).toEqual(['config.json']);
  expect(readdirSync(dir).sort()).toEqual([
    ...['1_Pooling', '2_Dense', 'config.json', 'model.safetensors', 'modules.json', 'tokenizer.json'],
  ]);
  expect(readdirSync(join(dir, '2_Dense')).sort()).toEqual(['config.json', 'model.safetensors']);
});

test('a folder is itself; what is no name is left to the caller', async () => {
  expect(await resolveModel(cacheDir, options())).toBe(cacheDir);
  for (const path of ['./nowhere', '/nowhere/at/all', 'a/b/c', '..', 'runs/x.', 'a\\b', ''])
    expect(await resolveModel(path, options())).toBe(path);
  expect(hub.requests).toEqual([]);
  expect(['gpt2', 'org/name', 'a.b/c_d-1'].every(isRepositoryName)).toBe(true);
  expect(['a--b', '../x', 'x/..', '-a', 'a/b/c', 'a/', '.a', 'a.', 'a/b.'].some(isRepositoryName)).toBe(false);
  await refusal(resolveModel('org/model', { ...options(), revision: '../../x' }), 'unsafe-name');
  await refusal(resolveModel('org/model', { ...options(), subfolder: '../sub' }), 'unsafe-name');
});

test('a broken download goes on where it stopped, within a call and after it', async () => {
  Object.assign(hub.faults, { cutAfter: 6000, cuts: 2 });
  await resolveModel('org/model', options());
  expect(cdnRequests().map(({ range }) => range)).toEqual([undefined, 'bytes=6000-', 'bytes=12000-']);
  expect(cdnRequests()[1]?.ifRange).toMatch(/^"cdn-/);
  rmSync(repositoryDir('org/model'), { recursive: true });
  hub.requests.length = 0;
  Object.assign(hub.faults, { cutAfter: 3000, cuts: 99 });
  const controller = new AbortController();
  const onProgress = ({ file, loaded }: { file: string; loaded: number }): void => {
    if (file === 'model.safetensors' && loaded >= 6000) controller.abort(new Error('enough'));
  };
  const broken = resolveModel('org/model', { ...options(), onProgress, signal: controller.signal });
  await expect(broken).rejects.toThrow('enough');
  expect(existsSync(join(repositoryDir('org/model'), 'refs', 'main'))).toBe(false);
  hub.requests.length = 0;
  hub.faults.cuts = 0;
  const dir = await resolveModel('org/model', options());
  expect(cdnRequests().map(({ range }) => range)).toEqual([expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
  expect(readFileSync(join(dir, 'model.safetensors')).equals(model['model.safetensors'])).toBe(true);
  expect(readdirSync(join(repositoryDir('org/model'), 'blobs')).filter((name) => name.includes('incomplete'))).toEqual(
    [],
  );
});

test('a part that does not fit any more is thrown away', async () => {
  const blob = join(repositoryDir('org/model'), 'blobs', etagOf(model['model.safetensors']));
  mkdirSync(join(blob, '..'), { recursive: true });
  // a part of a process that is gone, with other bytes; no etag beside it
  const orphan = (): void => writeFileSync(`${blob}.incomplete`, randomBytes(5000));
  orphan();
  const dir = await resolveModel('org/model', options());
  expect(cdnRequests().map(({ range }) => range)).toEqual(['bytes=5000-', undefined]);
  expect(readFileSync(join(dir, 'model.safetensors')).equals(model['model.safetensors'])).toBe(true);
  rmSync(blob);
  hub.requests.length = 0;
  // the right first half, as another client left it
  writeFileSync(`${blob}.incomplete`, model['model.safetensors'].subarray(0, 9000));
  await resolveModel('org/model', options());
  expect(cdnRequests().map(({ range }) => range)).toEqual(['bytes=9000-']);
  rmSync(blob);
  hub.requests.length = 0;
  // what a process that was killed left: inherited, not copied
  const left = `${blob}.${hostname().replace(/[^\w-]/g, '') || 'host'}-999999999-0.incomplete`;
  writeFileSync(left, model['model.safetensors'].subarray(0, 7000));
  await resolveModel('org/model', options());
  expect(cdnRequests().map(({ range }) => range)).toEqual(['bytes=7000-']);
  expect(existsSync(left)).toBe(false);
  rmSync(blob);
  hub.requests.length = 0;
  hub.faults.noRanges = true;
  orphan();
  await resolveModel('org/model', options());
  expect(cdnRequests()).toHaveLength(1);
});

test('a file that changed meanwhile is fetched anew, by its etag', async () => {
  Object.assign(hub.faults, { cutAfter: 6000, cuts: 99, cdnEtag: 'one' });
  const controller = new AbortController();
  const onProgress = ({ loaded }: { loaded: number }): void => {
    if (loaded >= 6000) controller.abort(new Error('enough'));
  };
  await expect(resolveModel('org/model', { ...options(), onProgress, signal: controller.signal })).rejects.toThrow();
  Object.assign(hub.faults, { cuts: 0, cdnEtag: 'two' });
  hub.requests.length = 0;
  await resolveModel('org/model', options());
  expect(cdnRequests().map(({ ifRange }) => ifRange)).toEqual(['"one"']);
});

test.each(['model.safetensors', 'config.json'])('a damaged %s is never kept', async (path) => {
  hub.faults.corrupt = path;
  const message = await refusal(resolveModel('org/model', options()), 'checksum');
  expect(message).toContain(path === 'config.json' ? 'git-sha1' : 'sha256');
  const kept = readdirSync(join(repositoryDir('org/model'), 'blobs'));
  expect(kept).not.toContain(etagOf(model[path as keyof typeof model]));
  expect(kept.filter((name) => name.includes('incomplete'))).toEqual([]);
});

test('tokens go to the hub and to nobody else; refusals say what to do', async () => {
  const open = await resolveModel('org/private', { ...options(), token: 'hf_right' });
  expect(existsSync(join(open, 'model.safetensors'))).toBe(true);
  expect(
    hub.requests.filter(({ server }) => server === 'hub').every((one) => one.authorization === 'Bearer hf_right'),
  ).toBe(true);
  expect(cdnRequests().length).toBeGreaterThan(0);
  expect(cdnRequests().filter(({ authorization }) => authorization !== undefined)).toEqual([]);
  expect(await refusal(resolveModel('org/private', options()), 'unauthorized')).toContain('set HF_TOKEN');
  const wrong = resolveModel('org/private', { ...options(), token: 'other' });
  expect(await refusal(wrong, 'unauthorized')).toContain('The token that was sent does not open it');
  expect(await refusal(resolveModel('org/gated', options()), 'unauthorized')).toContain('gated');
  expect(await refusal(resolveModel('org/nothing', options()), 'unauthorized')).toContain('check the name');
  await refusal(resolveModel('org/nothing', { ...options(), token: 'hf_right' }), 'repository-not-found');
  await refusal(resolveModel('org/model', { ...options(), revision: 'v9' }), 'revision-not-found');
  expect(await refusal(resolveModel('org/pickle', options()), 'file-not-found')).toContain('pytorch_model.bin');
});

test.each(['../evil', 'a/../../evil', '/etc/passwd', 'a\\b', 'C:evil', 'x/./y', 'a//b', 'a\0b'])(
  'the name %j is refused',
  async (path) => {
    hub.faults.extraPaths = [path];
    await refusal(resolveModel('org/model', options()), 'unsafe-name');
    expect(existsSync(repositoryDir('org/model'))).toBe(false);
  },
);

test('an index that leaves the folder is refused', async () => {
  const index = text({ weight_map: { w1: '../../../evil.safetensors' } });
  hub.repositories['org/evil'] = { files: { ...sharded, 'model.safetensors.index.json': index } };
  await expect(resolveModel('org/evil', options())).rejects.toThrow('names of safetensors files in the same folder');
});

test('offline: the cache alone, and what it lacks by name', async () => {
  const offline = () => ({ ...options(), offline: true });
  expect(await refusal(resolveModel('org/model', offline()), 'offline')).toContain(
    "lacks 'org/model' at revision 'main'",
  );
  const dir = await resolveModel('org/sharded', options());
  hub.requests.length = 0;
  expect(await resolveModel('org/sharded', offline())).toBe(dir);
  expect(await resolveModel('org/sharded', { ...offline(), revision: COMMIT })).toBe(dir);
  rmSync(realpathSync(join(dir, 'model-2.safetensors')));
  expect(await refusal(resolveModel('org/sharded', offline()), 'offline')).toContain('lacks model-2.safetensors');
  await refusal(resolveModel('org/sharded', { ...offline(), revision: 'v2' }), 'offline');
  expect(hub.requests).toEqual([]);
});

test('a hub that cannot be reached: the cache with a note, else an error', async () => {
  const dir = await resolveModel('org/model', options());
  hub.faults.unavailable = 2;
  expect(await resolveModel('org/model', options())).toBe(dir);
  hub.faults.unavailable = 99;
  const notes: string[] = [];
  expect(await resolveModel('org/model', { ...options(), note: (one) => notes.push(one) })).toBe(dir);
  expect(notes[0]).toContain('using the copy in the cache');
  expect(await refusal(resolveModel('org/sharded', options()), 'network')).toContain('and the cache lacks');
  const endpoint = 'http://127.0.0.1:9';
  expect(await refusal(resolveModel('org/sharded', { ...options(), endpoint }), 'network')).toContain('127.0.0.1:9');
});

test('a mirror without the tree route: names from the description, etags from HEAD', async () => {
  hub.faults.noTree = true;
  const dir = await resolveModel('org/model', options());
  expect(readFileSync(join(dir, 'model.safetensors')).equals(model['model.safetensors'])).toBe(true);
  expect(hub.requests.some(({ method }) => method === 'HEAD')).toBe(true);
});

test('a new commit leaves the old snapshot alone', async () => {
  const old = await resolveModel('org/model', options());
  const commit = '1'.repeat(40);
  hub.repositories['org/model'] = { files: { ...model, 'config.json': text({ model_type: 'y' }) }, commit };
  const fresh = await resolveModel('org/model', options());
  expect(fresh).not.toBe(old);
  expect(JSON.parse(readFileSync(join(old, 'config.json'), 'utf8'))).toEqual({ model_type: 'x' });
  expect(cdnRequests()).toHaveLength(1);
  expect(lstatSync(join(fresh, 'model.safetensors')).isSymbolicLink()).toBe(true);
});

test('many calls and processes at once', async () => {
  Object.assign(hub.faults, { cutAfter: 7000, cuts: 6 });
  const script = `import { resolveModel } from ${JSON.stringify(join(import.meta.dirname, '..', 'index.node.ts'))};
    console.log(await resolveModel('org/sharded', ${JSON.stringify({ ...options(), token: false })}));`;
  const other = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
        stdio: 'pipe',
      });
      let [out, err] = ['', ''];
      child.stdout.on('data', (chunk) => (out += String(chunk)));
      child.stderr.on('data', (chunk) => (err += String(chunk)));
      child.on('exit', (code) => (code === 0 ? resolve(out.trim()) : reject(new Error(err))));
    });
  const own = Array.from({ length: 3 }, () => resolveModel('org/sharded', options()));
  const dirs = await Promise.all([...own, other(), other()]);
  expect(new Set(dirs).size).toBe(1);
  for (const [name, bytes] of Object.entries(sharded).slice(0, 4))
    expect(readFileSync(join(dirs[0] as string, name)).equals(bytes)).toBe(true);
  expect(readdirSync(join(repositoryDir('org/sharded'), 'blobs')).length).toBe(4);
}, 30_000);

test('settings from the environment', () => {
  const home = mkdtempSync(join(tmpdir(), 'tesserae-home-'));
  writeFileSync(join(home, 'token'), 'hf_file\n');
  expect(hubSettings({ HF_HOME: home })).toEqual({
    ...{ endpoint: 'https://huggingface.co', cacheDir: join(home, 'hub'), offline: false, token: 'hf_file' },
  });
  const all = {
    HF_HOME: home,
    HF_ENDPOINT: 'https://m.example/',
    HF_TOKEN: 't',
    HF_HUB_OFFLINE: '1',
    HF_HUB_CACHE: '/c',
  };
  expect(hubSettings(all)).toEqual({ endpoint: 'https://m.example', cacheDir: '/c', offline: true, token: 't' });
  expect(hubSettings({ ...all, TESSERAE_CACHE: '/t' }).cacheDir).toBe(join('/t', 'hub'));
  expect(hubSettings({ XDG_CACHE_HOME: '/x' }).cacheDir).toBe(join('/x', 'huggingface', 'hub'));
});
