// Which array holds a value that is no number, or an infinite one.
import { type NamedArrays, type NdArray, nonFiniteAt } from '../array/index.ts';

/** The first array by name with such a value; undefined where all are finite. */
export function firstNonFinite(arrays: NamedArrays): string | undefined {
  return Object.keys(arrays).find((name) => nonFiniteAt(arrays[name] as NdArray) >= 0);
}
