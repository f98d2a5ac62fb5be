// Sequences to answer: bases, a file with one sequence, the records of FASTA and FASTQ files, of whole folders too.
import { type FileKind, listOriginals } from '../../data/index.node.ts';
import { DataError } from '../../data/index.ts';
import { loadSequences, sequenceEndings, sequenceFile } from '../../tokens/index.node.ts';
import { type DnaRecord, UnitsError } from '../../tokens/index.ts';
import type { FindInputs } from '../sense-classification/inputs.node.ts';
import { isAddress, originalOf, type SenseInput } from '../sense-classification/pipeline.node.ts';

/** Bases as text, or a FASTA or FASTQ file: its path, its address or its bytes. */
export type SequenceInput = SenseInput<never>;

/** Whether an input is a file with sequences: a text is an address, or a path by its ending, or else bases. */
const isSequenceFile = (input: SequenceInput): boolean =>
  typeof input !== 'string' || sequenceFile.test(input) || isAddress(input);

const recordsOf = (file: SequenceInput): Promise<readonly DnaRecord[]> =>
  originalOf<readonly DnaRecord[]>(file, {
    loadFile: loadSequences,
    given: (other) => {
      const got = other === null ? 'null' : typeof other;
      throw new DataError(`pipeline: expected bases, or a path, an address or bytes of a FASTA file, got ${got}`);
    },
  });

/** The bases of an input. @throws DataError for a file with several sequences, UnitsError for one that is broken */
export async function basesOf(input: SequenceInput): Promise<string> {
  if (typeof input === 'string' && !isSequenceFile(input)) return input;
  const [first, ...others] = await recordsOf(input);
  if (first && others.length === 0) return first.sequence;
  const where = typeof input === 'string' || input instanceof URL ? String(input).slice(0, 200) : 'bytes';
  throw new DataError(
    `sequence: expected a file with one sequence, got ${others.length + 1} (${where})\n` +
      'Give them one by one; pipeline and predict answer each of the folder it lies in, or with --jsonl {"path": …}.',
  );
}

const sequenceFiles: FileKind<readonly DnaRecord[]> = {
  what: 'FASTA or FASTQ files',
  endings: sequenceEndings,
  load: loadSequences,
  folders: false,
};

/** Every record of a file or of a folder's files; bases are themselves. A file that cannot be read is broken as a whole. */
export const sequencesBehind: FindInputs = async function* find(given, { onBroken, note = () => undefined } = {}) {
  const { paths, isFolder, notes } = await listOriginals(given, sequenceFiles);
  for (const message of notes) note(`${given}: ${message}`);
  for (const path of paths) {
    if (!isFolder && !isSequenceFile(path)) {
      yield { input: path };
      continue;
    }
    try {
      for (const { name, sequence } of await recordsOf(path)) yield { input: sequence, path, name };
    } catch (error) {
      if (!onBroken || !(error instanceof UnitsError || error instanceof DataError)) throw error;
      onBroken({ id: path, error });
    }
  }
};
