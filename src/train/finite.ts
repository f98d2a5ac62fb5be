// Which array holds a value that is no number, or an infinite one.
import { getNumber, type NamedArrays, type NdArray } from '../array/index.ts';

/** Whether all values of an array are finite. */
export function isFiniteArray(array: NdArray): boolean {
  const { data } = array;
  if (data instanceof Float32Array) {
    for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return false;
    return true;
  }
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(getNumber(array, i))) return false;
  return true;
}

/** The first array by name with such a value; undefined where all are finite. */
export function firstNonFinite(arrays: NamedArrays): string | undefined {
  return Object.keys(arrays).find((name) => !isFiniteArray(arrays[name] as NdArray));
}
