// The shape of the code base, as a test: which folder may import which, where Node may be used, how long files may be.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { expect, test } from 'vitest';

/** Folders by row: each imports only lower rows. */
const ROWS: readonly (readonly string[])[] = [
  ['array', 'threads'],
  ['tokens', 'graph', 'checkpoints'],
  ['data', 'nn'],
  ['train', 'models'],
  ['lens'],
  ['tasks'],
  ['server'],
  ['cli'],
];
/** Everything else must also run in a browser, unless the file is called `*.node.ts`. */
const NODE_FOLDERS = new Set(['cli', 'server']);
const FORBIDDEN = /(^|\/)(utils|helpers|common|misc|base|manager|core|types)(\.ts|\/)/;
const MAX_LINES = 400;

const SRC = join(import.meta.dirname, '..', 'src');
const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !/\.(test|suite)\.ts$/.test(file),
);
const folderOf = (file: string): string => (file.includes('/') ? (file.split('/')[0] ?? '') : '');
const rowOf = (folder: string): number => ROWS.findIndex((row) => row.includes(folder));
const isNodeFile = (file: string): boolean => NODE_FOLDERS.has(folderOf(file)) || file.endsWith('.node.ts');
const textOf = (file: string): string => readFileSync(join(SRC, file), 'utf8');
const importsOf = (file: string): string[] =>
  [...textOf(file).matchAll(/\b(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map(([, path = '']) =>
    path.startsWith('.') ? posix.join(dirname(file), path) : path,
  );

test.each(sources.filter((file) => folderOf(file) !== ''))('%s', (file) => {
  const folder = folderOf(file);
  expect(textOf(file).split('\n').length, 'lines').toBeLessThanOrEqual(MAX_LINES);
  expect(file).not.toMatch(FORBIDDEN);
  expect(textOf(file).startsWith('//') || textOf(file).startsWith('/**'), 'opens with what it is').toBe(true);
  for (const target of importsOf(file)) {
    if (target.startsWith('node:')) {
      expect(isNodeFile(file), `${target} in a file that must run in a browser`).toBe(true);
    } else if (target.startsWith('..') || !target.endsWith('.ts')) {
      expect(target.includes('recipes/') ? folder : 'cli', `${target} lies outside src`).toBe('cli');
    } else if (folderOf(target) !== folder) {
      expect(rowOf(folderOf(target)), `${folder}/ may not import ${target}`).toBeLessThan(rowOf(folder));
      expect(['index.ts', 'index.node.ts'].map((index) => `${folderOf(target)}/${index}`)).toContain(target);
      if (target.endsWith('index.node.ts')) expect(isNodeFile(file), `${target} needs Node`).toBe(true);
    } else {
      const isBarrel = /(^|\/)index\.node\.ts$/.test(file);
      if (target.endsWith('.node.ts') && !isBarrel) expect(isNodeFile(file), `${target} needs Node`).toBe(true);
    }
    const [model, other] = [file, target].map((path) => /^models\/([^/]+)\/./.exec(path)?.[1]);
    if (model && other) expect(other, 'no model folder imports another').toBe(model);
  }
});

test('every folder of src is in the table', () => {
  const folders = new Set(sources.map(folderOf).filter(Boolean));
  expect([...folders].filter((folder) => rowOf(folder) < 0)).toEqual([]);
});
