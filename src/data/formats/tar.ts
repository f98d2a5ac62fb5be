// Tar archives in memory: POSIX ustar (IEEE 1003.1) with GNU's and pax's long names. Only plain files are given.
import { DataError } from '../dataset.ts';

const BLOCK = 512;
const ascii = new TextDecoder('latin1');
const utf8 = new TextDecoder();

function field(header: Uint8Array, at: number, length: number): string {
  const bytes = header.subarray(at, at + length);
  const end = bytes.indexOf(0);
  return utf8.decode(end < 0 ? bytes : bytes.subarray(0, end));
}

function checksumHolds(header: Uint8Array): boolean {
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : (header[i] as number);
  return sum === Number.parseInt(field(header, 148, 8).trim(), 8);
}

/** `path` of pax's records, `LENGTH key=value\\n` each. */
function paxPath(bytes: Uint8Array): string | undefined {
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(utf8.decode(bytes))?.[1];
}

/**
 * The plain files of a tar archive by path; contents are views into `bytes`.
 * @throws DataError for something else, and for an archive that is cut short, with the place
 */
export function parseTar(bytes: Uint8Array, where: string): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= bytes.length; ) {
    const header = bytes.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) break;
    if (!checksumHolds(header))
      throw new DataError(`parseTar: expected a tar header at byte ${at}, got none (${where})`);
    const size = Number.parseInt(ascii.decode(header.subarray(124, 136)).replaceAll(/[\0 ]/g, '') || '0', 8);
    const content = bytes.subarray(at + BLOCK, at + BLOCK + size);
    const own = field(header, 0, 100);
    const prefix = field(header, 257, 5) === 'ustar' && header[263] === 0x30 ? field(header, 345, 155) : '';
    const name = longName ?? (prefix ? `${prefix}/${own}` : own);
    if (!Number.isSafeInteger(size) || content.length < size) {
      throw new DataError(`parseTar: expected ${size} bytes of ${name}, got ${content.length}: cut short (${where})`);
    }
    const type = String.fromCharCode(header[156] as number);
    longName = undefined;
    if (type === 'L') longName = field(content, 0, content.length);
    else if (type === 'x') longName = paxPath(content);
    else if (type === '0' || type === '\0') files.set(name, content);
    at += BLOCK * (1 + Math.ceil(size / BLOCK));
  }
  if (files.size === 0) throw new DataError(`parseTar: expected files, got none (${where})`);
  return files;
}
