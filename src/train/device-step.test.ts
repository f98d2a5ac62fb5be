// The update as graph against the update in place: the same weights step after step, on the host's memory as a device.
import { expect, test } from 'vitest';
import { float32, type NamedArrays } from '../array/index.ts';
import { nodeRuntime } from '../graph/index.node.ts';
import { hostDevice, meanSquaredError, type Runtime, tanh } from '../graph/index.ts';
import { linear } from '../nn/index.ts';
import { movingAverage } from './averages/moving.ts';
import { type FitPlan, fit } from './fit.ts';
import { adamW } from './optimizers/adam-w.ts';
import { lion } from './optimizers/lion.ts';
import { layerwiseDecay } from './parameter-groups.ts';
import { type Objective, type StepOptions, TrainStep } from './step.ts';

/** Two layers, dropout between them. */
const objective: Objective = {
  inputs: { x: { dtype: 'float32', shape: ['batch', 3] }, y: { dtype: 'float32', shape: ['batch', 2] } },
  loss: (root, { x, y }) => {
    const hidden = root.child('layers', (layers) => layers.child('0', (m) => tanh(linear(m, x as never, 5))));
    const out = root.child('head', (m) => linear(m, m.dropout(hidden, 0.25), 2));
    return meanSquaredError(out, y as never);
  },
};
const waves = (length: number, phase: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => Math.sin(phase + 1.7 * i));
const first: NamedArrays = {
  'layers.0.weight': float32([5, 3], waves(15, 1)),
  'layers.0.bias': float32([5], waves(5, 2)),
  'head.weight': float32([2, 5], waves(10, 3)),
  'head.bias': float32([2], waves(2, 4)),
};
const batchOf = (step: number, rows = 4): NamedArrays => ({
  x: float32([rows, 3], waves(3 * rows, step)),
  y: float32([rows, 2], waves(2 * rows, 2 * step)),
});

const node = await nodeRuntime();

/** The host's memory as a device, which tells what is put there, read back and still held. */
function counting(): { readonly runtime: Runtime; readonly seen: { put: number; read: number; live: number } } {
  const inner = hostDevice(node);
  const seen = { put: 0, read: 0, live: 0 };
  const held = new WeakSet<object>();
  const follow = <T extends Awaited<ReturnType<typeof inner.put>>>(array: T): T => {
    seen.live++;
    held.add(array);
    const { read, release } = array;
    array.read = () => {
      seen.read++;
      return read.call(array);
    };
    array.release = () => {
      if (held.delete(array)) seen.live--;
      release.call(array);
    };
    return array;
  };
  return {
    seen,
    runtime: {
      ...node,
      device: {
        put: async (array) => {
          seen.put++;
          return follow(await inner.put(array));
        },
        createSession: async (model, kept, options) => {
          const session = await inner.createSession(model, kept, options);
          return {
            inputNames: session.inputNames,
            release: () => session.release(),
            run: async (feeds) => {
              const results = await session.run(feeds);
              Object.values(results.kept).forEach(follow);
              return results;
            },
          };
        },
      },
    },
  };
}

/** Decay, exclusions, a scale by layer and clipping that matters at some steps. */
const made = (options: Partial<StepOptions> = {}): Promise<TrainStep> =>
  TrainStep.create(objective, first, {
    runtime: node,
    optimizer: adamW({ beta2: 0.98 }),
    groups: { weightDecay: 0.1, learningRateScale: layerwiseDecay(1, 0.5) },
    learningRate: (step) => 0.05 / step ** 0.5,
    clipNorm: 1.5,
    seed: 7,
    ...options,
  });

/** The largest difference, relative to the largest number of its array. */
function farthest(found: NamedArrays, expected: NamedArrays): number {
  return Math.max(
    ...Object.entries(expected).map(([name, { data }]) => {
      const values = found[name]?.data as Float32Array;
      const largest = (data as Float32Array).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      return Math.max(...values.map((value, i) => Math.abs(value - (data[i] as number)))) / largest;
    }),
  );
}

test('AdamW with decay, exclusions, layer-wise scale and clipping is the same in the graph', async () => {
  const { runtime, seen } = counting();
  const [host, device] = [await made(), await made({ runtime })];
  const norms: number[] = [];
  for (let at = 1; at <= 25; at++) {
    const [a, b] = [await host.run([batchOf(at)], at), await device.run([batchOf(at)], at)];
    expect(Math.abs(b.loss / a.loss - 1)).toBeLessThan(1e-6);
    expect(Math.abs(b.gradientNorm / a.gradientNorm - 1)).toBeLessThan(1e-6);
    norms.push(a.gradientNorm);
  }
  expect(Math.min(...norms)).toBeLessThan(1.5);
  expect(Math.max(...norms)).toBeGreaterThan(1.5);
  // weights, m and v go up once and come down when they are asked for
  expect(seen).toEqual({ put: 12, read: 0, live: 12 });
  expect(device.parameters['head.bias']?.data).toEqual(first['head.bias']?.data);
  await device.settle();
  await device.settle();
  expect(seen).toEqual({ put: 12, read: 12, live: 12 });
  expect(farthest(device.parameters, host.parameters)).toBeLessThan(1e-6);
  expect(farthest(device.state(), host.state())).toBeLessThan(1e-6);
  for (const step of [host, device]) await step.release();
  expect(seen.live).toBe(0);
});

