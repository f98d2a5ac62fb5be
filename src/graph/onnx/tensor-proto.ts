// TensorProto → array: raw bytes, typed fields, or a stretch of an external file. onnx.proto3, messages TensorProto.
import type { onnx } from 'onnx-proto';
import { type DType, fromNumbers, type NdArray, ndArray, type Storage, sizeOf, storageOf } from '../../array/index.ts';
import { elementTypes } from './emitter.ts';
import { OnnxError } from './error.ts';

/** Contents of external files by the location that the model names. */
export type ExternalData = Readonly<Record<string, Uint8Array>>;

const dtypes = new Map(Object.entries(elementTypes).map(([dtype, number]) => [number, dtype as DType]));

/** The element type with ONNX's number. @throws OnnxError for one without a counterpart, such as strings */
export function dtypeOf(number: number | null | undefined, what: string): DType {
  const dtype = dtypes.get(number ?? 0);
  if (!dtype)
    throw new OnnxError(
      `expected an element type among ${[...dtypes.values()].join(', ')} for ${what}, got number ${number}`,
    );
  return dtype;
}

const EXTERNAL = 1;

/** The bytes that an external tensor points at. */
function externalBytes(proto: onnx.ITensorProto, files: ExternalData): Uint8Array {
  const entries = Object.fromEntries((proto.externalData ?? []).map(({ key, value }) => [key ?? '', value ?? '']));
  const location = entries.location ?? '';
  const file = files[location];
  if (!file) {
    throw new OnnxError(
      `expected the contents of '${location}' for '${proto.name}', got ${Object.keys(files).join(', ') || 'no external data'}; pass them as externalData`,
    );
  }
  const offset = Number(entries.offset ?? 0);
  const length = Number(entries.length ?? file.length - offset);
  if (!(offset >= 0 && length >= 0 && offset + length <= file.length)) {
    throw new OnnxError(
      `expected '${proto.name}' inside '${location}' (${file.length} bytes), got ${offset} + ${length}`,
    );
  }
  return file.subarray(offset, offset + length);
}

/** An initializer, or the value of a Constant. @throws OnnxError when sizes and bytes disagree */
export function arrayOf(proto: onnx.ITensorProto, files: ExternalData = {}): NdArray {
  const what = `tensor '${proto.name ?? ''}'`;
  const dtype = dtypeOf(proto.dataType, what);
  const shape = (proto.dims ?? []).map(Number);
  const isExternal = Number(proto.dataLocation ?? 0) === EXTERNAL;
  const raw = isExternal ? externalBytes(proto, files) : (proto.rawData ?? new Uint8Array());
  try {
    if (raw.length > 0 || sizeOf(shape) === 0) {
      // copied: raw bytes lie unaligned inside the file
      const data = new storageOf[dtype](new Uint8Array(raw).buffer) as Storage[DType];
      return ndArray(dtype, shape, data) as NdArray;
    }
    const bits = dtype === 'float16' || dtype === 'bfloat16';
    const values = [proto.floatData, proto.doubleData, proto.int64Data, proto.int32Data].find((list) => list?.length);
    const numbers = (values ?? []).map(Number);
    return bits ? ndArray(dtype, shape, Uint16Array.from(numbers)) : fromNumbers(dtype, shape, numbers);
  } catch (cause) {
    throw new OnnxError(`${what}: ${(cause as Error).message}`, { cause });
  }
}
