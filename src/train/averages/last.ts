// The mean of the weights at the last few evaluations: checkpoint averaging (Vaswani et al. 2017, section 6.1).
import { kernelsOf } from '../kernels.ts';
import type { WeightAverage } from './average.ts';

/** The mean over the last `count` evaluations, this one included; fewer at the start. @throws RangeError for a count below 1 */
export function meanOfLast(count: number): WeightAverage {
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new RangeError(`meanOfLast: expected a whole number >= 1, got ${count}`);
  }
  return {
    name: 'mean of the last',
    slots: ['mean', ...Array.from({ length: count }, (_, i) => `sample${i}`)],
    sample: (parameters, taken, arena) => {
      const full = Math.min(taken + 1, count);
      for (const { weight, slots } of parameters) {
        const [mean, ...samples] = slots as [Float32Array, ...Float32Array[]];
        samples[taken % count]?.set(weight);
        mean.fill(0);
        for (const sample of samples.slice(0, full)) kernelsOf(arena).addScaled(mean, sample, 1 / full);
      }
    },
  };
}
