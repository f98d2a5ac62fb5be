// The field `pattern` of Split and Replace: a text or a regular expression.
import { type Component, refuse } from '../component.ts';
import { matchesOf, occurrencesOf, translatePattern } from './translate.ts';

/** Finds all matches in a text: `[from, to, from, to, …]`. */
export type Matcher = (text: string) => number[];

/** What a `pattern` field holds. */
export interface Pattern {
  readonly find: Matcher;
  /** The regular expression as it stands in the file. */
  readonly regex: string | undefined;
}

/** @throws TokenizerError for a field that is neither `{ String }` nor `{ Regex }`, or an expression that cannot be translated */
export function patternOf(where: string, field: unknown): Pattern {
  const entries = Object.entries((field ?? {}) as Component);
  const [kind, value] = entries[0] ?? [];
  if (entries.length !== 1 || typeof value !== 'string') refuse(`${where}.pattern`, '{ String } or { Regex }', field);
  if (kind === 'String') {
    if (value !== '') return { regex: undefined, find: (text) => occurrencesOf(value, text) };
    return { regex: undefined, find: (text) => matchesOf(/(?:)/gu, text) };
  }
  if (kind !== 'Regex') refuse(`${where}.pattern`, '{ String } or { Regex }', field);
  const expression = translatePattern(value);
  return { regex: value, find: (text) => matchesOf(expression, text) };
}
