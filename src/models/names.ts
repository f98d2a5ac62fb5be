// From our parameter names to those of a file: renaming, the optional prefix of the bare model, LayerNorm's legacy spelling.
import type { WeightNames } from './architecture.ts';

/** Every name a file may use for the parameter `ours`, the one we write first. @throws RangeError when no rule fits */
export function fileNames(ours: string, names: WeightNames): string[] {
  const known = rename(ours, [...names.renames, ...(names.alternatives ?? [])]);
  if (known.length === 0) throw new RangeError(`fileNames: expected a renaming rule for '${ours}', found none`);
  const spellings = known.flatMap((name) =>
    name.startsWith(names.prefix) ? [name, name.slice(names.prefix.length)] : [name, names.prefix + name],
  );
  return spellings.flatMap((name) => [name, legacy(name)]).filter((name, i, all) => all.indexOf(name) === i);
}

/** TensorFlow's words for the parts of a layer norm, still found in old files. */
function legacy(name: string): string {
  return name.replace(/LayerNorm\.weight$/, 'LayerNorm.gamma').replace(/LayerNorm\.bias$/, 'LayerNorm.beta');
}

function rename(ours: string, rules: WeightNames['renames']): string[] {
  const number = /(?<=\.)\d+(?=\.)/.exec(ours)?.[0];
  const pattern = number === undefined ? ours : ours.replace(`.${number}.`, '.{i}.');
  return rules.filter(([, mine]) => mine === pattern).map(([theirs]) => theirs.replace('{i}', number ?? ''));
}
