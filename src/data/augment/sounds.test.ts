// Sounds that are next to nothing.
import { expect, test } from 'vitest';
import { sound } from '../../tokens/index.ts';
import { augmentPlan } from './plan.ts';
import { atSpeed } from './sounds.ts';

test('speed leaves at least one sample where there was one', () => {
  // the middle of the filter: the sample times the share of the band that is left
  expect(atSpeed(sound(8000, Float32Array.of(0.5)), 4).channels).toEqual([Float32Array.of(0.125)]);
  const { original } = augmentPlan('audio', [{ kind: 'speed', factor: [4, 4] }]);
  const lengths = [0, 1, 2, 5, 6, 7].map((length) => {
    const { channels } = original(sound(8000, new Float32Array(length)), { seed: 1 });
    return channels[0]?.length;
  });
  // a quarter, rounded
  expect(lengths).toEqual([0, 1, 1, 1, 2, 2]);
});
