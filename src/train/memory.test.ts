// Memory is predicted from the graph: it grows as it must, and a step that cannot fit is refused before it runs.
import { expect, test } from 'vitest';
import { float32 } from '../array/index.ts';
import {
  add,
  gelu,
  input,
  matmul,
  meanSquaredError,
  memoryPlan,
  type Runtime,
  recompute,
  type Tensor,
} from '../graph/index.ts';
import { zerosInit } from '../nn/index.ts';
import { MemoryLimitError } from './memory.ts';
import { adamW } from './optimizers/adam-w.ts';
import { type Objective, TrainStep, traceStep } from './step.ts';

const WIDTH = 64;

/** A tower of `layers`, each kept or computed again. */
function tower(layers: number, saving: boolean): Objective {
  return {
    inputs: { x: { dtype: 'float32', shape: ['rows', WIDTH] } },
    loss: (module, { x }) => {
      let y = x as Tensor;
      for (let i = 0; i < layers; i++) {
        const weight = module.parameter(`w${i}`, [WIDTH, WIDTH], zerosInit);
        const layer = (z: Tensor): Tensor => add(z, gelu(matmul(gelu(matmul(z, weight)), weight)));
        y = saving ? recompute(layer, [y]) : layer(y);
      }
      return meanSquaredError(y, x as Tensor);
    },
  };
}

function peak(objective: Objective, rows: number): number {
  const { outputs } = traceStep(objective, { groups: { weightDecay: 0 } });
  return memoryPlan(Object.values(outputs)).peakBytes({ rows });
}

test('a plan counts what is alive at one time', () => {
  const x = input('x', 'float32', ['n']);
  // a and b are needed for the sum; b is written over nothing, the sum over one of them
  const sum = add(gelu(x), gelu(add(x, 1)));
  const plan = memoryPlan([sum]);
  expect(plan.peakBytes({ n: 1000 })).toBe(8000);
  expect(plan.resultBytes({ n: 1000 })).toBe(4000);
});

test('activations grow with rows and layers, and less when they are computed again', () => {
  const [one, two] = [peak(tower(4, false), 1000), peak(tower(4, false), 2000)];
  expect(two / one).toBeCloseTo(2, 1);
  expect(peak(tower(8, false), 1000) / one).toBeGreaterThan(1.6);
  expect(peak(tower(8, true), 1000)).toBeLessThan(0.7 * peak(tower(8, false), 1000));
});

test('a step that cannot fit is refused before it runs, with numbers and what to do', async () => {
  let runs = 0;
  const runtime: Runtime = {
    name: 'node',
    backend: { fusedKernels: true },
    createSession: async () => ({
      inputNames: [],
      outputNames: ['loss'],
      run: async () => {
        runs++;
        return { loss: float32([], [1]) };
      },
      release: async () => undefined,
    }),
  };
  const parameters = Object.fromEntries(
    [0, 1].map((i) => [`w${i}`, float32([WIDTH, WIDTH], new Float32Array(WIDTH ** 2))]),
  );
  const step = await TrainStep.create(tower(2, false), parameters, {
    runtime,
    optimizer: adamW(),
    groups: { weightDecay: 0 },
    learningRate: () => 0,
    seed: 0,
    memory: { available: 100 * 2 ** 20, used: 50 * 2 ** 20 },
  });
  const batch = (rows: number): { x: ReturnType<typeof float32> } => ({
    x: float32([rows, WIDTH], new Float32Array(rows * WIDTH)),
  });
  await step.run([batch(1000)], 1);
  const refused = step.run([batch(100_000)], 2);
  await expect(refused).rejects.toThrow(MemoryLimitError);
  await expect(refused).rejects.toThrow(/rows = 100000.*activations 0\.\d+ GiB.*\n.*batch size.*recompute/s);
  expect(runs).toBe(1);
  const estimate = step.memoryFor(batch(1000));
  // one for the optimizer's moments m and v each, and two for sums and results
  expect(estimate?.moments).toBe(2 * 2 * WIDTH ** 2 * 4);
});
