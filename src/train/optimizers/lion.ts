// Lion (Chen et al. 2023): the sign of an interpolated momentum.
import type { Optimizer } from './optimizer.ts';

/** `w ← w − rate · (sign(β₁ m + (1 − β₁) g) + decay · w)`, `m ← β₂ m + (1 − β₂) g`. Use a third to a tenth of AdamW's rate. */
export function lion(options: { readonly beta1?: number; readonly beta2?: number } = {}): Optimizer {
  const { beta1 = 0.9, beta2 = 0.99 } = options;
  return {
    name: 'lion',
    slots: ['m'],
    update: (parameters, { learningRate, gradientScale }) => {
      for (const { weight, gradient, slots, decay, learningRateScale } of parameters) {
        const [m] = slots as [Float32Array];
        const rate = learningRate * learningRateScale;
        for (let i = 0; i < weight.length; i++) {
          const g = (gradient[i] as number) * gradientScale;
          const old = m[i] as number;
          const direction = Math.sign(beta1 * old + (1 - beta1) * g);
          weight[i] = (weight[i] as number) * (1 - rate * decay) - rate * direction;
          m[i] = beta2 * old + (1 - beta2) * g;
        }
      }
    },
  };
}
