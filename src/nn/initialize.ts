// Initialisers: from a key and a shape to the first values of a parameter. Deterministic in (seed, parameter name).
import { float32, type NdArray, Random, type RandomKey, randomNormal, type Shape, sizeOf } from '../array/index.ts';

/** The first values of a parameter. */
export type Initializer = (key: RandomKey, shape: Shape) => NdArray<'float32'>;

/** All elements equal. */
export function constantInit(value: number): Initializer {
  return (_, shape) => float32(shape, new Float32Array(sizeOf(shape)).fill(value));
}

export const zerosInit: Initializer = constantInit(0);
export const onesInit: Initializer = constantInit(1);

/** Normal with mean 0; BERT and GPT-2 use deviation 0.02. */
export function normalInit(deviation: number): Initializer {
  return (key, shape) => randomNormal(key, shape, deviation);
}

/** Normal cut at two deviations (ViT, timm's `trunc_normal_`). */
export function truncatedNormalInit(deviation: number): Initializer {
  return (key, shape) => randomNormal(key, shape, deviation, 2);
}

/** Uniform in ±bound. */
export function uniformInit(bound: number): Initializer {
  return (key, shape) => {
    const random = new Random(key);
    return float32(
      shape,
      Float32Array.from({ length: sizeOf(shape) }, () => (2 * random.uniform() - 1) * bound),
    );
  };
}

/** Uniform in ±sqrt(6 / (fanIn + fanOut)) for weights `[out, in]` (Glorot & Bengio 2010). */
export const xavierInit: Initializer = (key, shape) => {
  const [out = 1, ...rest] = shape;
  return uniformInit(Math.sqrt(6 / (out + sizeOf(rest))))(key, shape);
};
