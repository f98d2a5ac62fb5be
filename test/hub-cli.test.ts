// Models by name on the command line and in the library: fetched, cached where --cache says, used with --offline.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeSafetensors } from '../src/checkpoints/index.ts';
import { openModel } from '../src/tasks/index.node.ts';
import { cli } from './cli-command.ts';
import { COMMIT, type HubServer, startHub } from './hub-server.ts';

const ROOT = join(import.meta.dirname, '..');
const FIXTURE = join(ROOT, 'test', 'fixtures', 'models', 'BertModel');
const dir = mkdtempSync(join(tmpdir(), 'tesserae-hub-cli-'));
let hub: HubServer;

beforeAll(async () => {
  const files = Object.fromEntries(
    ['config.json', 'model.safetensors'].map((name) => [name, readFileSync(join(FIXTURE, name))]),
  );
  const tokenizer = readFileSync(join(ROOT, 'test', 'fixtures', 'tokenizers', 'char-lower.json'));
  hub = await startHub({ 'org/bert': { files: { ...files, 'tokenizer.json': tokenizer } } });
});
afterAll(() => hub.close());

/** The command line in another process; not `spawnSync`, which would stop the hub. */
function tesserae(args: readonly string[], env: Record<string, string> = {}) {
  return new Promise<{ status: number | null; stdout: string; stderr: string }>((resolve) => {
    const child = spawn(process.execPath, [...cli, ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, HF_ENDPOINT: hub.endpoint, HF_HOME: join(dir, 'home'), HF_TOKEN: '', LANG: 'C', ...env },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => {
      stdout += String(chunk);
    });
    child.stderr.on('data', (chunk) => {
      stderr += String(chunk);
    });
    child.on('exit', (status) => resolve({ status, stdout, stderr }));
  });
}

test('forward and tokenize take a hub name; --cache and --offline hold', async () => {
  const out = join(dir, 'out.safetensors');
  const forward = [
    'forward',
    'org/bert',
    join(FIXTURE, 'inputs.safetensors'),
    '--out',
    out,
    '--want',
    'last_hidden_state',
  ];
  const cache = ['--cache', join(dir, 'cache')];
  const early = await tesserae([...forward, ...cache, '--offline']);
  expect([early.status, early.stderr]).toEqual([1, expect.stringContaining("lacks 'org/bert' at revision 'main'")]);
  expect(hub.requests).toEqual([]);
  const fetched = await tesserae([...forward, ...cache]);
  expect([fetched.stderr, fetched.status]).toEqual([expect.stringContaining('fetching model.safetensors'), 0]);
  expect(existsSync(join(dir, 'home'))).toBe(false);
  expect(readdirSync(join(dir, 'cache', 'hub', 'models--org--bert', 'snapshots'))).toEqual([COMMIT]);
  const { arrays } = decodeSafetensors(readFileSync(out));
  const { arrays: expected } = decodeSafetensors(readFileSync(join(FIXTURE, 'expected.safetensors')));
  expect(arrays.last_hidden_state?.shape).toEqual(expected.last_hidden_state?.shape);
  const count = hub.requests.length;
  const again = await tesserae([...forward, ...cache, '--offline']);
  expect([again.status, again.stderr, hub.requests.length]).toEqual([0, '', count]);
  const tokens = await tesserae(['tokenize', '--tokenizer', 'org/bert', 'abc', '--json']);
  expect([tokens.status, tokens.stderr]).toEqual([0, '']);
  expect(readdirSync(join(dir, 'home', 'hub', 'models--org--bert', 'snapshots', COMMIT))).not.toContain(
    'model.safetensors',
  );
}, 60_000);

test('a name that does not exist, a folder that does not exist', async () => {
  const missing = await tesserae(['trace', 'org/nothing']);
  expect([missing.status, missing.stderr]).toEqual([1, expect.stringContaining('There is no such folder here')]);
  const path = await tesserae(['trace', './nowhere']);
  expect([path.status, path.stderr]).toEqual([1, expect.stringContaining('expected a checkpoint folder, got nothing')]);
}, 60_000);

test('the library takes a name wherever it takes a folder', async () => {
  const options = { endpoint: hub.endpoint, cacheDir: join(dir, 'library'), token: false } as const;
  const open = await openModel('org/bert', options);
  expect(open.dir).toBe(join(dir, 'library', 'models--org--bert', 'snapshots', COMMIT));
  expect(open.model.className).toBe('BertModel');
});
