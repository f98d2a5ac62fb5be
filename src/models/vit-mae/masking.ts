// Which patches an autoencoder sees: those with the least noise. Noise is an input, so that a run is a function of its inputs.
import { castTo, type Dim, greaterOrEqual, negate, slice, type Tensor, topK } from '../../graph/index.ts';

/** A random choice of patches. */
export interface Masking {
  /** Indices of the patches seen, `[B, kept]`. */
  readonly kept: Tensor;
  /** Where each patch stands in the shuffled order, `[B, N]`. */
  readonly restore: Tensor;
  /** 1 for hidden patches, float32 `[B, N]`. */
  readonly mask: Tensor;
}

/** Indices in ascending order of the values, int64. */
function sortedIndices(values: Tensor): Tensor {
  return topK(negate(values), values.shape[1] as number).indices;
}

/** Keeps `⌊N · (1 − ratio)⌋` patches of noise `[B, N]`. */
export function maskByNoise(noise: Tensor, ratio: number): Masking {
  const patches = noise.shape[1] as number;
  const count = Math.trunc(patches * (1 - ratio));
  const shuffled = sortedIndices(noise);
  const restore = sortedIndices(castTo(shuffled, 'float32'));
  return {
    kept: slice(shuffled, 1, 0, count as Dim),
    restore,
    mask: castTo(greaterOrEqual(restore, count), 'float32'),
  };
}
