// npx tsx bench/loop-overhead.ts [recipe] [steps] [rounds] [threads ahead]: which share of training is neither the graph nor the optimizer:
// batches, masks, metrics, saving. Without a recipe: sentiment-zh where its data is there, else emoji-groups (embedded).
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { recipes } from '../recipes/index.ts';
import { dataFolders } from '../src/data/index.node.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import type { Runtime, Session } from '../src/graph/index.ts';
import { prepareJob } from '../src/tasks/index.node.ts';
import { type JobContext, override, type Recipe } from '../src/tasks/index.ts';
import { RunFolder } from '../src/train/index.node.ts';
import { adamW, fit, type Optimizer, TrainStep } from '../src/train/index.ts';
import { spread, table } from './table.ts';

/** Milliseconds by part. */
const spent = { graph: 0, optimizer: 0, batches: 0, saving: 0, 'metrics file': 0, 'waiting for batches': 0 };

async function timed<T>(part: keyof typeof spent, job: () => T | Promise<T>): Promise<T> {
  const start = performance.now();
  try {
    return await job();
  } finally {
    spent[part] += performance.now() - start;
  }
}

async function timedRuntime(): Promise<Runtime> {
  const inner = await nodeRuntime();
  const wrap = (session: Session): Session => ({
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    run: async (feeds, into) => {
      const before = spent.batches;
      const results = await timed('graph', () => session.run(feeds, into));
      // the next batch is made meanwhile, on this thread: its time is its own
      spent.graph -= spent.batches - before;
      return results;
    },
    release: () => session.release(),
  });
  return { ...inner, createSession: async (model, options) => wrap(await inner.createSession(model, options)) };
}

function timedOptimizer(): Optimizer {
  const inner = adamW();
  return {
    ...inner,
    update: (...given) => {
      const start = performance.now();
      inner.update(...given);
      spent.optimizer += performance.now() - start;
    },
  };
}

async function loop(recipe: Recipe, context: JobContext): Promise<number> {
  const job = await prepareJob(recipe, context);
  const dir = mkdtempSync(join(tmpdir(), 'tesserae-overhead-'));
  const about = { recipe: recipe as never, seed: recipe.seed, versions: {}, data: job.checksums };
  const run = await RunFolder.create(join(dir, 'run'), about);
  const { steps, evaluateEvery, saveEvery, logEvery, weightDecay, clipNorm, learningRate } = recipe.train;
  const step = await TrainStep.create(job.objective, job.initial, {
    runtime: context.runtime,
    session: context.session,
    optimizer: timedOptimizer(),
    groups: { weightDecay },
    learningRate: () => learningRate,
    clipNorm,
    seed: recipe.seed,
  });
  // threads ahead have started and read the set
  await job.batchesAt(1);
  for (const part of Object.keys(spent) as (keyof typeof spent)[]) spent[part] = 0;
  const start = performance.now();
  const plan = { steps, evaluateEvery, saveEvery, logEvery, evaluate: job.evaluate, unitsOf: job.unitsOf };
  const batchesAt = (at: number): ReturnType<typeof job.batchesAt> => {
    const begun = performance.now();
    const batches = job.batchesAt(at);
    spent.batches += performance.now() - begun;
    return batches;
  };
  await fit(
    step,
    { ...plan, batchesAt },
    {
      metrics: (record) => timed('metrics file', () => run.append(record)),
      save: (state) => timed('saving', () => run.save({ state, weights: step.parameters, optimizer: step.state() })),
      keepBest: async () => undefined,
      progress: ({ waited }) => {
        spent['waiting for batches'] += waited;
      },
    },
  );
  const total = performance.now() - start;
  await step.release();
  await run.close();
  await job.release();
  rmSync(dir, { recursive: true, force: true });
  return total;
}

const folders = dataFolders(process.env);
const ahead = Number(process.argv[5] ?? 0);
const context: JobContext = { runtime: await timedRuntime(), session: {}, folders, ahead, note: () => undefined };
const wished = process.argv[2];
const names = wished ? [wished] : ['sentiment-zh', 'emoji-groups'];
const rounds = Number(process.argv[4] ?? 3);
for (const name of names) {
  const recipe = override(recipes[name] as Recipe, 'train.steps', process.argv[3] ?? '200');
  try {
    const shares: Record<string, number[]> = { total: [] };
    for (let round = 0; round < rounds; round++) {
      const total = await loop(recipe, context);
      shares.total?.push(total / recipe.train.steps);
      const rest = total - Object.values(spent).reduce((sum, part) => sum + part, 0);
      for (const [part, time] of Object.entries({ ...spent, 'masks, evaluation, the loop': rest }))
        (shares[part] ??= []).push((100 * time) / total);
      (shares['everything but graph and optimizer'] ??= []).push(100 - (100 * (spent.graph + spent.optimizer)) / total);
    }
    console.log(
      `${name}, ${recipe.train.steps} steps, ${ahead} threads ahead, ${cpus()[0]?.model}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}`,
    );
    const { total = [], ...parts } = shares;
    console.log(`${spread(total)} ms per step`);
    console.log(table(Object.entries(parts).map(([part, values]) => ({ part, '% of the time': spread(values) }))));
    break;
  } catch (error) {
    console.log(`${name} is not measured: ${(error as Error).message.split('\n')[0]}`);
  }
}
process.exit(0);
