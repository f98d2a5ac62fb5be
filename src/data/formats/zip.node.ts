// Zip archives in memory (PKWARE APPNOTE 6.3): stored or deflated entries, found through the central directory at the end.
import { crc32, inflateRawSync } from 'node:zlib';
import { DataError } from '../dataset.ts';

const [END, ENTRY, LOCAL] = [0x06054b50, 0x02014b50, 0x04034b50];
const [STORED, DEFLATED] = [0, 8];
const utf8 = new TextDecoder();

/** Most bytes that one entry may grow to. */
const MAX_BYTES = 2 ** 28;

function endOf(view: DataView, where: string): number {
  const least = Math.max(0, view.byteLength - 22 - 0xffff);
  for (let at = view.byteLength - 22; at >= least; at--) if (view.getUint32(at, true) === END) return at;
  throw new DataError(`parseZip: expected a zip archive with its directory at the end, got none (${where})`);
}

function inflated(content: Uint8Array, size: number, where: string): Uint8Array {
  try {
    return inflateRawSync(content, { maxOutputLength: Math.max(1, size) });
  } catch (error) {
    throw new DataError(`parseZip: expected whole deflated data, got ${(error as Error).message} (${where})`, {
      cause: error,
    });
  }
}

/**
 * The files of a zip archive by path; each is unpacked when it is asked for.
 * @throws DataError for something else, an archive cut short, encrypted or 64-bit entries, another compression
 */
export function parseZip(bytes: Uint8Array, where: string): Map<string, () => Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endOf(view, where);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  const files = new Map<string, () => Uint8Array>();
  const broken = (what: string): never => {
    throw new DataError(`parseZip: expected ${what} (${where})`);
  };
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || view.getUint32(at, true) !== ENTRY) broken(`directory entry ${i} of ${count}, got none`);
    const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
    const [packed, size] = [view.getUint32(at + 20, true), view.getUint32(at + 24, true)];
    const sum = view.getUint32(at + 16, true);
    const nameLength = view.getUint16(at + 28, true);
    const local = view.getUint32(at + 42, true);
    const name = utf8.decode(bytes.subarray(at + 46, at + 46 + nameLength));
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (name.endsWith('/')) continue;
    if (flags & 1) broken(`entries that are not encrypted, got ${name}`);
    if (method !== STORED && method !== DEFLATED) broken(`entries stored or deflated, got method ${method} of ${name}`);
    if (size > MAX_BYTES) broken(`entries of at most ${MAX_BYTES} bytes, got ${size} of ${name}`);
    files.set(name, () => {
      if (local + 30 > bytes.length || view.getUint32(local, true) !== LOCAL)
        broken(`${name} at byte ${local}, got none`);
      const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
      const content = bytes.subarray(start, start + packed);
      if (content.length < packed) broken(`${packed} bytes of ${name}, got ${content.length}: cut short`);
      const unpacked = method === STORED ? content : inflated(content, size, `${where}, ${name}`);
      if (unpacked.length !== size || crc32(unpacked) !== sum) broken(`${name} with its checksum, got a damaged one`);
      return unpacked;
    });
  }
  return files;
}
