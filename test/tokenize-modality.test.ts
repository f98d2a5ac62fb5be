// `tesserae tokenize --modality …` as people and scripts meet it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import wavefile from 'wavefile';
import { cli } from './cli-command.ts';

const ROOT = join(import.meta.dirname, '..');
const dir = mkdtempSync(join(tmpdir(), 'tesserae-modality-'));
const at = (name: string): string => join(dir, name);

function tokenize(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const all = [...cli, 'tokenize', '--modality', ...args];
  return spawnSync(process.execPath, all, { encoding: 'utf8', cwd: ROOT, env: { ...process.env, LANG: 'C' } });
}

interface Result {
  readonly count: number;
  readonly shape: number[];
  readonly ids: number[];
  readonly tokens: string[];
  readonly positions: number[][];
  readonly [key: string]: unknown;
}

const json = (...args: string[]): Result[] => JSON.parse(tokenize(...args, '--json').stdout) as Result[];

beforeAll(async () => {
  const pixels = Uint8Array.from({ length: 32 * 48 * 3 }, (_, i) => (i * 7) & 255);
  await sharp(pixels, { raw: { width: 48, height: 32, channels: 3 } })
    .png()
    .toFile(at('a.png'));
  const frames = Buffer.concat([0, 80, 160, 240].map((value) => Buffer.alloc(32 * 32 * 3, value)));
  await sharp(frames, { raw: { width: 32, height: 128, channels: 3, pageHeight: 32 } })
    .gif({ delay: [100, 100, 100, 100] })
    .toFile(at('a.gif'));
  const file = new wavefile.WaveFile();
  file.fromScratch(
    1,
    8000,
    '16',
    Int16Array.from({ length: 8000 }, (_, i) => 9000 * Math.sin(i / 3)),
  );
  writeFileSync(at('a.wav'), file.toBuffer());
  writeFileSync(
    at('a.jsonl'),
    '{"name": "苹果", "features": ["红色", "水果", "球体"]}\n{"name": "番茄", "features": ["红色", "球体"]}\n',
  );
  writeFileSync(at('a.fa'), `>one\n${'ACGTTGCAAGCTTCGA'.repeat(30)}\n>two\n${'GGCATTACGATACCAT'.repeat(30)}\n`);
});

test('pictures: numbers, page, drawings', () => {
  const [one] = json('image', at('a.png'), '--patch-size', '16', '--vectors');
  expect([one?.count, one?.shape, one?.grid, one?.positions[4]]).toEqual([6, [6, 768], [2, 3], [1, 1]]);
  expect(one?.vectors).toMatchObject({ 0: { length: 768 } });
  const { status, stderr, stdout } = tokenize(
    'image',
    at('a.png'),
    '--html',
    at('a.html'),
    '--svg',
    at('a.svg'),
    '--png',
    at('b.png'),
  );
  expect([status, stdout]).toEqual([
    0,
    `${at('a.png')}: 32×48 → 32×48×3 → 2 × 3 = 6 patches of 16×16×3 = matrix [6, 768]\n`,
  ]);
  expect(stderr).toContain(`wrote ${at('a.html')}`);
  expect(readFileSync(at('a.html'), 'utf8')).toContain('data:image/png;base64,');
  expect(existsSync(at('a.svg')) && existsSync(at('b.png'))).toBe(true);
  const wrong = tokenize('image', at('a.png'), '--patch-size', '20');
  expect([wrong.status, wrong.stderr.split('\n')[0]]).toEqual([
    1,
    'tesserae tokenize: cutPatches: expected a height that is a multiple of 20, got 32',
  ]);
  expect(json('image', at('a.png'), '--patch-size', '20', '--pad')[0]?.count).toBe(6);
});

test('videos, sounds', () => {
  expect(json('video', at('a.gif'), '--tubes', '2x16', '--frames', '4')[0]).toMatchObject({
    count: 8,
    shape: [8, 1536],
    axes: ['frame', 'row', 'column'],
  });
  expect(json('video', at('a.gif'), '--every', '2')[0]?.count).toBe(8);
  expect(json('audio', at('a.wav'))[0]).toMatchObject({ grid: [12, 9], count: 108, axes: ['frequency', 'time'] });
  expect(json('audio', at('a.wav'), '--mels', '64', '--patch-size', '16')[0]?.grid).toEqual([4, 6]);
  expect(tokenize('video', at('a.wav')).stderr).toMatch(/a video track, got none/);
});

test('DNA: the figure, and the experiment', () => {
  const [figure] = json('dna', 'ACAATAATAATAATAACGG', '--k', '6', '--no-overlap');
  expect([figure?.tokens, figure?.ids]).toEqual([
    ['ACAATA', 'ATAATA', 'ATAACG', 'G'],
    [520, 264, 271, 4103],
  ]);
  expect(json('dna', at('a.fa'), '--k', '3').map(({ count }) => count)).toEqual([478, 478]);
  const rows = json(
    'dna',
    at('a.fa'),
    '--stability',
    '--vocab-size',
    '30',
    '--pieces',
    '5',
    '--length',
    '100',
  ) as unknown as { scheme: string; survival: number; interval: number[] }[];
  expect(rows.map(({ scheme }) => scheme)).toEqual([
    'k-mers',
    'overlapping k-mers',
    'bpe',
    'k-mers',
    'overlapping k-mers',
    'bpe',
  ]);
  expect(rows.every(({ survival, interval: [low = 1, high = 0] }) => low <= survival && survival <= high)).toBe(true);
});

test('concepts: tables and emoji in Chinese', () => {
  const [table] = json('concepts', at('a.jsonl'), '--nearest', '1');
  expect(table).toMatchObject({
    count: 2,
    tokens: ['苹果', '番茄'],
    nearest: [[{ name: '番茄', shared: ['红色', '球体'] }], [{ name: '苹果' }]],
  });
  const { stdout } = tokenize('concepts', '🍎', '--language', 'zh');
  expect(stdout).toMatch(/🍎 红苹果 = .*水果/);
});

test('wrong usage', () => {
  for (const [args, message] of [
    [['smell', 'x'], /--modality: expected text, image, video, audio, dna, concepts, got 'smell'/],
    [['image'], /expected FILE/],
    [['video', 'x', '--tubes', 'round'], /--tubes: expected sparse, frames, or frames×patch/],
    [['image', at('a.png'), '--patch-size', 'big'], /--patch-size: expected a size such as 16 or 16x8, got 'big'/],
    [['image', at('a.png'), at('a.png'), '--html', at('c.html')], /expected one original, got 2/],
  ] as [string[], RegExp][]) {
    const { status, stderr } = tokenize(...args);
    expect([status, message.test(stderr)], stderr).toEqual([2, true]);
  }
});
