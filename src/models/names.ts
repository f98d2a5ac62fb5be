// From our parameter names to those of a file: renaming, the optional prefix of the bare model, LayerNorm's legacy spelling.
import type { WeightNames } from './architecture.ts';

/** Every name a file may use for the parameter `ours`, the one we write first. @throws RangeError when no rule fits */
export function fileNames(ours: string, names: WeightNames): string[] {
  const renamed = renames(ours, names);
  if (renamed.length === 0) throw new RangeError(`fileNames: expected a renaming rule for '${ours}', found none`);
  const spellings = renamed.flatMap((written) =>
    written.startsWith(names.prefix)
      ? [written, written.slice(names.prefix.length)]
      : [written, names.prefix + written],
  );
  return spellings.flatMap((name) => [name, legacy(name)]).filter((name, i, all) => all.indexOf(name) === i);
}

/** TensorFlow's words for the parts of a layer norm, still found in old files. */
function legacy(name: string): string {
  return name.replace(/LayerNorm\.weight$/, 'LayerNorm.gamma').replace(/LayerNorm\.bias$/, 'LayerNorm.beta');
}

/** By every rule that fits: the first is how we write, the others are older or newer spellings. */
function renames(ours: string, names: WeightNames): string[] {
  const numbers: string[] = [];
  const pattern = ours.replace(/(?<=\.)\d+(?=\.)/g, (number) => `{${'ij'[numbers.push(number) - 1]}}`);
  const rules = names.renames.filter(([, mine]) => mine === pattern);
  return rules.map(([theirs]) => theirs.replace('{i}', numbers[0] ?? '').replace('{j}', numbers[1] ?? ''));
}
