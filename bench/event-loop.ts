// npx tsx bench/event-loop.ts [steps] [rounds]: how long does the event loop stall while training runs, on the calling thread and on its own?
// Prints the delay's distribution and the time per step; the runs' weights must be equal.
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
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
  // what other programs on the machine do to an idle event loop
  { name: 'nothing at all, for 3 s', runtime: 'node', train: () => sleep(3000) },
  { name: 'node, calling thread', runtime: 'node', train: trainRun },
  { name: 'node, own thread (the command line)', runtime: 'node', train: trainInThread },
  { name: 'ffi, own thread', runtime: 'ffi', train: trainInThread },
  { name: 'worker runtime, loop on the calling thread', runtime: 'worker', train: trainRun },
  { name: 'ffi runtime, loop on the calling thread', runtime: 'ffi', train: trainRun },
];

/**
 * The longest turn of the event loop without the time its thread waited for a core: what this program does to itself, whatever else
 * runs on the machine. Linux only; 0 elsewhere.
 */
class OwnStalls {
  static readonly #FILE = '/proc/self/schedstat';
  longest = 0;
  #timer: NodeJS.Timeout | undefined;
  #before = { at: 0, waited: 0 };

  static #look(): { at: number; waited: number } {
    const [, waited = '0'] = readFileSync(OwnStalls.#FILE, 'utf8').split(' ');
    return { at: performance.now(), waited: Number(waited) / 1e6 };
  }

  start(): void {
    this.longest = 0;
    if (!existsSync(OwnStalls.#FILE)) return;
    this.#before = OwnStalls.#look();
    this.#timer ??= setInterval(() => {
      const now = OwnStalls.#look();
      this.longest = Math.max(this.longest, now.at - this.#before.at - (now.waited - this.#before.waited));
      this.#before = now;
    }, 1);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

interface Measured {
  readonly own: number;
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
    // while training: what is before the first step (reading data, training a tokenizer) is left out
    ready: () => {
      delay.reset();
      own.start();
    },
    progress: ({ step }) => {
      last = performance.now();
      if (step === 1) first = last;
    },
  };
  const own = new OwnStalls();
  delay.enable();
  own.start();
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
  own.stop();
  const file = join(out, 'run', 'model.safetensors');
  const bytes = existsSync(file) ? readFileSync(file) : '';
  rmSync(out, { recursive: true, force: true });
  const weights = bytes && createHash('sha256').update(bytes).digest('hex').slice(0, 8);
  return {
    own: own.longest,
    max: delay.max / 1e6,
    p99: delay.percentile(99) / 1e6,
    step: (last - first) / (steps - 1),
    weights,
  };
}

const results = new Map<string, Measured[]>(ways.map(({ name }) => [name, []]));
for (let round = 0; round < rounds; round++) for (const way of ways) results.get(way.name)?.push(await measure(way));
console.log(
  `${cpus()[0]?.model}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}, ${rounds} rounds of ${steps} steps of emoji-groups`,
);
const rows: Row[] = [...results].map(([name, all]) => ({
  way: name,
  'longest stall, ms': spread(all.map(({ max }) => max)),
  'of it not waiting for a core, ms': spread(all.map(({ own }) => own)),
  'p99, ms': spread(all.map(({ p99 }) => p99)),
  'ms per step': spread(all.map(({ step }) => step)),
  weights: [...new Set(all.map(({ weights }) => weights))].join(' '),
}));
console.log(table(rows));
process.exit(0);
