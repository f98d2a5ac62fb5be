// A table (CSV or TSV) of paths and labels: columns `path` and `label`, `split` if it is cut already; all others become tags.
import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { DataError, type SenseDataset, type SenseExample, type SplitName } from '../dataset.ts';
import { readText } from '../files.node.ts';
import { type CsvRecord, delimiterOf, parseCsv } from '../formats/csv.ts';
import { type BrokenOptions, inOrder } from '../originals.ts';
import { atPlace, type FileKind } from './kinds.node.ts';
import { finished, type Row } from './label-folders.node.ts';

const splitNames: readonly SplitName[] = ['train', 'validation', 'test'];

/** A row that is all right. */
export interface TableRow {
  readonly line: number;
  readonly label: string;
  /** `undefined` when the table is not cut. */
  readonly part: SplitName | undefined;
  readonly fields: Readonly<Record<string, string>>;
}

/** Rows with label and part. @throws DataError with the line of an empty label or an unknown part */
export function labelledRows(records: readonly CsvRecord[], where: string): TableRow[] {
  return records.map(({ line, fields }) => {
    const { label = '', split } = fields;
    if (label === '') throw new DataError(`data: expected a label, got none (${where}, line ${line})`);
    const part = splitNames.find((name) => name === split);
    if (split !== undefined && part === undefined) {
      throw new DataError(`data: expected split ${splitNames.join(', ')}, got '${split}' (${where}, line ${line})`);
    }
    return { line, label, part, fields };
  });
}

/**
 * Originals that a table lists; paths are relative to the table. Missing and empty files are broken: fatal, or told to `onBroken`. Rows
 * without `split` are cut by path.
 * @throws DataError for an empty label, a path that is listed twice, a label that training lacks
 */
export async function readPathTable<T>(
  file: string,
  kind: FileKind<T>,
  { onBroken }: BrokenOptions = {},
): Promise<SenseDataset<T>> {
  const { text, sha256 } = await readText(file);
  const rows = labelledRows(parseCsv(text, file, ['path', 'label'], delimiterOf(file)), file);
  const lineOf = new Map<string, number>();
  for (const { line, fields } of rows) {
    const { path = '' } = fields;
    const before = lineOf.get(path);
    if (before !== undefined) {
      throw new DataError(`data: expected every path once, got '${path}' in lines ${before} and ${line} (${file})`);
    }
    lineOf.set(path, line);
  }
  const read = await inOrder(rows, 32, async ({ line, label, part, fields }): Promise<Row<T> | undefined> => {
    const { path: id = '', label: _label, split: _split, ...tags } = fields;
    const path = resolve(dirname(file), id);
    const size = await stat(path).then(
      (info) => info.size,
      () => undefined,
    );
    if (!size) {
      const got = size === 0 ? '0 bytes' : 'no such file';
      const error = new DataError(`data: expected the file ${path}, got ${got} (${file}, line ${line})`);
      if (!onBroken) throw error;
      onBroken({ id, error });
      return undefined;
    }
    const load = atPlace(path, () => kind.load(path));
    const example: SenseExample<T> = { id, label, ...(Object.keys(tags).length > 0 ? { tags } : {}), load };
    return { part, key: id, example };
  });
  const whole = read.filter((one) => one !== undefined);
  const labels = [...new Set(whole.map(({ example }) => example.label))].sort();
  return finished(basename(file), labels, whole, { [file]: sha256 });
}
