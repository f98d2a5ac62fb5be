/**
 * Host data: element types, shapes, n-d arrays, seeded random numbers.
 * @module array
 */
export { assemble, type Code, op, valueTypes, vectorLoop, type WasmFunction } from './assembler.ts';
export {
  bfloat16ToNumber,
  byteWidth,
  type DType,
  float16ToNumber,
  isFloat,
  numberToBfloat16,
  numberToFloat16,
  type Storage,
  storageOf,
  toFloat16,
} from './dtype.ts';
export { nonFiniteAt } from './finite.ts';
export {
  bytesOf,
  cast,
  float32,
  fromNumbers,
  getNumber,
  int64,
  type NamedArrays,
  type NdArray,
  ndArray,
  reshaped,
  scalar,
  setNumber,
  toNumbers,
  zeros,
} from './nd-array.ts';
export { philox, Random, type RandomKey, randomNormal, siteHash } from './random.ts';
export { broadcastShapes, normalizeAxis, type Shape, sizeOf, stridesOf } from './shape.ts';
