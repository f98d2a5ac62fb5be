// Labelled sequences of one's own: a folder with a FASTA file for every label; a FASTA file and a table `name,label`; a table
// `sequence,label`.
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { sequenceFile } from '../../tokens/index.node.ts';
import { type DnaRecord, parseSequences, readBases } from '../../tokens/index.ts';
import { DataError, type SequenceDataset, type SplitName } from '../dataset.ts';
import { readBytes, readText } from '../files.node.ts';
import { delimiterOf, parseCsv } from '../formats/csv.ts';
import type { BrokenOptions } from '../originals.ts';
import { finished, type Row } from './label-folders.node.ts';
import { labelledRows } from './path-table.node.ts';

/** Equal sequences go to one side. */
const row = (id: string, label: string, sequence: string, part?: SplitName): Row<string> => ({
  part,
  key: sequence,
  example: { id, label, load: async () => sequence },
});

async function records(path: string): Promise<{ all: DnaRecord[]; sha256: string }> {
  const bytes = await readBytes(path);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { all: parseSequences(bytes, path), sha256 };
}

function datasetOf(name: string, rows: readonly Row<string>[], checksums: Record<string, string>): SequenceDataset {
  const labels = [...new Set(rows.map(({ example }) => example.label))].sort();
  return finished(name, labels, rows, checksums);
}

/**
 * A folder in which the name of every FASTA or FASTQ file (`.gz` too) is a label. A broken file is fatal, or told to `onBroken`.
 * @throws DataError for no such files; UnitsError for letters that are no bases, with file and line
 */
export async function readFastaFolder(folder: string, { onBroken }: BrokenOptions = {}): Promise<SequenceDataset> {
  const files = (await readdir(folder)).filter((name) => sequenceFile.test(name)).sort();
  if (files.length < 2) {
    throw new DataError(`data: expected a FASTA file for every label, got ${files.length} (${folder})`);
  }
  const checksums: Record<string, string> = {};
  const rows: Row<string>[] = [];
  for (const file of files) {
    try {
      const { all, sha256 } = await records(join(folder, file));
      const label = file.replace(sequenceFile, '');
      checksums[file] = sha256;
      for (const [i, { sequence }] of all.entries()) rows.push(row(`${file}:${i}`, label, sequence));
    } catch (error) {
      if (!onBroken) throw error;
      onBroken({ id: join(folder, file), error: error as Error });
    }
  }
  return datasetOf(basename(folder), rows, checksums);
}

/**
 * A FASTA or FASTQ file whose records a table labels: columns `name`, `label`, and `split` if it is cut already.
 * @throws DataError for a name that only one of the two files has, or that stands twice
 */
export async function readLabelledFasta(fasta: string, table: string): Promise<SequenceDataset> {
  const { all, sha256 } = await records(fasta);
  const { text, sha256: tableSum } = await readText(table);
  const rows = labelledRows(parseCsv(text, table, ['name', 'label'], delimiterOf(table)), table);
  const byName = new Map(rows.map((one) => [one.fields.name ?? '', one]));
  if (byName.size !== rows.length) {
    const seen = new Set<string>();
    const twice = rows.find(({ fields: { name = '' } }) => seen.size === seen.add(name).size);
    throw new DataError(
      `data: expected every name once, got '${twice?.fields.name}' again (${table}, line ${twice?.line})`,
    );
  }
  const read = all.map(({ name, sequence }) => {
    const found = byName.get(name);
    if (!found) throw new DataError(`data: expected a label of ${name} (${fasta}), got none (${table})`);
    byName.delete(name);
    return row(name, found.label, sequence, found.part);
  });
  const [left] = byName.values();
  if (left) {
    throw new DataError(
      `data: expected the record ${left.fields.name}, got none (${fasta}; ${table}, line ${left.line})`,
    );
  }
  return datasetOf(basename(fasta), read, { [fasta]: sha256, [table]: tableSum });
}

/** A table with the columns `sequence` and `label`, and `split` if it is cut already. @throws DataError, UnitsError with the line */
export async function readSequenceTable(file: string, { onBroken }: BrokenOptions = {}): Promise<SequenceDataset> {
  const { text, sha256 } = await readText(file);
  const parsed = parseCsv(text, file, ['sequence', 'label'], delimiterOf(file));
  const rows = labelledRows(parsed, file).flatMap(({ line, label, part, fields }): Row<string>[] => {
    const id = `${file}, line ${line}`;
    try {
      const { sequence = '' } = fields;
      if (sequence.trim() === '') throw new DataError(`data: expected a sequence, got none (${id})`);
      return [row(id, label, readBases(sequence.trim(), id), part)];
    } catch (error) {
      if (!onBroken) throw error;
      onBroken({ id, error: error as Error });
      return [];
    }
  });
  return datasetOf(basename(file), rows, { [file]: sha256 });
}