test.each([0, 0.01, Number.POSITIVE_INFINITY])('clipped to %d', async (clipNorm) => {
  const { runtime } = counting();
  const still: NamedArrays = { x: float32([1, 3], [0, 0, 0]), y: float32([1, 2], [0, 0]) };
  const zeros = Object.fromEntries(
    Object.entries(first).map(([name, { shape, data }]) => [name, float32(shape, new Float32Array(data.length))]),
  );
  const [host, device] = [await made({ clipNorm }), await made({ clipNorm, runtime })];
  for (let at = 1; at <= 3; at++) for (const step of [host, device]) await step.run([batchOf(at)], at);
  await device.settle();
  expect(farthest(device.parameters, host.parameters)).toBeLessThan(1e-6);
  // gradients that are all 0
  device.restore(zeros, device.state());
  expect((await device.run([still], 4)).gradientNorm).toBe(0);
  await device.settle();
  expect(Object.values(device.parameters).every(({ data }) => data.every((value) => Number.isFinite(value)))).toBe(
    true,
  );
  for (const step of [host, device]) await step.release();
});

test('several batches make one update there too, and nothing is left behind', async () => {
  const { runtime, seen } = counting();
  const [host, device] = [await made(), await made({ runtime })];
  for (let at = 1; at <= 4; at++) {
    const batches = [batchOf(at, 4), batchOf(at + 9, 2), batchOf(at + 5, 3)];
    const [a, b] = [await host.run(batches, at), await device.run(batches, at)];
    expect(Math.abs(b.loss / a.loss - 1)).toBeLessThan(1e-6);
    // then one batch
    await host.run([batchOf(at)], at);
    await device.run([batchOf(at)], at);
  }
  // beside weights and state, the zeros that sums begin with
  expect(seen.live).toBe(16);
  await device.settle();
  expect(farthest(device.parameters, host.parameters)).toBeLessThan(1e-6);
  await device.release();
  expect(seen.live).toBe(0);
});

test('restored on a device, it goes on bit for bit; what does not learn goes up once and never comes down', async () => {
  const groups = { weightDecay: 0.1, frozen: /^head/ };
  const { runtime, seen } = counting();
  const [whole, before, after] = [
    await made({ runtime, groups }),
    await made({ runtime, groups }),
    await made({ runtime, groups }),
  ];
  for (let at = 1; at <= 6; at++) await whole.run([batchOf(at)], at);
  for (let at = 1; at <= 3; at++) await before.run([batchOf(at)], at);
  await before.settle();
  expect(seen.read).toBe(6);
  await after.run([batchOf(1)], 1);
  after.restore(before.parameters, before.state());
  for (let at = 4; at <= 6; at++) await after.run([batchOf(at)], at);
  for (const step of [whole, after]) await step.settle();
  expect(after.parameters).toEqual(whole.parameters);
  expect(after.state()).toEqual(whole.state());
  expect(after.parameters['head.weight']?.data).toEqual(first['head.weight']?.data);
  for (const step of [whole, before, after]) await step.release();
  expect(seen.live).toBe(0);
});

test('a loss that is no number changes nothing on a device', async () => {
  const { runtime, seen } = counting();
  const step = await made({ runtime });
  await step.run([batchOf(1)], 1);
  await step.settle();
  const [weights, state] = [structuredClone(step.parameters), structuredClone(step.state())];
  const broken = { ...batchOf(2), y: float32([4, 2], new Float32Array(8).fill(Number.NaN)) };
  expect((await step.run([broken], 2)).loss).toBeNaN();
  expect((await step.run([batchOf(2), broken], 2)).loss).toBeNaN();
  await step.settle();
  expect(step.parameters).toEqual(weights);
  expect(step.state()).toEqual(state);
  await step.release();
  expect(seen.live).toBe(0);
});

test('without a graph of the update, or with an average to follow, weights stay on the host', async () => {
  for (const options of [{ optimizer: lion() }, { average: movingAverage(0.9) }]) {
    const { runtime, seen } = counting();
    const [host, step] = [await made(options), await made({ ...options, runtime })];
    for (const one of [host, step]) await one.run([batchOf(1)], 1);
    expect(seen.put).toBe(0);
    expect(step.parameters).toEqual(host.parameters);
    expect(step.publish()).toEqual(host.publish());
  }
});

test('the loop brings weights to the host where it measures or saves, and at no other step', async () => {
  const { runtime, seen } = counting();
  const runs: { measured: number[][]; saved: [step: number, m: number[]][] }[] = [];
  for (const step of [await made(), await made({ runtime })]) {
    const run: (typeof runs)[number] = { measured: [], saved: [] };
    const numbersIn = (arrays: NamedArrays, name: string): number[] => Array.from(arrays[name]?.data as Float32Array);
    const plan: FitPlan = {
      ...{ steps: 8, evaluateEvery: 4, saveEvery: 3, logEvery: 1, unitsOf: () => 1 },
      batchesAt: (at) => [batchOf(at)],
      evaluate: async (weights) => {
        run.measured.push(numbersIn(weights, 'head.weight'));
        return {};
      },
    };
    await fit(step, plan, {
      ...{ metrics: async () => undefined, keepBest: async () => undefined, progress: () => undefined },
      save: async (state) => void run.saved.push([state.step, numbersIn(step.state(), 'm/head.weight')]),
    });
    runs.push(run);
    await step.release();
  }
  const [host, device] = runs as [(typeof runs)[number], (typeof runs)[number]];
  expect(device.saved.map(([at]) => at)).toEqual([3, 6, 8]);
  // at steps 3, 4, 6 and 8, at the last of them once for both
  expect(seen.read).toBe(4 * 12);
  const all = ({ measured, saved }: (typeof runs)[number]): number[] =>
    [...measured, ...saved.map(([, m]) => m)].flat();
  const expected = all(host);
  expect(expected).toHaveLength(50);
  all(device).forEach((value, i) => {
    expect(Math.abs(value - (expected[i] as number))).toBeLessThan(1e-6);
  });
});
