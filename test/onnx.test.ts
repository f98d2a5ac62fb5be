// Written models read again: every sample of every operation, in both spellings, computes the same; and written once more it still runs.
import { beforeAll, expect, test } from 'vitest';
import { toNumbers } from '../src/array/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { interpret, PORTABLE, type Runtime, readOnnx, type Tensor, writeOnnx } from '../src/graph/index.ts';
import { composites, samples, traceSample } from './samples.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime();
});

const all = [
  ...Object.entries(samples).flatMap(([op, list]) => list.map((one, i) => [`${op} ${i}`, one] as const)),
  ...Object.entries(composites),
];

const named = (tensors: readonly Tensor[]): Record<string, Tensor> =>
  Object.fromEntries(tensors.map((tensor, i) => [`y${i}`, tensor]));

test.each(all)('%s', async (_name, sample) => {
  const { outputs, feeds } = traceSample(sample);
  const expected = interpret(outputs, feeds);
  for (const backend of [runtime.backend, PORTABLE]) {
    const read = readOnnx(writeOnnx(named(outputs), { backend, opset: 21 }).bytes);
    const again = Object.values(read.outputs);
    expect(again.map(({ dtype, shape }) => ({ dtype, shape }))).toEqual(
      outputs.map(({ dtype, shape }) => ({ dtype, shape })),
    );
    const session = await runtime.createSession(writeOnnx(read.outputs, { backend }).bytes);
    const results = await session.run(feeds);
    await session.release();
    interpret(again, feeds).forEach((value, i) => {
      const { data, shape } = expected[i] as { data: Float64Array; shape: readonly number[] };
      const scale = data.reduce((most, x) => Math.max(most, Math.abs(x)), 1);
      expect(value.shape).toEqual(shape);
      const run = toNumbers(results[`y${i}`] as never);
      for (const [k, x] of data.entries()) {
        // attributes are float32 in ONNX
        expect(Math.abs((value.data[k] as number) - x) / scale, `y${i}[${k}]`).toBeLessThan(1e-6);
        expect(Math.abs((run[k] as number) - x) / scale, `y${i}[${k}] again`).toBeLessThan(1e-5);
      }
    });
  }
});
