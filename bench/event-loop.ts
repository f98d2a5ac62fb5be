// npx tsx bench/event-loop.ts [steps] [rounds]: how long does the event loop stall while training runs, on the calling thread and on its own?
// Prints the delay's distribution and the time per step; the runs' weights must be equal.
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { recipes } from '../recipes/index.ts';
import { runtimes } from '../src/graph/index.node.ts';
import type { Runtime } from '../src/graph/index.ts';
import { type TrainOptions, trainInThread, trainRun } from '../src/tasks/index.node.ts';
import { override, type Recipe } from '../src/tasks/index.ts';
import { type Row, spread, table } from './table.ts';

const steps = Number(process.argv[2] ?? 60);
const rounds = Number(process.argv[3] ?? 3);
const settings = {
  'train.steps': steps,
  'train.evaluateEvery': Math.ceil(steps / 2),
  'train.saveEvery': Math.ceil(steps / 3),
};
const recipe = Object.entries(settings).reduce<Recipe>(
  (current, [key, value]) => override(current, key, `${value}`),
  recipes['emoji-groups'] as Recipe,
);

interface Way {
  readonly name: string;
  readonly runtime: Runtime['name'];
  readonly train: (recipe: Recipe, options: TrainOptions) => Promise<unknown>;
}
const ways: readonly Way[] = [
  { name: 'node, calling thread', runtime: 'node', train: trainRun },
  { name: 'node, own thread (the command line)', runtime: 'node', train: trainInThread },
  { name: 'ffi, own thread', runtime: 'ffi', train: trainInThread },
  { name: 'worker runtime, loop on the calling thread', runtime: 'worker', train: trainRun },
  { name: 'ffi runtime, loop on the calling thread', runtime: 'ffi', train: trainRun },
];

interface Measured {
  readonly max: number;
  readonly p99: number;
  readonly step: number;
  readonly weights: string;
}

async function measure({ runtime, train }: Way): Promise<Measured> {
  const out = mkdtempSync(join(tmpdir(), 'tesserae-loop-'));
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const made = await runtimes[runtime]();
  let first = 0;
  let last = 0;
  const events: NonNullable<TrainOptions['events']> = {
    // what is before the first step (reading data, training a tokenizer) counts too, unless it runs here
    ready: () => undefined,
    progress: ({ step }) => {
      last = performance.now();
      if (step === 1) first = last;
    },
  };
  delay.enable();
  await train(recipe, {
    runtime: made,
    session: {},
    folders: [],
    note: () => undefined,
    out: join(out, 'run'),
    versions: {},
    events,
  });
  delay.disable();
  const bytes = readFileSync(join(out, 'run', 'model.safetensors'));
  rmSync(out, { recursive: true, force: true });
  const weights = createHash('sha256').update(bytes).digest('hex').slice(0, 8);
  return { max: delay.max / 1e6, p99: delay.percentile(99) / 1e6, step: (last - first) / (steps - 1), weights };
}

const results = new Map<string, Measured[]>(ways.map(({ name }) => [name, []]));
for (let round = 0; round < rounds; round++) for (const way of ways) results.get(way.name)?.push(await measure(way));
console.log(
  `${cpus()[0]?.model}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}, ${rounds} rounds of ${steps} steps of emoji-groups`,
);
const rows: Row[] = [...results].map(([name, all]) => ({
  way: name,
  'longest stall, ms': spread(all.map(({ max }) => max)),
  'p99, ms': spread(all.map(({ p99 }) => p99)),
  'ms per step': spread(all.map(({ step }) => step)),
  weights: [...new Set(all.map(({ weights }) => weights))].join(' '),
}));
console.log(table(rows));
process.exit(0);
