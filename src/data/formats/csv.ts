// CSV and TSV with a header line, through csv-parse.
import { type CsvError, parse } from 'csv-parse/sync';
import { DataError } from '../dataset.ts';

/** One record with the line it begins on. */
export interface CsvRecord {
  readonly line: number;
  readonly fields: Readonly<Record<string, string>>;
}

/** The records of a text. @throws DataError for a missing column (naming those there are), a broken record (with its line), no records */
export function parseCsv(text: string, where: string, columns: readonly string[], delimiter = ','): CsvRecord[] {
  let rows: { record: Record<string, string>; info: { lines: number } }[];
  try {
    rows = parse(text, {
      columns: true,
      bom: true,
      delimiter,
      info: true,
      skip_empty_lines: true,
      relax_quotes: true,
    }) as typeof rows;
  } catch (error) {
    throw new DataError(`parseCsv: ${(error as CsvError).message} (${where})`, { cause: error });
  }
  const [first] = rows;
  if (!first) throw new DataError(`parseCsv: expected records after the header, got none (${where})`);
  const missing = columns.filter((column) => !(column in first.record));
  if (missing.length > 0) {
    throw new DataError(
      `parseCsv: expected the columns ${columns.join(', ')}, got ${Object.keys(first.record).join(', ')} (${where})`,
    );
  }
  return rows.map(({ record, info }) => ({ line: info.lines, fields: record }));
}
