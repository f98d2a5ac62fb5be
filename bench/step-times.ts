// Times a training step and prints one JSON line: what gpt-step.ts and bert-step.ts share.
import type { NamedArrays } from '../src/array/index.ts';
import { runtimes } from '../src/graph/index.node.ts';
import type { Runtime } from '../src/graph/index.ts';
import { type Model, parameterSpecs } from '../src/models/index.ts';
import { initializeParameters } from '../src/nn/index.ts';
import { memoryBudget } from '../src/train/index.node.ts';
import { adamW, type Objective, TrainStep } from '../src/train/index.ts';
import { median } from './table.ts';

const WARM_UP = 3;

/** Runs `steps` steps on one batch after a warm-up. Prints medians in milliseconds (wall and CPU), MiB at most, and the last loss. */
export async function stepTimes(
  model: Model,
  objective: Objective,
  batch: NamedArrays,
  { threads, steps }: { readonly threads: number; readonly steps: number },
): Promise<void> {
  const initial = initializeParameters(parameterSpecs(model), 0);
  const begun = performance.now();
  const name = (process.env.RUNTIME ?? 'node') as Runtime['name'];
  const step = await TrainStep.create(objective, initial, {
    runtime: await runtimes[name]({ threads, blocking: true }),
    session: { threads },
    optimizer: adamW(),
    groups: { weightDecay: 0.01 },
    learningRate: () => 3e-4,
    clipNorm: 1,
    seed: 0,
    memory: memoryBudget(),
  });
  const create = performance.now() - begun;
  const times: number[] = [];
  const cpu: number[] = [];
  let loss = 0;
  for (let i = 0; i < steps + WARM_UP; i++) {
    const [start, used] = [performance.now(), process.cpuUsage()];
    loss = (await step.run([batch], i + 1)).loss;
    if (i < WARM_UP) continue;
    times.push(performance.now() - start);
    const { user, system } = process.cpuUsage(used);
    cpu.push((user + system) / 1000);
  }
  const mib = process.resourceUsage().maxRSS / 1024;
  const predicted = (step.memoryFor(batch)?.total ?? 0) / 2 ** 20;
  console.log(JSON.stringify({ median: median(times), cpu: median(cpu), mib, predicted, loss, create }));
  process.exit(0);
}
