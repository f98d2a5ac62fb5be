// Which patches are hidden: those with the most noise. Noise is a function of (seed, step), so a resumed run hides the same ones.
import { float32, type NdArray, Random, type RandomKey } from '../../array/index.ts';

/** Uniform noise `[rows, patches]` in [0, 1) at a key. */
export function patchNoise(key: Pick<RandomKey, 'seed' | 'step'>, rows: number, patches: number): NdArray<'float32'> {
  const random = new Random({ ...key, site: 'hidden patches' });
  return float32(
    [rows, patches],
    Float32Array.from({ length: rows * patches }, () => random.uniform()),
  );
}
