// The command line as people and scripts meet it: exit codes, channels, messages, one whole small run.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { cli } from './cli-command.ts';

const ROOT = join(import.meta.dirname, '..');
const dir = mkdtempSync(join(tmpdir(), 'tesserae-cli-'));
const run = join(dir, 'run');

function tesserae(args: readonly string[], options: { input?: string; env?: Record<string, string> } = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...cli, ...args], {
    encoding: 'utf8',
    cwd: ROOT,
    input: options.input ?? '',
    env: { ...process.env, TESSERAE_DATA: '', LANG: 'C', LC_ALL: '', ...options.env },
  });
  return { status, stdout, stderr };
}

beforeAll(() => {
  const rows = Array.from(
    { length: 120 },
    (_, i) => `${i % 2 ? '我喜欢 good fine' : '不好 bad poor'} ${i % 11},${i % 2 ? 'up' : 'down'}`,
  );
  writeFileSync(join(dir, 'data.csv'), `text,label\n${rows.join('\n')}\n`);
  const settings = {
    'data.id': join(dir, 'data.csv'),
    'train.steps': 120,
    'train.learningRate': 0.004,
    'model.dropout': 0,
    'train.warmup': 5,
    'train.evaluateEvery': 30,
    'model.dim': 32,
    'model.layers': 1,
    'model.ffnDim': 32,
  };
  const { status, stderr } = tesserae([
    'train',
    'emoji-groups',
    '--out',
    run,
    ...Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`]),
  ]);
  expect(stderr).toContain('step 120/120');
  expect(status).toBe(0);
}, 120_000);

test('help in two languages, version, unknown commands', () => {
  expect(tesserae(['--help']).stdout).toContain('tesserae COMMAND');
  expect(tesserae(['--help'], { env: { LANG: 'zh_CN.UTF-8' } }).stdout).toContain('用法');
  expect(tesserae(['--version']).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  const wrong = tesserae(['trian']);
  expect([wrong.status, wrong.stderr]).toEqual([
    2,
    expect.stringContaining("expected a command, got 'trian'; did you mean train"),
  ]);
  expect(tesserae(['train']).status).toBe(2);
  expect(tesserae(['train', 'emoji-groups', '--set', 'train.stepz=1']).stderr).toContain("got 'stepz'");
  expect(tesserae(['predict', run, 'x', '--bogus']).status).toBe(2);
});

test('a run is measured, answers, and can be looked into', () => {
  const measured = JSON.parse(tesserae(['evaluate', run, '--json']).stdout) as {
    accuracy: number;
    baselines: Record<string, number>;
    confusion: number[][];
  };
  expect(measured.accuracy).toBeGreaterThan(0.95);
  expect(Object.keys(measured.baselines)).toEqual(['majority_class', 'logistic_regression']);
  expect(JSON.parse(tesserae(['predict', run, '我喜欢', 'bad', '--json']).stdout)).toMatchObject([
    { label: 'up' },
    { label: 'down' },
  ]);
  expect(JSON.parse(tesserae(['predict', run, '--jsonl'], { input: '{"text":"good"}\n' }).stdout)).toMatchObject({
    label: 'up',
  });
  const html = join(dir, 'page.html');
  const { capture: id, ...seen } = JSON.parse(
    tesserae(['inspect', run, 'good </script><b>', '--html', html, '--json']).stdout,
  ) as {
    capture: string;
    tokens: string[];
    attentions: number[][][][];
  };
  const page = readFileSync(html, 'utf8');
  expect(page).not.toMatch(/https?:\/\/|<b>/);
  const capture = JSON.parse(
    /<script type="application\/json" id="capture">(.*?)<\/script>/.exec(page)?.[1] as string,
  ) as typeof seen;
  expect(capture).toEqual(seen);
  expect(id).toMatch(/^[0-9a-f]{8}$/);
  expect(/<footer>.* (\w+)<\/footer>/.exec(page)?.[1]).toBe(id);
  for (const row of seen.attentions.flat(2)) expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
});

test('a run folder is a checkpoint with a tokenizer, records and a card', () => {
  for (const file of [
    'config.json',
    'model.safetensors',
    'tokenizer.json',
    'tokenizer_config.json',
    'README.md',
    'run.json',
    'metrics.jsonl',
  ]) {
    expect(existsSync(join(run, file)), file).toBe(true);
  }
  const onnx = join(dir, 'onnx');
  expect(tesserae(['export', run, '--format', 'onnx', '--out', onnx]).status).toBe(0);
  expect(existsSync(join(onnx, 'onnx', 'model.onnx'))).toBe(true);
  const again = tesserae(['export', run, '--format', 'onnx', '--out', onnx]);
  expect([again.status, again.stderr]).toEqual([1, expect.stringContaining('expected an empty folder or none')]);
  const both = ['export', run, '--dtype', 'fp16,q8', '--out', onnx, '--overwrite', '--json'];
  const { task, files, notes } = JSON.parse(tesserae(both).stdout) as { task: string; files: object; notes: string[] };
  expect([task, notes]).toEqual(['text-classification', []]);
  expect(Object.keys(files).sort()).toEqual(
    [
      'README.md',
      'config.json',
      'onnx/model_fp16.onnx',
      'onnx/model_quantized.onnx',
      'special_tokens_map.json',
      'tokenizer.json',
      'tokenizer_config.json',
    ].sort(),
  );
  for (const wrong of [
    ['--format', 'gguf'],
    ['--dtype', 'int4'],
  ])
    expect(tesserae(['export', run, ...wrong]).status).toBe(2);
});

test('tokens in, tokens out', () => {
  const line = tesserae(['tokenize', '--tokenizer', run, '--jsonl'], { input: '{"text":"good"}\n' }).stdout;
  const { ids, tokens } = JSON.parse(line) as { ids: number[]; tokens: string[] };
  expect(tokens).toEqual(['[CLS]', 'good', '[SEP]']);
  expect(
    tesserae(['decode', '--tokenizer', run, '--jsonl', '--skip-special-tokens'], { input: JSON.stringify({ ids }) })
      .stdout,
  ).toBe('{"text":"good"}\n');
});

test.each<[string, string[], string]>([
  ['no folder', ['predict', join(dir, 'nowhere'), 'x'], 'expected a checkpoint folder, got nothing'],
  ['an empty text', ['predict', run, ' '], 'expected a text, got an empty one (input 1)'],
  ['a run that is there', ['train', 'emoji-groups', '--out', run], '--resume'],
  ['a label that is unknown', ['evaluate', run, '--data', join(dir, 'strange.csv')], "got 'sideways'"],
])('%s is one clear error', (_name, args, message) => {
  writeFileSync(join(dir, 'strange.csv'), 'text,label\nx,sideways\n');
  const { status, stderr, stdout } = tesserae(args);
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toContain(message);
  expect(stderr).not.toContain('    at ');
});

test('doctor tells of every runtime, the caches and the data, with what mends them', () => {
  const cache = join(dir, 'cache');
  const { status, stdout } = tesserae(['doctor', '--json', '--cache', cache]);
  expect(status).toBe(0);
  const { checks } = JSON.parse(stdout) as { checks: { name: string; ok: boolean; found: string; mend?: string }[] };
  const byName = Object.fromEntries(checks.map((check) => [check.name, check]));
  for (const name of ['node', 'worker', 'wasm', 'ffi']) expect(byName[`runtime ${name}`]?.found).toBe('loads and runs');
  expect(byName['runtime webgpu']).toMatchObject({ ok: false, mend: expect.stringContaining('--runtime wasm') });
  expect(byName['cache of data']?.found).toBe(`${join(cache, 'data')} (not made yet)`);
  expect(byName['sent-zh-chnsenticorp-htl']).toMatchObject({ ok: false, found: 'not on this machine' });
  for (const { ok, mend } of checks) expect(ok || mend !== undefined).toBe(true);
  // a file stands where the cache would be made
  const blocked = tesserae(['doctor', '--cache', join(dir, 'data.csv')]);
  expect(blocked.stdout).toMatch(/cache of data .*which cannot be written {2}→ give another with --cache/);
});
