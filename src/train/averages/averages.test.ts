// Averages against torch's and against plain sums; saved and restored they go on exactly.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { float32 } from '../../array/index.ts';
import { nodeRuntime } from '../../graph/index.node.ts';
import { meanSquaredError } from '../../graph/index.ts';
import { linear } from '../../nn/index.ts';
import { Arena } from '../arena.ts';
import { adamW } from '../optimizers/adam-w.ts';
import { type Objective, TrainStep } from '../step.ts';
import type { WeightAverage } from './average.ts';
import { meanOfLast } from './last.ts';
import { keptShare, movingAverage } from './moving.ts';

const objective: Objective = {
  inputs: { x: { dtype: 'float32', shape: ['batch', 2] }, y: { dtype: 'float32', shape: ['batch', 1] } },
  loss: (module, { x, y }) => meanSquaredError(linear(module, x as never, 1), y as never),
};
const batch = { x: float32([2, 2], [1, 2, 0, 1]), y: float32([2, 1], [3, 1]) };

async function made(average?: WeightAverage): Promise<TrainStep> {
  const first = { weight: float32([1, 2], [0.5, -0.5]), bias: float32([1], [0.1]) };
  return TrainStep.create(objective, first, {
    runtime: await nodeRuntime(),
    optimizer: adamW(),
    ...(average ? { average } : {}),
    groups: { weightDecay: 0, frozen: /bias/ },
    learningRate: () => 0.1,
    seed: 0,
  });
}
const values = (step: TrainStep, published = true): number[] =>
  Array.from((published ? step.publish() : step.parameters).weight?.data as Float32Array);

const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', 'fixtures', 'optimizers.json'), 'utf8'),
) as Readonly<Record<'sgd' | 'average', number[]>> & { readonly trail: readonly number[][] };

test('a moving average is torch.optim.swa_utils’ once the warm-up is over', () => {
  // a decay that the warm-up never goes below
  const decay = 0.15;
  expect(keptShare(decay, 1)).toBe(decay);
  const { follow } = movingAverage(decay);
  const arena = new Arena(4096);
  const [weight, average] = [arena.allocate(7), arena.allocate(7)];
  average.set(golden.trail[0] as number[]);
  for (const [i, at] of golden.trail.slice(1).entries()) {
    weight.set(at);
    follow?.([{ weight, slots: [average] }], i + 1, arena);
  }
  golden.average.forEach((expected, i) => {
    expect(Math.abs((average[i] as number) - expected)).toBeLessThan(1e-6);
  });
  expect([1, 10, 1000, 100_000].map((step) => keptShare(0.999, step))).toEqual([2 / 11, 11 / 20, 1001 / 1010, 0.999]);
});

test('the moving average is published, what is trained goes its own way', async () => {
  const [plain, averaged] = [await made(), await made(movingAverage(0.9))];
  let expected = values(averaged, false);
  for (let at = 1; at <= 4; at++) {
    for (const step of [plain, averaged]) await step.run([batch], at);
    expect(values(averaged, false)).toEqual(values(plain, false));
    const share = keptShare(0.9, at);
    expected = values(plain, false).map((w, i) => share * (expected[i] as number) + (1 - share) * w);
  }
  values(averaged).forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i] as number, 6);
  });
  expect(values(averaged)).not.toEqual(values(plain));
  expect(averaged.publish().bias).toBe(averaged.parameters.bias);
});

test('the mean of the last evaluations', async () => {
  const step = await made(meanOfLast(2));
  const seen: number[][] = [];
  for (let at = 1; at <= 3; at++) {
    await step.run([batch], at);
    seen.push(values(step, false));
    const last = seen.slice(-2);
    values(step).forEach((value, i) => {
      expect(value).toBeCloseTo(last.reduce((sum, row) => sum + (row[i] as number), 0) / last.length, 6);
    });
  }
  expect(() => meanOfLast(0)).toThrow('expected a whole number >= 1');
  expect(() => movingAverage(1)).toThrow('above 0 and below 1');
});

test.each([movingAverage(0.9), meanOfLast(2)])('$name: restored, it goes on bit for bit', async (average) => {
  const run = async (step: TrainStep, from: number, to: number): Promise<number[]> => {
    let last: number[] = [];
    for (let at = from; at <= to; at++) {
      await step.run([batch], at);
      last = values(step);
    }
    return last;
  };
  const whole = await run(await made(average), 1, 6);
  const [before, after] = [await made(average), await made(average)];
  await run(before, 1, 3);
  after.restore(before.parameters, before.state());
  expect(await run(after, 4, 6)).toEqual(whole);
});
