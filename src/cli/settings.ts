// `--set key=value`: fields of recipes by their paths.
import { override } from '../tasks/index.ts';
import { UsageError } from './command.ts';

/** The recipe with one setting applied. @throws UsageError for a word without `=`, a field that it does not have, a value of another type */
export function withSetting<R extends object>(recipe: R, setting: string): R {
  const at = setting.indexOf('=');
  if (at < 1) throw new UsageError(`--set: expected key=value, got '${setting}'`);
  return asUsage(() => override(recipe, setting.slice(0, at), setting.slice(at + 1)));
}

/** What a check of settings gives; what it refuses was wrong on the command line. @throws UsageError for its RangeError */
export function asUsage<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  }
}
