// An exponential moving average of the weights (Polyak & Juditsky 1992; with the warm-up of TensorFlow's ExponentialMovingAverage).
import { kernelsOf } from '../kernels.ts';
import type { WeightAverage } from './average.ts';

/** How much of the old average a step keeps: `min(decay, (1 + step) / (10 + step))`, so that the first weights are soon forgotten. */
export function keptShare(decay: number, step: number): number {
  return Math.min(decay, (1 + step) / (10 + step));
}

/** `a ← d a + (1 − d) w` after every step, d = `keptShare(decay, step)`. @throws RangeError for a decay outside (0, 1) */
export function movingAverage(decay: number): WeightAverage {
  if (!(decay > 0 && decay < 1)) {
    throw new RangeError(`movingAverage: expected a decay above 0 and below 1, got ${decay}`);
  }
  return {
    name: 'moving average',
    slots: ['average'],
    follow: (parameters, step, arena) => {
      const share = 1 - keptShare(decay, step);
      for (const { weight, slots } of parameters) {
        kernelsOf(arena).moveTowards(slots[0] as Float32Array, weight, share);
      }
    },
  };
}
