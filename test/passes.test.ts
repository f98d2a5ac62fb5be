// Every pass alone over every sample of every operation: same shapes, same values.
import { expect, test } from 'vitest';
import { gradients, interpret, mean, optimize, passes, type Tensor } from '../src/graph/index.ts';
import { composites, samples, traceSample } from './samples.ts';

const all = [
  ...Object.entries(samples).flatMap(([op, list]) => list.map((one, i) => [`${op} ${i}`, one] as const)),
  ...Object.entries(composites),
];

test.each(all)('%s', (_name, sample) => {
  const { inputs, outputs, feeds } = traceSample(sample);
  const floats = Object.values(inputs).filter((one) => one.dtype === 'float32');
  const first = outputs[0] as Tensor;
  const derived = first.dtype === 'float32' ? gradients(mean(first), floats) : [];
  const tensors = [...outputs, ...derived];
  // the inputs too, so that sizes are known
  const expected = interpret([...tensors, ...Object.values(inputs)], feeds);
  for (const pass of passes) {
    const actual = interpret([...optimize(tensors, [pass]), ...Object.values(inputs)], feeds);
    for (const [i, { shape, data }] of expected.entries()) {
      const scale = data.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
      expect(actual[i]?.shape).toEqual(shape);
      for (const [k, value] of data.entries()) {
        const error = Math.abs((actual[i]?.data[k] as number) - value) / scale;
        if (Number.isFinite(value)) expect(error).toBeLessThan(1e-6);
      }
    }
  }
});
