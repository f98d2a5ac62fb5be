// Sequences to answer: the records of FASTA and FASTQ files, of whole folders too.
import { type FileKind, listOriginals } from '../../data/index.node.ts';
import { loadSequences, sequenceEndings, sequenceFile } from '../../tokens/index.node.ts';
import { type DnaRecord, UnitsError } from '../../tokens/index.ts';
import type { FindInputs } from '../sense-classification/inputs.node.ts';

/** Whether an input is the path of a FASTA or FASTQ file, and no sequence. */
export const isSequenceFile = (input: string): boolean => sequenceFile.test(input);

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
      for (const { name, sequence } of await sequenceFiles.load(path)) yield { input: sequence, path, name };
    } catch (error) {
      if (!onBroken || !(error instanceof UnitsError)) throw error;
      onBroken({ id: path, error });
    }
  }
};
