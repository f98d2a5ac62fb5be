// `tesserae data show SET --augment --html F`: every picture of the page is what the augmentation made, the same seed gives the same page.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { float32 } from '../src/array/index.ts';
import { command as data } from '../src/cli/commands/data.ts';
import { augmentations, augmentPlan } from '../src/data/index.ts';
import { heatPicture } from '../src/lens/index.ts';
import { loadClip, loadPicture, pngOf } from '../src/tokens/index.node.ts';
import { kaldiFilterBank, type Picture, picture } from '../src/tokens/index.ts';
import { cli } from './cli-command.ts';
import { greyMp4 } from './coded-media.ts';
import { runCommand } from './run-command.ts';

const ROOT = join(import.meta.dirname, '..');
const dir = mkdtempSync(join(tmpdir(), 'tesserae-augment-'));

function show(...args: string[]) {
  const command = [...cli, 'data', 'show', ...args];
  return spawnSync(process.execPath, command, {
    ...{ encoding: 'utf8', cwd: ROOT },
    env: { ...process.env, TESSERAE_DATA: '', LANG: 'C' },
  });
}

test('pictures of one’s own', async () => {
  for (const label of ['a', 'b']) {
    mkdirSync(join(dir, 'own', label), { recursive: true });
    for (let i = 0; i < 6; i++) {
      const pixels = Uint8Array.from({ length: 12 * 9 * 3 }, (_, k) => (k * (i + 2) + label.charCodeAt(0)) % 256);
      writeFileSync(join(dir, 'own', label, `${i}.png`), await pngOf(picture(9, 12, 3, pixels)));
    }
  }
  const html = join(dir, 'page.html');
  const args = [join(dir, 'own'), '--augment', '--seed', '7', '--examples', '2', '--json', '--html', html];
  const list = '[{"kind":"flip","probability":1},{"kind":"mixup"}]';
  const run = show(...args, '--augmentations', list);
  expect(run.stderr).toBe('');
  const facts = JSON.parse(run.stdout) as { modality: string; kinds: string[] };
  expect(facts).toMatchObject({ modality: 'image', seed: 7, examples: 2 });
  const kinds = Object.keys(augmentations.image.original);
  expect(facts.kinds).toEqual([...kinds, 'mixup', 'cutmix']);
  const page = readFileSync(html, 'utf8');
  // row after row: the original, each kind alone, the two that mix
  const hrefs = [...page.matchAll(/<img src="(data:image\/png;base64,[^"]+)"/g)].map(([, href = '']) => href);
  expect(hrefs).toHaveLength(2 * (1 + kinds.length + 2) + 2 * (1 + 6));
  const [, id = ''] = /<small>([^<]+)<\/small>/.exec(page) ?? [];
  const original = await loadPicture(join(dir, 'own', id));
  const href = async (one: Parameters<typeof pngOf>[0]) =>
    `data:image/png;base64,${Buffer.from(await pngOf(one)).toString('base64')}`;
  expect(hrefs[0]).toBe(await href(original));
  for (const [i, kind] of kinds.entries()) {
    const made = augmentPlan('image', [{ kind }]).original(original, { seed: 7, step: 1, site: id });
    expect(hrefs[i + 1], kind).toBe(await href(made));
  }
  expect(page).toContain('% own label');
  expect(page).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
}, 60_000);

/** The page of a set of one's own: what the command says, and the pictures of the first example, kind by kind. */
async function pageOf(set: string): Promise<{ facts: { modality: string; kinds: string[] }; hrefs: string[] }> {
  const html = join(dir, 'other.html');
  const words = ['show', set, '--augment', '--examples', '2', '--seed', '7', '--json', '--html', html];
  const { out } = await runCommand(data, words);
  const hrefs = [...readFileSync(html, 'utf8').matchAll(/<img src="([^"]+)"/g)].map(([, href = '']) => href);
  return { facts: JSON.parse(out), hrefs };
}

/** One file as training and as test. */
function writeParts(set: string, label: string, name: string, bytes: Uint8Array): void {
  for (const part of ['train', 'test']) {
    mkdirSync(join(dir, set, part, label), { recursive: true });
    writeFileSync(join(dir, set, part, label, name), bytes);
  }
}

/** The own share that a kind draws for a batch. */
function shareOf(modality: 'audio' | 'video', kind: string): number {
  const mix = augmentPlan(modality, [{ kind }]).mix;
  return mix?.(float32([2, 1, 1], [1, 0]), { seed: 7, step: 1, site: 'batch' }).share as number;
}

