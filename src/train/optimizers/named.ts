// Optimizers by the names that recipes use.
import { adamW } from './adam-w.ts';
import { lion } from './lion.ts';
import type { Optimizer } from './optimizer.ts';
import { sgd } from './sgd.ts';

/** Makers; `beta2` is how long the second moment (AdamW) or the momentum (Lion) remembers. */
export const optimizers = {
  adamw: ({ beta2 }: { readonly beta2: number }): Optimizer => adamW({ beta2 }),
  sgd: (): Optimizer => sgd(),
  lion: ({ beta2 }: { readonly beta2: number }): Optimizer => lion({ beta2 }),
} as const;

/** A name of an optimizer. */
export type OptimizerName = keyof typeof optimizers;
