// What all benches print: medians with spread, in one table.

/** One line of a table: cells by column. */
export type Row = Readonly<Record<string, string | number>>;

/** The middle value; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** `median (smallest to largest)`; `–` of none. */
export function spread(values: readonly number[]): string {
  if (values.length === 0) return '–';
  const range = `${digits(Math.min(...values))} to ${digits(Math.max(...values))}`;
  return values.length === 1 ? digits(median(values)) : `${digits(median(values))} (${range})`;
}

/** A Markdown table, columns in the order of the first row. */
export function table(rows: readonly Row[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const cells = [columns, columns.map(() => ''), ...rows.map((row) => columns.map((column) => `${row[column] ?? ''}`))];
  const widths = columns.map((_, at) => Math.max(...cells.map((line) => line[at]?.length ?? 0)));
  return cells
    .map((line, i) => `| ${line.map((cell, at) => cell.padEnd(widths[at] ?? 0, i === 1 ? '-' : ' ')).join(' | ')} |`)
    .join('\n');
}
