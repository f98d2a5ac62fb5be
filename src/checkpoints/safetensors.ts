// The safetensors format: 8 bytes of header length, a JSON header, raw little-endian data. Every rule of the format is enforced,
// because a file may come from anyone. Source: huggingface/safetensors, README "Format".
import {
  bytesOf,
  byteWidth,
  type DType,
  type NamedArrays,
  type NdArray,
  ndArray,
  type Shape,
  storageOf,
} from '../array/index.ts';
import { CheckpointError } from './checkpoint-error.ts';

/** Longest header the format allows, in bytes. */
export const MAX_HEADER_BYTES = 100_000_000;

const dtypeOf: Readonly<Record<string, DType>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  I8: 'int8',
  U8: 'uint8',
  BOOL: 'bool',
};
const nameOf = Object.fromEntries(Object.entries(dtypeOf).map(([name, dtype]) => [dtype, name])) as Record<
  DType,
  string
>;

/** Where one tensor lies: offsets count from the end of the header. */
export interface TensorInfo {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly begin: number;
  readonly end: number;
}

/** A checked header. */
export interface Header {
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly metadata: Readonly<Record<string, string>>;
  /** Where the data begins in the file. */
  readonly dataStart: number;
}

/** The header's length from the first 8 bytes. @throws CheckpointError when it cannot be that of a file of `fileBytes` bytes */
export function headerLength(first: Uint8Array, fileBytes: number, where: string): number {
  if (first.length < 8 || fileBytes < 8)
    throw new CheckpointError(
      `safetensors: expected at least 8 bytes, got ${fileBytes} (${where}); the file is cut short, fetch it again`,
    );
  const length = new DataView(first.buffer, first.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES))
    throw new CheckpointError(
      `safetensors: expected a header of at most ${MAX_HEADER_BYTES} bytes, got ${length} (${where}); this is no safetensors file`,
    );
  if (Number(length) > fileBytes - 8)
    throw new CheckpointError(
      `safetensors: expected a header of ${length} bytes, got ${fileBytes - 8} bytes (${where}); the file is cut short, fetch it again`,
    );
  return Number(length);
}

/** Parses and checks a header: types, shapes, offsets without gap, overlap or rest, no name twice. */
export function parseHeader(bytes: Uint8Array, fileBytes: number, where: string): Header {
  let text: string;
  let parsed: unknown;
  // the format: the header MUST begin with a brace; so neither a byte-order mark nor white space may come first
  if (bytes[0] !== OPENING_BRACE)
    throw new CheckpointError(
      `safetensors: expected a JSON object as header, beginning with '{', got ${firstByte(bytes)} (${where}); this is no safetensors file`,
    );
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    parsed = JSON.parse(text);
  } catch (error) {
    throw new CheckpointError(`safetensors: expected a header in JSON, got ${(error as Error).message} (${where})`, {
      cause: error,
    });
  }
  requireUniqueKeys(text, where);
  // a Map and not a rest pattern: tensors may be called __proto__ or constructor
  const entries = new Map(Object.entries(parsed as Record<string, unknown>));
  const metadata = metadataOf(entries.get(METADATA), where);
  entries.delete(METADATA);
  const tensors = new Map([...entries].map(([name, entry]) => [name, tensorInfo(name, entry, where)]));
  requireContiguous(tensors, fileBytes - 8 - bytes.length, where);
  return { tensors, metadata, dataStart: 8 + bytes.length };
}

const METADATA = '__metadata__';
const OPENING_BRACE = 0x7b;

function firstByte(bytes: Uint8Array): string {
  const [byte] = bytes;
  return byte === undefined ? 'an empty header' : `the byte 0x${byte.toString(16).padStart(2, '0')}`;
}

function metadataOf(value: unknown, where: string): Record<string, string> {
  if (value === undefined) return {};
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isMap || Object.values(value).some((one) => typeof one !== 'string'))
    throw new CheckpointError(`safetensors: expected ${METADATA} to map strings to strings (${where})`);
  return value as Record<string, string>;
}

/** JSON.parse keeps the last of two equal keys; the format forbids the second, in the header and in its entries. */
function requireUniqueKeys(text: string, where: string): void {
  // one set of keys for every object that is open; undefined for lists
  const open: (Set<string> | undefined)[] = [];
  let expectsKey = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '"') {
      const start = i;
      for (i++; text[i] !== '"'; i++) if (text[i] === '\\') i++;
      const keys = open.at(-1);
      if (!keys || !expectsKey) continue;
      expectsKey = false;
      const raw = text.slice(start, i + 1);
      // escapes may spell one name in two ways
      const key = raw.includes('\\') ? (JSON.parse(raw) as string) : raw.slice(1, -1);
      if (keys.has(key))
        throw new CheckpointError(`safetensors: expected every name once, got '${key}' twice (${where})`);
      keys.add(key);
    } else if (c === '{' || c === '[') {
      open.push(c === '{' ? new Set() : undefined);
      expectsKey = c === '{';
    } else if (c === '}' || c === ']') open.pop();
    else if (c === ',') expectsKey = true;
  }
}

