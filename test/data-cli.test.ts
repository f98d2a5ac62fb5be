// `tesserae data`: list, show, fetch, and what they say of sets that are not here.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli } from './cli-command.ts';

const ROOT = join(import.meta.dirname, '..');
const dir = mkdtempSync(join(tmpdir(), 'tesserae-data-cli-'));

function tesserae(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...cli, 'data', ...args, '--cache', join(dir, 'cache'), '--offline'],
    { encoding: 'utf8', cwd: ROOT, env: { ...process.env, TESSERAE_DATA: join(dir, 'own'), LANG: 'C' } },
  );
  return { status, stdout, stderr };
}

test('list and show', () => {
  mkdirSync(join(dir, 'own', 'text', 'ner-en-wikigold'), { recursive: true });
  writeFileSync(
    join(dir, 'own', 'text', 'ner-en-wikigold', 'wikigold.conll.txt'),
    '-DOCSTART- O\n\nBob I-PER\nsaw O\n',
  );
  const rows = JSON.parse(tesserae('list', '--json').stdout) as { id: string; found: string | null; bytes: number }[];
  const found = (id: string) => rows.find((row) => row.id === id)?.found;
  expect([found('emoji-groups'), found('ner-en-wikigold'), found('mnist')]).toEqual([
    'embedded',
    join(dir, 'own', 'text', 'ner-en-wikigold'),
    null,
  ]);
  const shown = JSON.parse(tesserae('show', 'ner-en-wikigold', '--json').stdout) as Record<string, unknown>;
  expect(shown).toMatchObject({ kind: 'labelled-tokens', licence: 'CC BY 4.0', can_fetch: true, bytes: 318530 });
  const missing = tesserae('show', 'fsdd');
  expect([missing.status, missing.stdout]).toEqual([0, expect.stringContaining('pack recordings/ as fsdd.tar.gz')]);
  expect(tesserae('show', 'nothing')).toMatchObject({ status: 2, stderr: expect.stringContaining("got 'nothing'") });
  expect(tesserae('burn').status).toBe(2);
}, 60_000);

test('fetch verifies what is here, and offline says what to do', () => {
  const here = tesserae('fetch', 'ner-en-wikigold', '--json');
  expect(here.status).toBe(1);
  expect(JSON.parse(here.stdout)).toMatchObject({ files: [{ path: 'wikigold.conll.txt', matches: false }] });
  expect(here.stderr).toContain('has another content than the catalogue');
  const offline = tesserae('fetch', 'qa-xquad');
  expect([offline.status, offline.stderr]).toEqual([1, expect.stringContaining('Run once without --offline')]);
  expect(tesserae('fetch', 'cmu-pronouncing', '--json').stdout).toContain('"dir":"embedded"');
  expect(tesserae('fetch').status).toBe(2);
}, 60_000);
