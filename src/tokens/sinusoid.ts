// Fixed sine and cosine positions on any number of axes: the width is shared out evenly, each axis gets its sines, then its cosines.
// One axis: Vaswani et al. 2017 in the order of Marian; two: ViT's and MAE's grids; three: TubeViT (Piergiovanni et al. 2023).
import { type NdArray, ndArray } from '../array/index.ts';
import { UnitsError } from './units.ts';

/**
 * `[N, A]` positions → `[N, dim]`: axis `a` fills columns `a · dim/A` onwards with `sin(p · ω_i)`, then `cos(p · ω_i)`,
 * `ω_i = 10000^(−i / (dim / 2A))`.
 * @throws UnitsError unless `dim` is a multiple of `2 · A`
 */
export function sinusoidPositions(positions: NdArray, dim: number): NdArray<'float32'> {
  const [count = 0, axes = 1] = positions.shape;
  if (dim <= 0 || dim % (2 * axes) !== 0) {
    throw new UnitsError(`sinusoidPositions: expected a width that ${2 * axes} divides for ${axes} axes, got ${dim}`);
  }
  const half = dim / axes / 2;
  const rates = Float64Array.from({ length: half }, (_, i) => 10000 ** (-i / half));
  const table = new Float32Array(count * dim);
  for (let n = 0; n < count; n++) {
    for (let a = 0; a < axes; a++) {
      const place = Number(positions.data[n * axes + a]);
      const at = n * dim + a * 2 * half;
      for (let i = 0; i < half; i++) {
        const angle = place * (rates[i] as number);
        table[at + i] = Math.sin(angle);
        table[at + half + i] = Math.cos(angle);
      }
    }
  }
  return ndArray('float32', [count, dim], table);
}
