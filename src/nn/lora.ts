// Low-rank adapters (Hu et al. 2021): a frozen linear layer gets `scale · B(A(x))` beside it. Names and shapes are PEFT's.
import { add, multiply, type Tensor } from '../graph/index.ts';
import { uniformInit, zerosInit } from './initialize.ts';
import type { LoraOptions, Module } from './module.ts';
import { project } from './project.ts';

/** Factor of the added product. */
export function loraScale({ alpha, rank }: Pick<LoraOptions, 'alpha' | 'rank'>): number {
  return alpha / rank;
}

/**
 * `y + alpha / r · dropout(x) Aᵀ Bᵀ` where the module's context has adapters for this place, `y` itself elsewhere. `A` `[r, in]` starts as
 * torch.nn.Linear's weights (uniform within 1 / √in), `B` `[out, r]` at zero: at first nothing changes.
 */
export function withAdapter(module: Module, x: Tensor, y: Tensor): Tensor {
  const { lora } = module.context;
  if (!lora?.targets.test(module.path)) return y;
  const [width, out] = [x.shape.at(-1) as number, y.shape.at(-1) as number];
  return module.child('lora', (m) => {
    const a = m.child('a', (place) => place.parameter('weight', [lora.rank, width], uniformInit(1 / Math.sqrt(width))));
    const b = m.child('b', (place) => place.parameter('weight', [out, lora.rank], zerosInit));
    const low = project(m.dropout(x, lora.dropout), a);
    return add(y, multiply(project(low, b), loraScale(lora)));
  });
}
