// What a model gives has to be numbers: with weights that are none, labels, scores and losses would come out that mean nothing.
import { getNumber, type NdArray, nonFiniteAt } from '../array/index.ts';
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

/** @throws NonFiniteValueError for results `[B, …]` with NaN or an infinity, with the row as `nameOf` calls it */
export function requireFinite(
  results: Readonly<Record<string, NdArray>>,
  { className }: Pick<Model, 'className'>,
  nameOf: (row: number) => string,
): void {
  for (const [name, array] of Object.entries(results)) {
    const at = nonFiniteAt(array);
    if (at < 0) continue;
    const { shape, data } = array;
    const where =
      shape.length === 0 ? 'the whole batch' : nameOf(Math.floor((at * (shape[0] as number)) / data.length));
    throw new NonFiniteValueError(name, getNumber(array, at), `${where}, ${className}`);
  }
}
