// How long is a training step, against PyTorch with transformers, the probe that was tuned by hand, jax-js and TensorFlow.js? Engines take turns;
// ratios within a round, medians with spread. npx tsx bench/train-step.ts [rounds] [small,big,bert,vit,translator] [1,2] [engines]
// Engines by parts of their names, for example node,PyTorch; all when absent.
// PYTHON: a python with torch, transformers and timm. TESSERAE_PROBE: the folder with gpt_ort.mjs, gpt_jax.mjs, gpt_tfjs.mjs.
// PROBE_ROOT: a folder whose node_modules holds the rivals (@jax-js/jax, @tensorflow/tfjs…); ours, where they are not, if absent.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { type Row, spread, table } from './table.ts';

interface Result {
  readonly median: number;
  readonly cpu: number;
  readonly mib: number;
  readonly loss: number;
}

interface Shape {
  /** Batch, tokens, width, layers, heads, vocabulary. */
  readonly sizes: readonly number[];
  readonly steps: number;
  readonly ours: string;
  readonly torch: string;
  /** Its name among the probe's shapes. */
  readonly probe?: 'small' | 'big';
}

const shapes: Readonly<Record<string, Shape>> = {
  small: { sizes: [16, 128, 128, 2, 4, 1024], steps: 12, ours: 'gpt-step.ts', torch: 'gpt_torch.py', probe: 'small' },
  big: { sizes: [16, 128, 256, 4, 8, 4096], steps: 5, ours: 'gpt-step.ts', torch: 'gpt_torch.py', probe: 'big' },
  bert: { sizes: [32, 128, 256, 4, 4, 8192], steps: 4, ours: 'bert-step.ts', torch: 'bert_torch.py' },
  // batch, side of the picture, width, layers, heads, classes
  vit: { sizes: [64, 32, 192, 12, 3, 10], steps: 4, ours: 'vit-step.ts', torch: 'vit_torch.py' },
  // pairs, tokens of each side, width, layers of each tower, heads, vocabulary: recipe translate-en-de
  translator: { sizes: [125, 16, 256, 2, 4, 6000], steps: 6, ours: 'marian-step.ts', torch: 'marian_torch.py' },
};

interface Engine {
  readonly name: string;
  /** Only on one thread: what more threads do not help, or what takes long. */
  readonly single?: boolean;
  readonly measure: (shape: Shape, threads: number) => Result | string;
}

const here = (file: string): string => join(import.meta.dirname, file);
const probe = process.env.TESSERAE_PROBE;
const root = process.env.PROBE_ROOT ?? join(import.meta.dirname, '..');

/** The last line of a program's output as JSON, or why there is none. */
function lastLine(
  command: string,
  args: readonly (string | number)[],
  env: Readonly<Record<string, string>> = {},
): unknown {
  const options = { encoding: 'utf8', env: { ...process.env, ...env } } as const;
  const { stdout, stderr, status, error } = spawnSync(command, args.map(String), options);
  if (status === 0) return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  return error?.message ?? /^.*(?:Error|error).*$/m.exec(stderr)?.[0] ?? `ended with ${status}`;
}

const tesserae =
  (runtime: string): Engine['measure'] =>
  ({ sizes, steps, ours }, threads) =>
    lastLine(process.execPath, ['--import', 'tsx', here(ours), ...sizes, threads, steps], {
      RUNTIME: runtime,
    }) as Result;

const probed =
  (script: string, needs: readonly string[], env: Readonly<Record<string, string>> = {}): Engine['measure'] =>
  (shape, threads) => {
    if (!shape.probe) return 'the probe has no such model';
    if (!probe) return 'TESSERAE_PROBE is not set';
    const missing = needs.find((name) => !existsSync(join(root, 'node_modules', name)));
    if (missing) return `${missing} is not installed (${root})`;
    const steps = script === 'gpt_ort.mjs' ? shape.steps : 3;
    const settings = { TH: `${threads}`, STEPS: `${steps}`, PROBE_ROOT: root, ...env };
    const found = lastLine(process.execPath, [join(probe, script), shape.probe], settings);
    if (typeof found === 'string') return found;
    const { wallMed, cpuMed, rssMB, loss } = found as Readonly<Record<string, number>> & { readonly loss: number[] };
    return { median: wallMed, cpu: cpuMed, mib: rssMB, loss: [loss].flat().at(-1) } as Result;
  };

const engines: readonly Engine[] = [
  { name: 'tesserae, node', measure: tesserae('node') },
  { name: 'tesserae, ffi', measure: tesserae('ffi') },
  {
    name: 'PyTorch eager',
    measure: ({ sizes, steps, torch }, threads) =>
      lastLine(process.env.PYTHON ?? 'python3', [here(torch), ...sizes, threads, steps]) as Result,
  },
  { name: 'probe', measure: probed('gpt_ort.mjs', ['onnxruntime-node', 'onnx-proto'], { MODE: 'best' }) },
  { name: 'tesserae, wasm', single: true, measure: tesserae('wasm') },
  { name: 'jax-js', single: true, measure: probed('gpt_jax.mjs', ['@jax-js/jax']) },
  {
    name: 'TensorFlow.js (wasm)',
    single: true,
    measure: probed('gpt_tfjs.mjs', ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm'], { EMB: 'onehot' }),
  },
];

const rounds = Number(process.argv[2] ?? 3);
const chosen = (process.argv[3] ?? Object.keys(shapes).join()).split(',');
const threadCounts = (process.argv[4] ?? '1,2').split(',').map(Number);
const named = (process.argv[5] ?? '').split(',');
const asked = engines.filter(({ name }) => named.some((part) => name.includes(part)));
const rows: Row[] = [];
const unmeasured = new Set<string>();
for (const name of chosen) {
  const shape = shapes[name];
  if (!shape) throw new Error(`expected a shape among ${Object.keys(shapes).join(', ')}, got '${name}'`);
  for (const threads of threadCounts) {
    const results = new Map<string, Result[]>();
    for (let round = 0; round < rounds; round++) {
      for (const engine of asked) {
        if (engine.single && threads > 1) continue;
        const result = engine.measure(shape, threads);
        if (typeof result === 'string') unmeasured.add(`${engine.name} (${name}): ${result}`);
        else results.set(engine.name, [...(results.get(engine.name) ?? []), result]);
      }
    }
    const ours = results.get('tesserae, node') ?? [];
    // one thread: CPU time, which other programs on the machine disturb least
    const time = (result: Result): number => (threads === 1 ? result.cpu : result.median);
    for (const [engine, all] of results) {
      rows.push({
        step: `${name}, ${threads} thread${threads > 1 ? 's' : ''}`,
        engine,
        ms: spread(all.map(time)),
        'ours (node) / this': spread(all.map((result, i) => time(ours[i] as Result) / time(result))),
        MiB: spread(all.map(({ mib }) => mib)),
        loss: all.at(-1)?.loss.toFixed(3) ?? '',
      });
    }
  }
}
console.log(
  `${cpus()[0]?.model}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}, ${rounds} rounds; CPU ms on one thread, wall ms on two`,
);
console.log(table(rows));
for (const line of unmeasured) console.log(`not measured: ${line}`);
