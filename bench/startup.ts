// npx tsx bench/startup.ts [rounds]: how long until `tesserae --help` has answered, against bare `node -e 0`, each in a process of its own,
// in turns. Needs the build (npm run build): the sources start through a compiler.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { spread, table } from './table.ts';

const rounds = Number(process.argv[2] ?? 15);
const root = join(import.meta.dirname, '..');
if (!existsSync(join(root, 'dist'))) throw new Error('expected dist/, got none; run npm run build');
const ways: Readonly<Record<string, readonly string[]>> = {
  'node -e 0': ['-e', '0'],
  'tesserae --help': [join(root, 'bin', 'tesserae.js'), '--help'],
  'tesserae train --help': [join(root, 'bin', 'tesserae.js'), 'train', '--help'],
};

const times = new Map<string, number[]>(Object.keys(ways).map((name) => [name, []]));
for (let round = 0; round < rounds + 1; round++) {
  for (const [name, args] of Object.entries(ways)) {
    const start = performance.now();
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`expected ${name} to end well, got ${status}: ${stderr}`);
    // the first round brings the files into memory
    if (round > 0) times.get(name)?.push(performance.now() - start);
  }
}
const bare = times.get('node -e 0') as number[];
console.log(`${cpus()[0]?.model}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}, ${rounds} rounds`);
console.log(
  table(
    [...times].map(([command, all]) => ({
      command,
      ms: spread(all),
      'times node -e 0': spread(all.map((ms, i) => ms / (bare[i] as number))),
    })),
  ),
);
