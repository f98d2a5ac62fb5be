// `--set key=value`: fields of recipes by their paths.
import { override } from '../tasks/index.ts';
import { UsageError } from './command.ts';

/** The recipe with one setting applied. @throws UsageError for a word without `=`, RangeError for a field that it does not have */
export function withSetting<R extends object>(recipe: R, setting: string): R {
  const at = setting.indexOf('=');
  if (at < 1) throw new UsageError(`--set: expected key=value, got '${setting}'`);
  return override(recipe, setting.slice(0, at), setting.slice(at + 1));
}
