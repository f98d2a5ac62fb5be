// The sum that enters a Transformer, with real numbers and seeded weights: each unit's vector (a row of an embedding table, a weighted sum
// of rows, or a linear projection) plus the fixed sines and cosines of its position. For looking at and trying out; models learn theirs.
import { float32, type NdArray, Random, randomNormal } from '../array/index.ts';
import { countOf, sinusoidPositions, type Units, UnitsError, type UnitValues } from '../tokens/index.ts';

/** What `embedUnits` gives, each `[N, dim]`. */
export interface EmbeddedUnits {
  /** Units alone. */
  readonly units: NdArray<'float32'>;
  /** Positions alone. */
  readonly positions: NdArray<'float32'>;
  /** What enters the Transformer. */
  readonly sum: NdArray<'float32'>;
}

const DEVIATION = 0.5;

/** Row `id` of a seeded embedding table that is never stored whole. */
function tableRow(id: number, dim: number, seed: number): Float32Array {
  return randomNormal({ seed, step: id, site: 'embedUnits.table' }, [dim], DEVIATION).data;
}

function project(vectors: NdArray<'float32'>, dim: number, seed: number): Float32Array {
  const [count = 0, length = 0] = vectors.shape;
  // the usual scale of a linear layer's weights, so that results are about as large as the inputs
  const random = new Random({ seed, site: 'embedUnits.linear' });
  const weight = Float32Array.from({ length: dim * length }, () => random.normal() / Math.sqrt(length));
  const out = new Float32Array(count * dim);
  for (let n = 0; n < count; n++) {
    for (let d = 0; d < dim; d++) {
      let sum = 0;
      for (let i = 0; i < length; i++)
        sum += (vectors.data[n * length + i] as number) * (weight[d * length + i] as number);
      out[n * dim + d] = sum;
    }
  }
  return out;
}

function embed(values: UnitValues, count: number, dim: number, seed: number): Float32Array {
  if (values.kind === 'vectors') return project(values.vectors, dim, seed);
  const out = new Float32Array(count * dim);
  for (let n = 0; n < count; n++) {
    const [from, to] =
      values.kind === 'ids' ? [n, n + 1] : [values.offsets[n] as number, values.offsets[n + 1] as number];
    for (let at = from; at < to; at++) {
      const weight = values.kind === 'ids' ? 1 : (values.weights.data[at] as number);
      const row = tableRow(Number(values.ids.data[at]), dim, seed);
      for (let d = 0; d < dim; d++) out[n * dim + d] = (out[n * dim + d] as number) + weight * (row[d] as number);
    }
  }
  return out;
}

/**
 * Units as a matrix `[N, dim]`, their positions as another, and the sum. Equal seeds give equal numbers.
 * @throws UnitsError unless twice the number of position axes divides `dim` (12 and 24 do for one to three axes)
 */
export function embedUnits(units: Units, options: { readonly dim: number; readonly seed: number }): EmbeddedUnits {
  const { dim, seed } = options;
  const count = countOf(units);
  if (count === 0) throw new UnitsError('embedUnits: expected units, got none');
  const own = embed(units.values, count, dim, seed);
  const positions = sinusoidPositions(units.positions, dim);
  const sum = own.map((value, i) => value + (positions.data[i] as number));
  return { units: float32([count, dim], own), positions, sum: float32([count, dim], sum) };
}
