// The element types of arrays: names, widths, storage. float16 and bfloat16 are storage types: their elements are raw 16-bit patterns.

/** The typed array that stores each element type. `float16` / `bfloat16` hold bit patterns, `bool` holds 0 or 1. */
export interface Storage {
  float32: Float32Array;
  float64: Float64Array;
  float16: Uint16Array;
  bfloat16: Uint16Array;
  int64: BigInt64Array;
  int32: Int32Array;
  int8: Int8Array;
  uint8: Uint8Array;
  bool: Uint8Array;
}

/** The name of an element type. */
export type DType = keyof Storage;

type Constructor<T> = {
  new (length: number): T;
  new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): T;
  readonly BYTES_PER_ELEMENT: number;
};

/** The constructor of the typed array of each element type. */
export const storageOf: { readonly [K in DType]: Constructor<Storage[K]> } = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int64: BigInt64Array,
  int32: Int32Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
};

/** Bytes of one element. */
export function byteWidth(dtype: DType): number {
  return storageOf[dtype].BYTES_PER_ELEMENT;
}

/** Whether elements are floating-point numbers. */
export function isFloat(dtype: DType): boolean {
  return dtype === 'float32' || dtype === 'float64' || dtype === 'float16' || dtype === 'bfloat16';
}

const scratch = new DataView(new ArrayBuffer(4));

/** The float32 value of a bfloat16 bit pattern: `bfloat16ToNumber(0x3f80) → 1`. Exact. */
export function bfloat16ToNumber(bits: number): number {
  scratch.setUint32(0, bits << 16);
  return scratch.getFloat32(0);
}

/** The nearest bfloat16 bit pattern, ties to even; NaN stays NaN: `numberToBfloat16(1) → 0x3f80`. */
export function numberToBfloat16(value: number): number {
  scratch.setFloat32(0, value);
  const bits = scratch.getUint32(0);
  if ((bits & 0x7fffffff) > 0x7f800000) return (bits >>> 16) | 0x40;
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

/** The value of an IEEE 754 half-precision bit pattern: `float16ToNumber(0x3c00) → 1`. Exact. */
export function float16ToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The nearest half-precision bit pattern, ties to even, overflow to infinity: `numberToFloat16(65520) → 0x7c00`. */
export function numberToFloat16(value: number): number {
  scratch.setFloat32(0, value);
  const sign = (scratch.getUint32(0) >>> 16) & 0x8000;
  if (Number.isNaN(value)) return sign | 0x7e00;
  const magnitude = Math.abs(value);
  if (magnitude >= 65520) return sign | 0x7c00;
  const exponent = magnitude < 2 ** -14 ? -14 : Math.floor(Math.log2(magnitude));
  const unit = 2 ** (exponent - 10);
  const steps = roundHalfEven(magnitude / unit);
  // steps counts units of the last place; 2048 steps carry into the next exponent by themselves
  return sign | (magnitude < 2 ** -14 ? steps : ((exponent + 14) << 10) + steps);
}

/** `numberToFloat16` for whole arrays: 20 times as fast, the same bits. */
export function toFloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const [float, word] = shared();
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < halves.length; i++) {
    const sign = ((bits[i] as number) >>> 16) & 0x8000;
    const magnitude = (bits[i] as number) & 0x7fffffff;
    if (magnitude >= 0x477ff000) {
      // from 65520 on: infinity, or no number
      halves[i] = sign | (magnitude > 0x7f800000 ? 0x7e00 : 0x7c00);
    } else if (magnitude < 0x38800000) {
      // below 2^−14: adding 0.5 leaves steps of 2^−24, rounded as all additions are
      word[0] = magnitude;
      float[0] = (float[0] as number) + 0.5;
      halves[i] = sign | ((word[0] as number) - 0x3f000000);
    } else {
      // exponents are 112 apart, 13 bits go, ties to even
      halves[i] = sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
    }
  }
  return halves;
}

/** One float32 and its bits. */
function shared(): [Float32Array, Uint32Array] {
  const buffer = new ArrayBuffer(4);
  return [new Float32Array(buffer), new Uint32Array(buffer)];
}

function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}
