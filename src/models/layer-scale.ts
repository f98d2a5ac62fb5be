// Layer scale of the shared encoder and files that have no name for it: the factors go into the projections that they stand behind.
import { float32, type NamedArrays, type NdArray } from '../array/index.ts';

/** Which projection a scale stands behind. */
const behind: Readonly<Record<string, string>> = {
  attention_scale: 'attention.output',
  feed_forward_scale: 'feed_forward.down',
};

const SCALE = /^(.*\.)(attention_scale|feed_forward_scale)\.scale$/;

/** Every row of a weight `[out, in]`, or every number of a bias `[out]`, by the factor of its channel. */
function scaled({ shape, data }: NdArray, factors: NdArray): NdArray {
  const width = data.length / (shape[0] as number);
  return float32(
    shape,
    Float32Array.from(data as Float32Array, (value, i) => value * Number(factors.data[Math.floor(i / width)])),
  );
}

/**
 * Weights that compute the same without layer scale: `s · (x Wᵀ + b) = x (diag(s) W)ᵀ + s · b`. What a `config.json` without
 * `layerscale_value` describes; all other weights as they are.
 * @throws RangeError for a scale without its projection
 */
export function foldLayerScales(weights: NamedArrays): NamedArrays {
  const folded: Record<string, NdArray> = { ...weights };
  for (const [name, factors] of Object.entries(weights)) {
    const [, block = '', kind = ''] = SCALE.exec(name) ?? [];
    if (kind === '') continue;
    delete folded[name];
    for (const part of ['weight', 'bias']) {
      const place = `${block}${behind[kind]}.${part}`;
      const array = weights[place];
      if (!array) throw new RangeError(`foldLayerScales: expected '${place}' beside '${name}', got none`);
      folded[place] = scaled(array, factors);
    }
  }
  return folded;
}
