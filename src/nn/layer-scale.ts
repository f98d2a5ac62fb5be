// Residual branches that start small and may be skipped: LayerScale (Touvron et al. 2021) and stochastic depth (Huang et al. 2016).
import { add, multiply, randomMask, type Tensor } from '../graph/index.ts';
import type { Residual } from './encoder.ts';
import { constantInit } from './initialize.ts';

/** Options of `preNormWith`. */
export interface BranchOptions {
  /** First value of the scale, one number a channel; no scale when absent. */
  readonly scale?: number;
  /** Probability of leaving out a sub-layer for a whole sequence while training, in [0, 1). */
  readonly dropPath?: number;
}

/** `x + keep · scale · sublayer(norm(x))`; the scale is `scale` `[D]` below `attention_scale`, `feed_forward_scale`. */
export function preNormWith({ scale, dropPath = 0 }: BranchOptions): Residual {
  return (module, x, norm, sublayer) => {
    let y = sublayer(module.child(norm.name, (m) => norm.layer(m, x)));
    const place = norm.name.replace(/_norm$/, '_scale');
    if (scale !== undefined) {
      const width = x.shape.at(-1) as number;
      y = multiply(
        y,
        module.child(place, (m) => m.parameter('scale', [width], constantInit(scale))),
      );
    }
    return add(x, skipped(module.context.training, y, dropPath, place.replace(/_scale$/, '_drop_path')));
  };
}

function skipped(training: boolean, y: Tensor, rate: number, name: string): Tensor {
  if (!training || rate === 0) return y;
  return multiply(y, randomMask(name, rate, [y.shape[0] as Tensor['shape'][number], ...y.shape.slice(1).map(() => 1)]));
}
