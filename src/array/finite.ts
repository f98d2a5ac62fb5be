// Values that are no numbers.
import { isFloat } from './dtype.ts';
import { getNumber, type NdArray } from './nd-array.ts';

/** The first place that holds NaN or an infinity, -1 where all values are finite. */
export function nonFiniteAt(array: NdArray): number {
  const { data, dtype } = array;
  if (!isFloat(dtype)) return -1;
  if (!(data instanceof Float32Array || data instanceof Float64Array)) {
    for (let i = 0; i < data.length; i++) if (!Number.isFinite(getNumber(array, i))) return i;
    return -1;
  }
  // a sum is not finite if one of its terms is not: float32 cannot overflow a double
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i] as number;
  return Number.isFinite(sum) ? -1 : data.findIndex((value) => !Number.isFinite(value));
}
