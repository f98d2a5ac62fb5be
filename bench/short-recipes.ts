// Does every recipe run end to end in 30 steps, and how long does that take? Each in a process of its own, one after the other.
// TESSERAE_DATA=folder npx tsx bench/short-recipes.ts [name…]; without names all recipes whose data are there.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recipes } from '../recipes/index.ts';
import { type Row, table } from './table.ts';

const CLI = join(import.meta.dirname, '..', 'bin', 'tesserae.js');
const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(recipes);
const folder = mkdtempSync(join(tmpdir(), 'tesserae-short-'));
const rows: Row[] = [];
try {
  for (const name of names) {
    const started = performance.now();
    const args = ['train', name, '--out', join(folder, name), '--set', 'train.steps=30', '--set', 'train.warmup=5'];
    const { status, stderr } = spawnSync(process.execPath, [CLI, ...args], { encoding: 'utf8' });
    const seconds = (performance.now() - started) / 1000;
    const [last = ''] = stderr.trim().split('\n').slice(-1);
    const [error = last] = stderr.split('\n').filter((line) => line.startsWith('tesserae train:'));
    rows.push({ recipe: name, exit: String(status), seconds: seconds.toFixed(0), 'last line': error.slice(0, 90) });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(table(rows));
if (rows.some(({ exit }) => exit !== '0')) process.exitCode = 1;
