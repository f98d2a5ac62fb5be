// Writing with random weights: this library on its runtimes against PyTorch with transformers, in turns, so that a busy machine slows
// all alike. Run:  npx tsx bench/generate.ts [--python PYTHON] [--rounds 5] [--threads 2] [--only small,gpt2,translate]
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Row, spread, table } from './table.ts';

const { values } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    rounds: { type: 'string', default: '5' },
    threads: { type: 'string', default: '2' },
    only: { type: 'string', default: 'small,gpt2,translate' },
  },
});

/** kind, dim, layers, heads, vocabulary, positions, batch, beams, prompt, tokens. */
const shapes: Readonly<Record<string, readonly (string | number)[]>> = {
  small: ['gpt2', 256, 6, 8, 1000, 512, 1, 1, 16, 100],
  gpt2: ['gpt2', 768, 12, 12, 50257, 1024, 1, 1, 32, 32],
  translate: ['marian', 128, 4, 4, 6000, 256, 32, 4, 16, 16],
};

interface Measured {
  readonly name: string;
  readonly rates: readonly number[];
  readonly cpu: readonly number[];
  readonly mib: number;
}

const here = (file: string): string => join(import.meta.dirname, file);
const engines: readonly { readonly key: string; readonly command: readonly string[]; readonly runtime?: string }[] = [
  { key: 'node', command: [process.execPath, '--import', 'tsx', here('generate-step.ts')], runtime: 'node' },
  { key: 'ffi', command: [process.execPath, '--import', 'tsx', here('generate-step.ts')], runtime: 'ffi' },
  { key: 'torch', command: [values.python, here('generate_torch.py')] },
];

function measure({ command, runtime }: (typeof engines)[number], shape: readonly (string | number)[]): Measured {
  const [program = '', ...args] = [...command, ...shape.map(String), values.threads, '2'];
  const env = { ...process.env, OMP_NUM_THREADS: values.threads, ...(runtime ? { RUNTIME: runtime } : {}) };
  const { stdout, stderr, status } = spawnSync(program, args, { encoding: 'utf8', env });
  if (status !== 0) throw new Error(`${program}: expected to end well, got ${status}\n${stderr}`);
  return JSON.parse(stdout.trim().split('\n').at(-1) as string) as Measured;
}

for (const name of values.only.split(',')) {
  const shape = shapes[name];
  if (!shape) throw new RangeError(`--only: expected ${Object.keys(shapes).join(', ')}, got ${name}`);
  const seen = new Map(engines.map(({ key }) => [key, [] as Measured[]]));
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const engine of engines) seen.get(engine.key)?.push(measure(engine, shape));
  }
  const best = (one: Measured): number => Math.max(...one.rates);
  const reference = seen.get('torch') as Measured[];
  const rows = engines.map(({ key }): Row => {
    const all = seen.get(key) as Measured[];
    return {
      engine: all[0]?.name ?? key,
      'tokens/s': spread(all.map(best)),
      'CPU ms/token': spread(all.map(({ cpu }) => Math.min(...cpu))),
      'peak MiB': spread(all.map(({ mib }) => mib)),
      'speed × torch, round by round': spread(all.map((one, i) => best(one) / best(reference[i] as Measured))),
      'CPU, torch ×': spread(all.map((one, i) => Math.min(...(reference[i] as Measured).cpu) / Math.min(...one.cpu))),
    };
  });
  console.log(`\n${name}: ${shape.join(' ')}, ${values.threads} threads, ${values.rounds} rounds\n\n${table(rows)}`);
}
