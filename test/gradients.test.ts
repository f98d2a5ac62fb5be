// Every operation: its derivative against central differences, both on the float64 interpreter.
import { expect, test } from 'vitest';
import { float32, toNumbers } from '../src/array/index.ts';
import {
  add,
  constant,
  cos,
  type Dim,
  full,
  gradients,
  input,
  interpret,
  matmul,
  multiply,
  ShapeError,
  scope,
  sum,
  type Tensor,
  trace,
  type Value,
} from '../src/graph/index.ts';
import { composites, type Sample, samples, traceSample } from './samples.ts';
import { emptySamples } from './samples-empty.ts';

/** A scalar that weighs every element of every output differently. */
function lossOf(outputs: readonly Tensor[]): Tensor {
  const parts = outputs
    .filter((output) => output.dtype === 'float32')
    .map((output, i) => {
      const size = output.shape.reduce<Dim>(
        (product, dim) => (typeof dim === 'number' && typeof product === 'number' ? product * dim : 1),
        1,
      ) as number;
      const weights = output.shape.every((dim) => typeof dim === 'number')
        ? constant(
            float32(
              output.shape as number[],
              Float32Array.from({ length: size }, (_, k) => Math.cos(3 * k + i + 1)),
            ),
          )
        : add(cos(multiply(output, 0.5)), 1);
      return sum(multiply(output, weights));
    });
  return parts.reduce((a, b) => add(a, b), full([], 0));
}

function check(sample: Sample): void {
  const { inputs, outputs, feeds } = traceSample(sample);
  const names = Object.keys(inputs).filter((name) => inputs[name]?.dtype === 'float32');
  const loss = lossOf(outputs);
  const derived = gradients(
    loss,
    names.map((name) => inputs[name] as Tensor),
  );
  const values: Record<string, Value> = Object.fromEntries(
    Object.entries(feeds).map(([name, array]) => [
      name,
      { shape: array.shape, data: Float64Array.from(toNumbers(array)) },
    ]),
  );
  // the inputs too: a gradient that does not depend on them still has their symbolic sizes
  const analytic = interpret([...derived, ...Object.values(inputs)], values);
  const step = 1e-6;
  names.forEach((name, i) => {
    const { data } = values[name] as Value;
    const gradient = analytic[i] as Value;
    expect(gradient.shape).toEqual((values[name] as Value).shape);
    for (let k = 0; k < data.length; k++) {
      const middle = data[k] as number;
      const [up, down] = [step, -step].map((shift) => {
        data[k] = middle + shift;
        return (interpret([loss], values)[0] as Value).data[0] as number;
      }) as [number, number];
      data[k] = middle;
      const numeric = (up - down) / (2 * step);
      const error = Math.abs(numeric - (gradient.data[k] as number)) / Math.max(1, Math.abs(numeric));
      expect(error, `${name}[${k}]: numeric ${numeric}, analytic ${gradient.data[k]}`).toBeLessThan(2e-6);
    }
  });
}

// these stop gradients on purpose: their numeric derivative differs from the one we define
const skipped = new Set(['StopGradient']);
const all = [
  ...Object.entries(samples)
    .filter(([op]) => !skipped.has(op))
    .flatMap(([op, list]) => list.map((one, i) => [`${op} ${i}`, one] as const)),
];

test.each(all)('%s', (_name, sample) => check(sample));
test.each(Object.entries(composites).filter(([name]) => name !== 'binaryCrossEntropy'))('%s', (_name, sample) =>
  check(sample),
);
test.each(Object.entries(emptySamples))('of nothing: %s', (_name, sample) => check(sample));

test('no gradient flows through stopGradient', () => {
  const { inputs, outputs, feeds } = traceSample(composites.binaryCrossEntropy as Sample);
  const [value] = interpret(gradients(outputs[0] as Tensor, [inputs.y as Tensor]), feeds) as [Value];
  expect(Array.from(value.data)).toEqual([0, 0, 0, 0]);
});

test('a shape mistake names the operation, both shapes and the module path', () => {
  const build = (): Tensor =>
    scope('encoder', () =>
      scope('attention', () => matmul(input('a', 'float32', ['batch', 3]), input('b', 'float32', [4, 5]))),
    );
  expect(() => trace(build)).toThrow(ShapeError);
  expect(() => trace(build)).toThrow(
    'MatMul: expected inner sizes that agree, got [batch, 3] float32 and [4, 5] float32 (encoder.attention)',
  );
});
