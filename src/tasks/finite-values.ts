// What a model gives has to be numbers: with weights that are none, labels, scores and losses would come out that mean nothing.
import type { NdArray } from '../array/index.ts';
import type { Model } from '../models/index.ts';

/** NaN or an infinity, where a model or its weights have to have numbers. */
export class NonFiniteValueError extends Error {
  override readonly name = 'NonFiniteValueError';

  /** `what` was to be finite; `where` it was not. */
  constructor(what: string, got: number, where: string) {
    super(
      `expected finite ${what}, got ${got} (${where}); check the weights: a training that ran away, or a file that is damaged`,
    );
  }
}

/** The first place that holds no finite number, -1 without one. */
function nonFiniteAt(data: Float32Array | Float64Array): number {
  // a sum is not finite if one of its terms is not: float32 cannot overflow a double
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i] as number;
  return Number.isFinite(sum) ? -1 : data.findIndex((value) => !Number.isFinite(value));
}

/** @throws NonFiniteValueError for results `[B, …]` with NaN or an infinity, with the row as `nameOf` calls it */
export function requireFinite(
  results: Readonly<Record<string, NdArray>>,
  { className }: Pick<Model, 'className'>,
  nameOf: (row: number) => string,
): void {
  for (const [name, { shape, data }] of Object.entries(results)) {
    if (!(data instanceof Float32Array || data instanceof Float64Array)) continue;
    const at = nonFiniteAt(data);
    if (at < 0) continue;
    const where =
      shape.length === 0 ? 'the whole batch' : nameOf(Math.floor((at * (shape[0] as number)) / data.length));
    throw new NonFiniteValueError(name, data[at] as number, `${where}, ${className}`);
  }
}
