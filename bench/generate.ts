// Writing with random weights: this library on its runtimes against Transformers.js on our export of the same model (the same ids) and
// PyTorch with transformers, in turns, so that a busy machine slows all alike. Run:
//   npx tsx bench/generate.ts [--python PYTHON] [--rounds 5] [--threads 2] [--only small,gpt2,gpt2-long,translate] [--engines node,ffi,js,torch]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Row, spread, table } from './table.ts';

const { values } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    rounds: { type: 'string', default: '5' },
    threads: { type: 'string', default: '2' },
    only: { type: 'string', default: 'small,gpt2,gpt2-long,translate' },
    engines: { type: 'string', default: 'node,ffi,js,torch' },
  },
});

/** kind, dim, layers, heads, vocabulary, positions, batch, beams, prompt, tokens. */
const shapes: Readonly<Record<string, readonly (string | number)[]>> = {
  // no measure of anything: whether all engines run
  tiny: ['gpt2', 32, 2, 2, 97, 64, 1, 1, 8, 8],
  small: ['gpt2', 256, 6, 8, 1000, 512, 1, 1, 16, 100],
  gpt2: ['gpt2', 768, 12, 12, 50257, 1024, 1, 1, 32, 32],
  'gpt2-long': ['gpt2', 768, 12, 12, 50257, 1024, 1, 1, 256, 256],
  translate: ['marian', 128, 4, 4, 6000, 256, 32, 4, 16, 16],
};

interface Measured {
  readonly name: string;
  readonly rates: readonly number[];
  readonly cpu: readonly number[];
  readonly mib: number;
  /** New ids of the first row; absent where the weights are others. */
  readonly ids?: readonly number[];
}

const here = (file: string): string => join(import.meta.dirname, file);
const exported = mkdtempSync(join(tmpdir(), 'tesserae-bench-'));
process.on('exit', () => rmSync(exported, { recursive: true, force: true }));
const inNode = (file: string): string[] => [process.execPath, '--import', 'tsx', here(file)];

interface Engine {
  readonly key: string;
  readonly command: readonly string[];
  readonly runtime?: string;
}
const known: readonly Engine[] = [
  { key: 'node', command: inNode('generate-step.ts'), runtime: 'node' },
  { key: 'ffi', command: inNode('generate-step.ts'), runtime: 'ffi' },
  { key: 'js', command: [...inNode('generate-js.ts'), exported] },
  { key: 'torch', command: [values.python, here('generate_torch.py')] },
];
const chosen = values.engines.split(',');
const unknown = chosen.find((key) => !known.some((engine) => engine.key === key));
if (unknown !== undefined)
  throw new RangeError(`--engines: expected ${known.map(({ key }) => key).join(', ')}, got ${unknown}`);

type Shape = readonly (string | number)[];
/** Transformers.js does not search with beams. */
const enginesFor = ([kind, , , , , , , beams]: Shape): Engine[] =>
  known.filter(({ key }) => chosen.includes(key) && (key !== 'js' || (kind === 'gpt2' && beams === 1)));

function run([program = '', ...args]: readonly string[], runtime?: string): string {
  const env = { ...process.env, OMP_NUM_THREADS: values.threads, ...(runtime ? { RUNTIME: runtime } : {}) };
  const { stdout, stderr, status } = spawnSync(program, args, { encoding: 'utf8', env });
  if (status !== 0) throw new Error(`${program}: expected to end well, got ${status}\n${stderr}`);
  return stdout.trim().split('\n').at(-1) as string;
}

const wordsOf = (shape: Shape): string[] => [...shape.map(String), values.threads, '2'];
const measure = ({ command, runtime }: Engine, shape: Shape): Measured =>
  JSON.parse(run([...command, ...wordsOf(shape)], runtime)) as Measured;

/** Engines with the same weights write the same. */
function requireSameIds(all: readonly Measured[]): void {
  const [first, ...others] = all.filter(({ ids }) => ids);
  const odd = others.find(({ ids }) => ids?.join() !== first?.ids?.join());
  if (odd) throw new Error(`${odd.name}: expected the ids of ${first?.name}, ${first?.ids}, got ${odd.ids}`);
}

for (const name of values.only.split(',')) {
  const shape = shapes[name];
  if (!shape) throw new RangeError(`--only: expected ${Object.keys(shapes).join(', ')}, got ${name}`);
  const engines = enginesFor(shape);
  const seen = new Map(engines.map(({ key }) => [key, [] as Measured[]]));
  if (seen.has('js')) run([...inNode('generate-js.ts'), 'export', exported, ...wordsOf(shape)]);
  for (let round = 0; round < Number(values.rounds); round++) {
    const measured = engines.map((engine) => measure(engine, shape));
    requireSameIds(measured);
    engines.forEach(({ key }, i) => {
      seen.get(key)?.push(measured[i] as Measured);
    });
  }
  rmSync(join(exported, 'm'), { recursive: true, force: true });
  const best = (one: Measured): number => Math.max(...one.rates);
  const rows = engines.map(({ key }): Row => {
    const all = seen.get(key) as Measured[];
    return {
      engine: all[0]?.name ?? key,
      'tokens/s': spread(all.map(best)),
      'CPU ms/token': spread(all.map(({ cpu }) => Math.min(...cpu))),
      'peak MiB': spread(all.map(({ mib }) => mib)),
      ...Object.fromEntries(
        ['js', 'torch'].flatMap((rival) => {
          const theirs = seen.get(rival);
          if (!theirs) return [];
          const ratio = (of: (one: Measured, other: Measured) => number): string =>
            spread(all.map((one, i) => of(one, theirs[i] as Measured)));
          return [
            [`speed × ${rival}, round by round`, ratio((one, other) => best(one) / best(other))],
            [`CPU, ${rival} ×`, ratio((one, other) => Math.min(...other.cpu) / Math.min(...one.cpu))],
          ];
        }),
      ),
    };
  });
  console.log(`\n${name}: ${shape.join(' ')}, ${values.threads} threads, ${values.rounds} rounds\n\n${table(rows)}`);
}
