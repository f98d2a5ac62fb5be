// What runs inside the browser: the conformance suite on each runtime, and a short training. The last line of its report goes to the server.
import { float32, int64 } from '../../src/array/index.ts';
import {
  add,
  crossEntropy,
  matmul,
  NoAdapterError,
  type Runtime,
  wasmRuntime,
  webgpuRuntime,
} from '../../src/graph/index.ts';
import { conformance } from '../../src/graph/runtime/conformance.suite.ts';
import { zerosInit } from '../../src/nn/index.ts';
import { adamW, type Objective, TrainStep } from '../../src/train/index.ts';

/** What the page found, by runtime: `''` for each promise that held, else what was wrong; or why there is no such runtime. */
export type PageReport = Readonly<Record<string, string | Readonly<Record<string, string>>>>;

/** A linear classifier of four separable classes. */
const objective: Objective = {
  inputs: { x: { dtype: 'float32', shape: ['batch', 4] }, labels: { dtype: 'int64', shape: ['batch'] } },
  loss: (module, { x, labels }) => {
    if (!x || !labels) throw new Error('expected x and labels');
    return crossEntropy(
      add(matmul(x, module.parameter('weight', [4, 4], zerosInit)), module.parameter('bias', [4], zerosInit)),
      labels,
    );
  },
};

async function trains(runtime: Runtime): Promise<void> {
  const initial = { weight: float32([4, 4], new Float32Array(16)), bias: float32([4], new Float32Array(4)) };
  const options = { runtime, optimizer: adamW(), groups: { weightDecay: 0 }, learningRate: () => 0.1, seed: 0 };
  const step = await TrainStep.create(objective, initial, options);
  const batch = {
    x: float32([4, 4], [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]),
    labels: int64([4], [2, 0, 3, 1]),
  };
  const losses: number[] = [];
  for (let at = 1; at <= 30; at++) losses.push((await step.run([batch], at)).loss);
  await step.release();
  const [first = 0, last = 1] = [losses[0], losses.at(-1)];
  if (Math.abs(first - Math.log(4)) > 1e-5) throw new Error(`expected the first loss ln 4, got ${first}`);
  if (!(last < 0.1)) throw new Error(`expected a last loss below 0.1, got ${last}`);
}

/** Promises that ONNX Runtime breaks: its WebGPU kernels refuse to run over nothing. */
const limits: Readonly<Partial<Record<Runtime['name'], string>>> = { webgpu: 'computes over zero rows' };

async function examine(make: () => Promise<Runtime>): Promise<PageReport[string]> {
  const runtime = await make().catch((error: unknown) => error as Error);
  if (runtime instanceof NoAdapterError) return runtime.message;
  if (runtime instanceof Error) throw runtime;
  const report: Record<string, string> = {};
  for (const [name, check] of Object.entries({ ...conformance, 'trains a classifier': trains })) {
    if (name === limits[runtime.name]) continue;
    report[name] = await check(runtime).then(
      () => '',
      (error: Error) => `${error.stack ?? error}`,
    );
  }
  return report;
}

const report: PageReport = {
  wasm: await examine(wasmRuntime).catch((error: Error) => ({ creation: `${error.stack}` })),
  webgpu: await examine(webgpuRuntime).catch((error: Error) => ({ creation: `${error.stack}` })),
};
await fetch('/report', { method: 'POST', body: JSON.stringify(report) });
