// Batches of pairs by tokens.
import { expect, test } from 'vitest';
import { groupByTokens, type PairLengths, pairSchedule } from './index.ts';

const lengths = Array.from({ length: 200 }, (_, i): PairLengths => [2 + ((i * 7) % 11), 2 + ((i * 13) % 17)]);
const size = { tokens: 120, pairs: 6 };

test('every pair once, no batch above its tokens or pairs, and not many below', () => {
  const batches = groupByTokens(lengths, size, { seed: 1, epoch: 0 });
  expect(batches.flat().sort((a, b) => a - b)).toEqual(lengths.map((_, i) => i));
  const padded = batches.map((batch) => {
    const widest = (side: 0 | 1): number => Math.max(...batch.map((i) => lengths[i]?.[side] as number));
    expect(batch.length).toBeLessThanOrEqual(6);
    return batch.length * (widest(0) + widest(1));
  });
  expect(Math.max(...padded)).toBeLessThanOrEqual(120);
  const tokens = lengths.reduce((sum, [source, target]) => sum + source + target, 0);
  expect(tokens / padded.reduce((a, b) => a + b, 0)).toBeGreaterThan(0.8);
});

test('a pair that is longer than a batch is one of its own', () => {
  const batches = groupByTokens(
    [
      [100, 100],
      [1, 1],
      [1, 1],
    ],
    { tokens: 50, pairs: 9 },
    { seed: 1, epoch: 0 },
  );
  expect(batches.map((batch) => batch.length).sort()).toEqual([1, 2]);
});

test('the schedule is a pure function of the step, through epochs of different lengths', () => {
  const [one, other] = [pairSchedule(lengths, size, 3), pairSchedule(lengths, size, 3)];
  const steps = Array.from({ length: 150 }, (_, i) => [...one(i + 1)]);
  expect(other(149)).toEqual(steps[148]);
  expect(other(2)).toEqual(steps[1]);
  const first = groupByTokens(lengths, size, { seed: 3, epoch: 0 });
  expect(steps.slice(0, first.length)).toEqual(first);
  const second = groupByTokens(lengths, size, { seed: 3, epoch: 1 });
  expect(steps.slice(first.length, first.length + second.length)).toEqual(second);
  expect(second).not.toEqual(first);
  expect(() => pairSchedule([], size, 1)).toThrow('at least one pair');
  expect(() => pairSchedule(lengths, { tokens: 0, pairs: 1 }, 1)).toThrow('a whole number >= 1, got 0');
});