const hrefOf = async (one: Picture): Promise<string> =>
  `data:image/png;base64,${Buffer.from(await pngOf(one)).toString('base64')}`;

test('sounds are mixed as spectrograms, cut to the shortest', async () => {
  const samples = [8000, 6000].map((count, s) =>
    Float32Array.from({ length: count }, (_, i) => ((i * (s + 3)) % 97) / 128),
  );
  for (const [i, values] of samples.entries()) {
    const bytes = Buffer.alloc(44 + 2 * values.length);
    for (const [at, word] of Object.entries({ 0: 'RIFF', 8: 'WAVEfmt ', 36: 'data' })) bytes.write(word, Number(at));
    const size = 2 * values.length;
    for (const [at, value] of Object.entries({ 4: 36 + size, 16: 16, 24: 16000, 28: 32000, 40: size }))
      bytes.writeUInt32LE(value, Number(at));
    for (const [at, value] of Object.entries({ 20: 1, 22: 1, 32: 2, 34: 16 })) bytes.writeUInt16LE(value, Number(at));
    for (const [k, value] of values.entries()) bytes.writeInt16LE(value * 32768, 44 + 2 * k);
    writeParts('sounds', 'ab'[i] as string, '0.wav', bytes);
  }
  const { facts, hrefs } = await pageOf(join(dir, 'sounds'));
  const kinds = Object.keys({ ...augmentations.audio.original, ...augmentations.audio.features });
  expect(facts).toMatchObject({ modality: 'audio', kinds: [...kinds, 'mixup', 'cutmix'] });
  expect(hrefs).toHaveLength(2 * (1 + kinds.length + 2) + 2 * (1 + 6));
  const [first, second] = samples.map((one) => kaldiFilterBank(one, 64, 16000).features.data) as [
    Float32Array,
    Float32Array,
  ];
  const share = shareOf('audio', 'mixup');
  expect(share > 0 && share < 1).toBe(true);
  const mixed = second.map((value, i) => share * (first[i] as number) + (1 - share) * value);
  expect(hrefs[1 + kinds.length]).toBe(await hrefOf(heatPicture(float32([mixed.length / 64, 64], mixed))));
});

test('clips are mixed frame by frame', async () => {
  for (const [i, label] of ['a', 'b'].entries()) {
    const frames = [...Array(8).keys()].map((t) => new Uint8Array(16 * 16).fill(i === 0 ? 40 + 20 * t : 200));
    writeParts('clips', label, '0.mp4', await greyMp4(16, frames));
  }
  const { facts, hrefs } = await pageOf(join(dir, 'clips'));
  const kinds = Object.keys(augmentations.video.original);
  expect(facts).toMatchObject({ modality: 'video', kinds: [...kinds, 'mixup', 'cutmix'] });
  const [first, second] = [
    await loadClip(join(dir, 'clips', 'train', 'a', '0.mp4')),
    await loadClip(join(dir, 'clips', 'train', 'b', '0.mp4')),
  ];
  const share = shareOf('video', 'mixup');
  const strip = await loadPicture(Buffer.from((hrefs[1 + kinds.length] as string).split(',')[1] as string, 'base64'));
  expect([strip.height, strip.width]).toEqual([16, 8 * 16]);
  for (const t of first.frames.keys()) {
    const [own, partner] = [first, second].map(({ frames }) => frames[t]?.data[0] as number) as [number, number];
    expect(Math.abs((strip.data[3 * 16 * t] as number) - (share * own + (1 - share) * partner))).toBeLessThan(1);
  }
});

test('nothing mixes genes', async () => {
  writeFileSync(join(dir, 'genes.csv'), 'sequence,label,split\nACGTACGT,x,train\nTTGGCCAA,y,train\nACGT,x,test\n');
  const { facts } = await pageOf(join(dir, 'genes.csv'));
  expect(facts).toMatchObject({ modality: 'dna', kinds: Object.keys(augmentations.dna.original) });
});

test('usage', () => {
  expect(show('splice', '--augment')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('together with --html FILE'),
  });
  const bad = show('emoji-pictures', '--augment', '--html', join(dir, 'x.html'), '--augmentations', '[flip]');
  expect([bad.status, bad.stderr]).toEqual([2, expect.stringContaining('expected JSON such as')]);
  const nothing = show('emoji-groups', '--augment', '--html', join(dir, 'x.html'));
  expect([nothing.status, nothing.stderr]).toEqual([
    2,
    expect.stringContaining('expected pictures, sounds, clips or sequences'),
  ]);
}, 60_000);
