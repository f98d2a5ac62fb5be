// JSON Lines: one object a line.
import { DataError } from '../dataset.ts';

/** One line's object with its number, counted from 1. */
export interface JsonLine {
  readonly line: number;
  readonly value: Readonly<Record<string, unknown>>;
}

/** The objects of a text; a byte-order mark, CRLF and empty lines are fine. @throws DataError with the line number */
export function parseJsonl(text: string, where: string): JsonLine[] {
  return text
    .replace(/^\ufeff/, '')
    .split('\n')
    .flatMap((raw, i): JsonLine[] => {
      if (raw.trim() === '') return [];
      let value: unknown;
      try {
        value = JSON.parse(raw);
      } catch (error) {
        throw new DataError(
          `parseJsonl: expected a JSON object, got ${(error as Error).message} (${where}, line ${i + 1})`,
          { cause: error },
        );
      }
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        throw new DataError(`parseJsonl: expected a JSON object, got ${raw.slice(0, 60)} (${where}, line ${i + 1})`);
      }
      return [{ line: i + 1, value: value as Record<string, unknown> }];
    });
}