function tensorInfo(name: string, entry: unknown, where: string): TensorInfo {
  const fail = (expected: string, got: unknown): never => {
    throw new CheckpointError(
      `safetensors '${name}': expected ${expected}, got ${JSON.stringify(got)?.slice(0, 80)} (${where})`,
    );
  };
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
    return fail('an object with dtype, shape and data_offsets', entry);
  const { dtype, shape, data_offsets: offsets, ...rest } = entry as Record<string, unknown>;
  const known = typeof dtype === 'string' && Object.hasOwn(dtypeOf, dtype) ? dtypeOf[dtype] : undefined;
  if (!known) return fail(`dtype among ${Object.keys(dtypeOf).join(', ')}`, dtype);
  if (Object.keys(rest).length > 0) return fail('dtype, shape and data_offsets only', Object.keys(rest));
  if (!Array.isArray(shape) || !shape.every((dim) => Number.isSafeInteger(dim) && dim >= 0))
    return fail('a shape of whole numbers >= 0', shape);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every((at) => Number.isSafeInteger(at) && at >= 0)) {
    return fail('data_offsets [begin, end]', offsets);
  }
  const [begin, end] = offsets as [number, number];
  // exact: a product of doubles could round to the right size
  const bytes = (shape as number[]).reduce((product, dim) => product * BigInt(dim), BigInt(byteWidth(known)));
  if (bytes !== BigInt(end - begin)) return fail(`${bytes} bytes for shape [${shape}] ${dtype}`, offsets);
  return { dtype: known, shape: shape as number[], begin, end };
}

function requireContiguous(tensors: ReadonlyMap<string, TensorInfo>, dataBytes: number, where: string): void {
  let position = 0;
  for (const [name, info] of [...tensors].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end)) {
    if (info.begin !== position) {
      const what = info.begin < position ? 'overlaps the tensor before it' : 'leaves a gap before it';
      throw new CheckpointError(
        `safetensors '${name}': expected data at ${position}, got ${info.begin}: it ${what} (${where})`,
      );
    }
    position = info.end;
  }
  if (position !== dataBytes) {
    const what =
      position > dataBytes ? 'the file is cut short, fetch it again' : 'the file has bytes after its last tensor';
    throw new CheckpointError(`safetensors: expected ${position} bytes of data, got ${dataBytes} (${where}); ${what}`);
  }
}

/** One tensor's bytes as an array; copied, so that it is aligned and owns its memory. */
export function arrayFromBytes(info: TensorInfo, bytes: Uint8Array): NdArray {
  // not bytes.slice(): a Node Buffer's slice shares the memory
  return arrayOver(info, new Uint8Array(bytes).buffer);
}

/** A buffer that holds one tensor and nothing else, as an array: no copy. */
export function arrayOver(info: TensorInfo, buffer: ArrayBuffer): NdArray {
  const data = new storageOf[info.dtype](buffer, 0, buffer.byteLength / byteWidth(info.dtype));
  return ndArray(info.dtype, info.shape, data as Float32Array) as NdArray;
}

/** A whole file that is in memory. @throws CheckpointError */
export function decodeSafetensors(
  bytes: Uint8Array,
  where = 'in memory',
): { arrays: Record<string, NdArray>; metadata: Record<string, string> } {
  const length = headerLength(bytes.subarray(0, 8), bytes.length, where);
  const header = parseHeader(bytes.subarray(8, 8 + length), bytes.length, where);
  const arrays = [...header.tensors].map(([name, info]) => {
    return [
      name,
      arrayFromBytes(info, bytes.subarray(header.dataStart + info.begin, header.dataStart + info.end)),
    ] as const;
  });
  return { arrays: Object.fromEntries(arrays), metadata: { ...header.metadata } };
}

/**
 * A file's bytes.
 * @throws CheckpointError for a tensor called `__metadata__`
 */
export function encodeSafetensors(arrays: NamedArrays, metadata?: Readonly<Record<string, string>>): Uint8Array {
  if (Object.hasOwn(arrays, METADATA))
    throw new CheckpointError(
      `encodeSafetensors: expected names of tensors, got '${METADATA}', which the format keeps`,
    );
  return encoded(arrays, metadata);
}

/** Wide element types come first, then names, as the reference writes; the header is padded to 8 bytes. */
function encoded(arrays: NamedArrays, metadata?: Readonly<Record<string, string>>): Uint8Array {
  const entries = Object.entries(arrays).sort(
    ([nameA, a], [nameB, b]) => byteWidth(b.dtype) - byteWidth(a.dtype) || (nameA < nameB ? -1 : 1),
  );
  let position = 0;
  const described = entries.map(([name, array]) => {
    const begin = position;
    position += array.data.byteLength;
    return [name, { dtype: nameOf[array.dtype], shape: array.shape, data_offsets: [begin, position] }] as const;
  });
  const json = JSON.stringify({ ...(metadata ? { __metadata__: metadata } : {}), ...Object.fromEntries(described) });
  const raw = new TextEncoder().encode(json);
  const padded = Math.ceil(raw.length / 8) * 8;
  const bytes = new Uint8Array(8 + padded + position);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.fill(0x20, 8, 8 + padded);
  bytes.set(raw, 8);
  let at = 8 + padded;
  for (const [, array] of entries) {
    bytes.set(bytesOf(array), at);
    at += array.data.byteLength;
  }
  return bytes;
}
