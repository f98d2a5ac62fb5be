// `tesserae data show SET --augment --html F`: every picture of the page is what the augmentation made, the same seed gives the same page.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { augmentations, augmentPlan } from '../src/data/index.ts';
import { loadPicture, pngOf } from '../src/tokens/index.node.ts';
import { picture } from '../src/tokens/index.ts';
import { cli } from './cli-command.ts';

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
