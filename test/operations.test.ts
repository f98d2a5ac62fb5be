// Every operation on ONNX Runtime against the float64 interpreter: with the CPU's fused kernels, with standard operators only, and
// after graph clean-up.
import { beforeAll, expect, test } from 'vitest';
import { toNumbers } from '../src/array/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { interpret, optimize, PORTABLE, type Runtime, type Tensor, writeOnnx } from '../src/graph/index.ts';
import { composites, samples, traceSample } from './samples.ts';
import { emptySamples } from './samples-empty.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await nodeRuntime();
});

const all = [
  ...Object.entries(samples).flatMap(([op, list]) => list.map((one, i) => [`${op} ${i}`, one] as const)),
  ...Object.entries(composites),
  ...Object.entries(emptySamples).map(([name, one]) => [`empty: ${name}`, one] as const),
];

test.each(all)('%s', async (_name, sample) => {
  const { outputs, feeds } = traceSample(sample);
  const expected = interpret(outputs, feeds);
  const variants = [
    { tensors: outputs, backend: runtime.backend },
    { tensors: outputs, backend: PORTABLE },
    { tensors: optimize(outputs), backend: runtime.backend },
  ];
  for (const { tensors, backend } of variants) {
    const named = Object.fromEntries(tensors.map((tensor, i) => [`y${i}`, tensor as Tensor]));
    const session = await runtime.createSession(writeOnnx(named, { backend }).bytes);
    const results = await session.run(feeds);
    await session.release();
    expected.forEach((value, i) => {
      const ours = results[`y${i}`];
      if (!ours) throw new Error(`no output y${i}`);
      expect(ours.shape).toEqual(value.shape);
      const scale = value.data.reduce((most, x) => Math.max(most, Math.abs(x) || 0), 1);
      toNumbers(ours).forEach((x, k) => {
        const wanted = value.data[k] as number;
        if (Number.isNaN(wanted)) expect(x, `y${i}[${k}]`).toBeNaN();
        else expect(Math.abs(x - wanted) / scale, `y${i}[${k}]`).toBeLessThan(1e-5);
      });
    });
  }
});
