// IDX: the array format of MNIST (LeCun, Cortes, Burges, http://yann.lecun.com/exdb/mnist). Two zero bytes, a type, a rank, sizes, values.
import { DataError } from '../dataset.ts';

/** Bytes of a shape; a view into the file. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

const UNSIGNED_BYTE = 0x08;

/**
 * An IDX file of unsigned bytes.
 * @throws DataError for another format, another type of values, sizes that do not agree with the bytes
 */
export function parseIdx(bytes: Uint8Array, where: string): IdxArray {
  const [zero, alsoZero, type, rank = 0] = bytes;
  if (bytes.length < 4 || zero !== 0 || alsoZero !== 0) {
    throw new DataError(`parseIdx: expected a file that begins 00 00, got ${hex(bytes.subarray(0, 2))} (${where})`);
  }
  if (type !== UNSIGNED_BYTE) {
    throw new DataError(
      `parseIdx: expected unsigned bytes (type 08), got type ${hex(bytes.subarray(2, 3))} (${where})`,
    );
  }
  const start = 4 + 4 * rank;
  if (rank === 0 || bytes.length < start) {
    throw new DataError(`parseIdx: expected the sizes of ${rank || 'some'} axes, got ${bytes.length} bytes (${where})`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const count = shape.reduce((product, size) => product * size, 1);
  if (count !== bytes.length - start) {
    throw new DataError(
      `parseIdx: expected ${count} bytes of values (${shape.join(' × ')}), got ${bytes.length - start} (${where})`,
    );
  }
  return { shape, data: bytes.subarray(start) };
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
