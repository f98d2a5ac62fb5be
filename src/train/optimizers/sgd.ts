// Stochastic gradient descent with momentum, equal to torch.optim.SGD.
import type { Optimizer } from './optimizer.ts';

/** `b ← momentum · b + g`, `w ← w − rate · b`; decay is added to the gradient. */
export function sgd(options: { readonly momentum?: number } = {}): Optimizer {
  const { momentum = 0.9 } = options;
  return {
    name: 'sgd',
    slots: ['momentum'],
    update: (parameters, { step, learningRate, gradientScale }) => {
      for (const { weight, gradient, slots, decay, learningRateScale } of parameters) {
        const [velocity] = slots as [Float32Array];
        const rate = learningRate * learningRateScale;
        for (let i = 0; i < weight.length; i++) {
          const g = (gradient[i] as number) * gradientScale + decay * (weight[i] as number);
          const b = step === 1 ? g : momentum * (velocity[i] as number) + g;
          velocity[i] = b;
          weight[i] = (weight[i] as number) - rate * b;
        }
      }
    },
  };
}
