// CSV and TSV with a header line, through csv-parse. Its line counts are wrong after quoted CRLF line ends, so lines are counted here
// from the byte offsets of records, which are right.
import { type CsvError, parse } from 'csv-parse/sync';
import { DataError } from '../dataset.ts';

/** What separates the fields of a table, by its name: tabs in `.tsv` and `.tsv.gz`, in small letters or capitals, else commas. */
export const delimiterOf = (path: string): string => (/\.tsv(\.gz)?$/i.test(path) ? '\t' : ',');

/** One record with the line it begins on, counted from 1. */
export interface CsvRecord {
  readonly line: number;
  readonly fields: Readonly<Record<string, string>>;
}

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

const [LF, CR] = [0x0a, 0x0d];

/** Gives the line that the record after byte `end` begins on; called with rising offsets. */
function lineCounter(bytes: Uint8Array): (end: number) => number {
  let [at, line] = [0, 1];
  const pass = (): void => {
    // CRLF counts once, at its LF; a lone CR is a line end too
    if (bytes[at] === LF || (bytes[at] === CR && bytes[at + 1] !== LF)) line++;
    at++;
  };
  return (end) => {
    while (at < end) pass();
    while (bytes[at] === LF || bytes[at] === CR) pass();
    return line;
  };
}

function rowsOf(text: string, where: string, delimiter: string): Row[] {
  const bytes = new TextEncoder().encode(text);
  const lineAfter = lineCounter(bytes);
  let line = lineAfter(0);
  const rows: Row[] = [];
  try {
    parse(text, {
      bom: true,
      delimiter,
      skip_empty_lines: true,
      relax_quotes: true,
      relax_column_count: true,
      on_record: (cells: string[], { bytes: end }) => {
        rows.push({ line, cells });
        line = lineAfter(end);
        return null;
      },
    });
  } catch (error) {
    const what = (error as CsvError).code === 'CSV_QUOTE_NOT_CLOSED' ? 'a quote that is never closed' : undefined;
    throw new DataError(
      `parseCsv: expected a record, got ${what ?? (error as Error).message} (${where}, line ${line})`,
      {
        cause: error,
      },
    );
  }
  return rows;
}

/**
 * The records of a text; a byte-order mark and any line ends are fine, empty lines are skipped.
 * @throws DataError for a missing or repeated column (naming those there are), a record of another length or an open quote (with the
 * line the record begins on), no records
 */
export function parseCsv(text: string, where: string, columns: readonly string[], delimiter = ','): CsvRecord[] {
  const [header, ...rows] = rowsOf(text, where, delimiter);
  if (!header) throw new DataError(`parseCsv: expected a header line, got an empty file (${where})`);
  const names = header.cells;
  if (columns.some((column) => !names.includes(column)))
    throw new DataError(`parseCsv: expected the columns ${columns.join(', ')}, got ${names.join(', ')} (${where})`);
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined)
    throw new DataError(
      `parseCsv: expected every column once, got '${repeated}' twice (${where}, line ${header.line})`,
    );
  if (rows.length === 0) throw new DataError(`parseCsv: expected records after the header, got none (${where})`);
  return rows.map(({ line, cells }) => {
    if (cells.length !== names.length)
      throw new DataError(
        `parseCsv: expected ${names.length} fields (${names.join(', ')}), got ${cells.length} (${where}, line ${line})`,
      );
    return { line, fields: Object.fromEntries(names.map((name, i) => [name, cells[i] as string])) };
  });
}
