// An n-d array on the host: a typed array with a shape, row-major. It computes nothing; graphs compute.
import {
  bfloat16ToNumber,
  type DType,
  float16ToNumber,
  isFloat,
  numberToBfloat16,
  numberToFloat16,
  type Storage,
  storageOf,
  toFloat16,
} from './dtype.ts';
import { type Shape, sizeOf } from './shape.ts';

/** A row-major array; `data.length` is the product of `shape`. */
export interface NdArray<T extends DType = DType> {
  readonly dtype: T;
  readonly shape: Shape;
  readonly data: Storage[T];
}

/** Named arrays: parameters, a batch, the contents of a safetensors file. */
export type NamedArrays = Readonly<Record<string, NdArray>>;

/**
 * An array over existing storage (not copied).
 * @throws RangeError when the storage does not hold exactly the shape's elements
 */
export function ndArray<T extends DType>(dtype: T, shape: Shape, data: Storage[T]): NdArray<T> {
  if (shape.some((dim) => !Number.isSafeInteger(dim) || dim < 0)) {
    throw new RangeError(`ndArray: expected sizes that are whole numbers >= 0, got [${shape}]`);
  }
  if (data.length !== sizeOf(shape)) {
    throw new RangeError(`ndArray: expected ${sizeOf(shape)} elements for shape [${shape}], got ${data.length}`);
  }
  return { dtype, shape, data };
}

/** An array of zeros. */
export function zeros<T extends DType>(dtype: T, shape: Shape): NdArray<T> {
  return ndArray(dtype, shape, new storageOf[dtype](sizeOf(shape)) as Storage[T]);
}

/** An array from plain numbers, converted to the element type: `fromNumbers('int64', [3], [1, 2, 3])`. */
export function fromNumbers<T extends DType>(dtype: T, shape: Shape, values: ArrayLike<number>): NdArray<T> {
  const array = zeros(dtype, shape);
  if (values.length !== array.data.length) return ndArray(dtype, shape, { length: values.length } as Storage[T]);
  for (let i = 0; i < values.length; i++) setNumber(array, i, values[i] as number);
  return array;
}

/** A float32 array from plain numbers or a typed array (the latter not copied when it is a Float32Array). */
export function float32(shape: Shape, values: ArrayLike<number>): NdArray<'float32'> {
  return values instanceof Float32Array ? ndArray('float32', shape, values) : fromNumbers('float32', shape, values);
}

/** An int64 array from plain whole numbers. */
export function int64(shape: Shape, values: ArrayLike<number>): NdArray<'int64'> {
  return fromNumbers('int64', shape, values);
}

/** A 0-dimensional float32 array. */
export function scalar(value: number): NdArray<'float32'> {
  return float32([], [value]);
}

/** Element `index` (row-major) as a number, whatever the element type. */
export function getNumber(array: NdArray, index: number): number {
  const raw = array.data[index] as number | bigint;
  if (array.dtype === 'float16') return float16ToNumber(raw as number);
  if (array.dtype === 'bfloat16') return bfloat16ToNumber(raw as number);
  return Number(raw);
}

/** Writes a number as element `index`, rounded to the element type. */
export function setNumber(array: NdArray, index: number, value: number): void {
  const { dtype } = array;
  if (dtype === 'int64') (array.data as BigInt64Array)[index] = BigInt(Math.trunc(value));
  else if (dtype === 'float16') (array.data as Uint16Array)[index] = numberToFloat16(value);
  else if (dtype === 'bfloat16') (array.data as Uint16Array)[index] = numberToBfloat16(value);
  else if (dtype === 'bool') (array.data as Uint8Array)[index] = value ? 1 : 0;
  else (array.data as Float64Array)[index] = isFloat(dtype) ? value : Math.trunc(value);
}

/** All elements as numbers, row-major. */
export function toNumbers(array: NdArray): number[] {
  return Array.from({ length: array.data.length }, (_, i) => getNumber(array, i));
}

/** The same values in another element type; the very same object when it has that type already. */
export function cast<T extends DType>(array: NdArray, dtype: T): NdArray<T> {
  if ((array.dtype as DType) === dtype) return array as unknown as NdArray<T>;
  if (array.dtype === 'float32' && dtype === 'float16')
    return ndArray('float16', array.shape, toFloat16(array.data as Float32Array)) as unknown as NdArray<T>;
  const result = zeros(dtype, array.shape);
  for (let i = 0; i < array.data.length; i++) setNumber(result, i, getNumber(array, i));
  return result;
}

/** The same storage under another shape of equal size. */
export function reshaped<T extends DType>(array: NdArray<T>, shape: Shape): NdArray<T> {
  return ndArray(array.dtype, shape, array.data);
}

/** The raw bytes of the array (a view, native little-endian). */
export function bytesOf(array: NdArray): Uint8Array {
  return new Uint8Array(array.data.buffer, array.data.byteOffset, array.data.byteLength);
}
