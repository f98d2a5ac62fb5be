// AdamW (Loshchilov & Hutter 2019), equal to torch.optim.AdamW.
import { add, divide, multiply, sqrt, subtract, type Tensor } from '../../graph/index.ts';
import { kernelsOf } from '../kernels.ts';
import type { GraphRule, Optimizer } from './optimizer.ts';

interface Constants {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** Adam's moments, decay applied to the weight itself. */
export function adamW(options: Partial<Constants> = {}): Optimizer {
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
    graph: graphRule({ beta1, beta2, epsilon }),
  };
}

/** The kernel's operations in the kernel's order, so that both round alike. */
function graphRule({ beta1, beta2, epsilon }: Constants): GraphRule {
  return {
    numbers: {
      learningRate: ({ learningRate }) => learningRate,
      /** The learning rate and the first moment's bias correction in one. */
      rate: ({ learningRate, step }) => learningRate / (1 - beta1 ** step),
      correction2: ({ step }) => 1 / (1 - beta2 ** step),
    },
    update: ({ weight, gradient, slots, decay, learningRateScale }, numbers) => {
      const { learningRate, rate, correction2 } = numbers as Record<'learningRate' | 'rate' | 'correction2', Tensor>;
      const [oldM, oldV] = slots as [Tensor, Tensor];
      const m = add(multiply(oldM, beta1), multiply(gradient, 1 - beta1));
      const v = add(multiply(oldV, beta2), multiply(multiply(gradient, gradient), 1 - beta2));
      const own = learningRateScale === 1 ? rate : multiply(rate, learningRateScale);
      const change = divide(multiply(m, own), add(sqrt(multiply(v, correction2)), epsilon));
      const lost = decay * learningRateScale;
      const kept = lost === 0 ? weight : multiply(weight, subtract(1, multiply(learningRate, lost)));
      return { weight: subtract(kept, change), slots: [m, v] };
    },
  };
}
