// AdamW (Loshchilov & Hutter 2019), equal to torch.optim.AdamW.
import { kernelsOf } from '../kernels.ts';
import type { Optimizer } from './optimizer.ts';

/** Adam's moments, decay applied to the weight itself. */
export function adamW(
  options: { readonly beta1?: number; readonly beta2?: number; readonly epsilon?: number } = {},
): Optimizer {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  return {
    name: 'adamW',
    slots: ['m', 'v'],
    update: (parameters, { step, learningRate, gradientScale }, arena) => {
      const kernels = kernelsOf(arena);
      for (const { weight, gradient, slots, decay, learningRateScale } of parameters) {
        const rate = learningRate * learningRateScale;
        const [m, v] = slots as [Float32Array, Float32Array];
        kernels.adamW(
          { weight, gradient, m, v },
          {
            rate: rate / (1 - beta1 ** step),
            beta1,
            beta2,
            correction2: 1 / (1 - beta2 ** step),
            epsilon,
            keep: 1 - rate * decay,
            gradientScale,
          },
        );
      }
    },
  };
}
