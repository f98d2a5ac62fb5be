// Sequences from files, unpacked when they are gzip (also without the ending .gz).
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { UnitsError } from '../units.ts';
import { parseSequences } from './fasta.ts';
import type { DnaRecord } from './sequence.ts';

/** Endings of files with sequences; `.gz` may follow. */
const ENDINGS = ['.fa', '.fna', '.ffn', '.fasta', '.fq', '.fastq'] as const;

/** The endings that files with sequences may have, packed or not. */
export const sequenceEndings: readonly string[] = [...ENDINGS, '.gz'];

/** The ending of a file with sequences: tests a name, and cuts it to its stem. */
export const sequenceFile: RegExp = new RegExp(`(${ENDINGS.map((ending) => `\\${ending}`).join('|')})(\\.gz)?$`, 'i');

/** Most bytes that a packed file may grow to. */
const MAX_BYTES = 1 << 30;

/** Records of a FASTA or FASTQ file by its path, or of its bytes; plain or gzip. @throws UnitsError for a missing, broken or protein file */
export async function loadSequences(source: string | Uint8Array): Promise<DnaRecord[]> {
  const where = typeof source === 'string' ? source : `${source.length} bytes`;
  const stored =
    typeof source !== 'string'
      ? source
      : await readFile(source).catch((error: NodeJS.ErrnoException) => {
          throw new UnitsError(`loadSequences: expected a FASTA or FASTQ file, got ${error.code} (${where})`, {
            cause: error,
          });
        });
  const packed = stored[0] === 0x1f && stored[1] === 0x8b;
  const bytes = packed
    ? await promisify(gunzip)(stored, { maxOutputLength: MAX_BYTES }).catch((error: Error) => {
        throw new UnitsError(`loadSequences: expected whole gzip data, got ${error.message} (${where})`, {
          cause: error,
        });
      })
    : stored;
  return parseSequences(bytes, where);
}
