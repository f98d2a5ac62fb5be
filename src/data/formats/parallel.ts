// Plain lines, and parallel text: two files whose lines belong together.
import { DataError } from '../dataset.ts';

/** A line with its number, from 1. */
export interface TextLine {
  readonly line: number;
  readonly text: string;
}

/** The lines of a text; the one after the last line end is none. */
export function parseLines(text: string): TextLine[] {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line, i) => ({ line: i + 1, text: line }));
}

/** Two lines that belong together. */
export interface LinePair {
  readonly line: number;
  readonly source: string;
  readonly target: string;
}

/**
 * Pairs of lines, trimmed; pairs that are empty on both sides are skipped.
 * @throws DataError naming the first line without a partner, a side that is empty, or that there is nothing
 */
export function parseParallel(source: string, target: string, where: readonly [string, string]): LinePair[] {
  const [left, right] = [parseLines(source), parseLines(target)];
  if (left.length !== right.length) {
    const at = Math.min(left.length, right.length) + 1;
    const longer = left.length > right.length ? where[0] : where[1];
    throw new DataError(
      `parseParallel: expected as many lines in both files, got ${left.length} and ${right.length}: line ${at} of ${longer} has no partner (${where.join(', ')})`,
    );
  }
  const pairs = left.flatMap(({ line, text }, i): LinePair[] => {
    const pair = { line, source: text.trim(), target: (right[i] as TextLine).text.trim() };
    if (pair.source === '' && pair.target === '') return [];
    const empty = pair.source === '' ? where[0] : pair.target === '' ? where[1] : undefined;
    if (empty !== undefined)
      throw new DataError(`parseParallel: expected a text on both sides, got none (${empty}, line ${line})`);
    return [pair];
  });
  if (pairs.length === 0) throw new DataError(`parseParallel: expected lines, got none (${where.join(', ')})`);
  return pairs;
}
