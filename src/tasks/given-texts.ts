// What a caller hands to a pipeline of texts: whether it is what it looks like.
import { DataError } from '../data/index.ts';

/** What something is, for messages. */
function described(given: unknown): string {
  if (given === null || typeof given !== 'object') return String(given).slice(0, 40);
  return Array.isArray(given) ? 'a list' : 'an object';
}

/** One text or several as a list. @throws DataError for anything else, with the input's number; `what` is given */
export function givenTexts(given: unknown, what = 'pipeline'): readonly string[] {
  const texts: readonly unknown[] = Array.isArray(given) ? given : [given];
  const at = texts.findIndex((one) => typeof one !== 'string');
  if (at < 0) return texts as readonly string[];
  const expected = Array.isArray(given) ? 'a text' : 'a text or a list of texts';
  throw new DataError(`${what}: expected ${expected}, got ${described(texts[at])} (input ${at + 1})`);
}

/** How many there are to be: an option of a call. @throws DataError for anything but a whole number of at least `least` */
export function givenCount(option: string, given: unknown, least = 1): number {
  if (Number.isSafeInteger(given) && (given as number) >= least) return given as number;
  throw new DataError(`${option}: expected a whole number >= ${least}, got ${described(given)}`);
}

/** How many labels a call keeps by its `top_k`: all where it is null. @throws DataError as `givenCount` */
export const givenTop = (given: number | null): number =>
  given === null ? Number.POSITIVE_INFINITY : givenCount('top_k', given);
