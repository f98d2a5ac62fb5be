// Norm layers as values, so that a block takes its norm as an argument.
import { full, layerNorm, rmsNorm, type Tensor } from '../graph/index.ts';
import { onesInit, zerosInit } from './initialize.ts';
import type { Module } from './module.ts';

/** Normalises the last axis with the parameters of `module`. */
export type NormLayer = (module: Module, x: Tensor) => Tensor;

/** Layer norm with parameters `weight` and, unless told otherwise, `bias`. */
export function layerNormWith(epsilon: number, options: { readonly bias?: boolean } = {}): NormLayer {
  return (module, x) => {
    const dim = x.shape.at(-1) as number;
    return layerNorm(
      x,
      module.parameter('weight', [dim], onesInit),
      options.bias === false ? full([dim], 0) : module.parameter('bias', [dim], zerosInit),
      epsilon,
    );
  };
}

/** RMS norm with parameter `weight`. */
export function rmsNormWith(epsilon: number): NormLayer {
  return (module, x) => rmsNorm(x, module.parameter('weight', [x.shape.at(-1) as number], onesInit), epsilon);
}
