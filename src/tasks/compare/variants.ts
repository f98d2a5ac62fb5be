// One recipe in several variants, each on every fold of every split, with every seed: folds, controls and units are all this. What the
// comparison says, and how it is shown.
import { bootstrapCrossed, DataError } from '../../data/index.ts';
import { joined, type Report, type ReportTable, type Said } from '../../lens/index.ts';
import { percent } from '../reporting.ts';
import type { ClassifyingRecipe } from './one-encoder.ts';
import { type Spread, spreadOf } from './quality.ts';
import { rivalName, testName, word } from './words.ts';

/** Right answers (1 or 0) by example, by test: `test`, and those on what is unlike the training. */
export interface RightAnswers {
  readonly test: readonly number[];
  readonly [more: string]: readonly number[];
}

/** What a variant has in the place of a recipe's own fields: groups of fields field by field, everything else whole. */
export type Changes<R> = {
  readonly [K in keyof R]?: R[K] extends readonly unknown[] ? R[K] : R[K] extends object ? Partial<R[K]> : R[K];
};

/** `data.options` that a fold is read with. */
export type Fold = Readonly<Record<string, string | number>>;

interface VariantsOf<R extends ClassifyingRecipe> {
  readonly name: string;
  readonly about: Said;
  readonly base: R;
  /** By name; `{}` is the recipe as it stands. The first is what the others are held against. */
  readonly variants: Readonly<Record<string, Changes<R>>>;
  /** Ways to cut the data, by name, each of one fold or more; folds count alike. */
  readonly splits: Readonly<Record<string, readonly Fold[]>>;
  readonly seeds: readonly number[];
}

/** The comparison of variants, for any recipe that classifies. */
export type VariantsRecipe = {
  [K in ClassifyingRecipe['task']]: VariantsOf<Extract<ClassifyingRecipe, { readonly task: K }>>;
}[ClassifyingRecipe['task']];

/** One fold of a variant. */
export interface FoldScore {
  readonly fold: string;
  readonly examples: number;
  /** By seed. */
  readonly accuracies: readonly number[];
  /** Their mean. */
  readonly accuracy: number;
}

/** One variant on one test of one split; keys are those of `--json`. */
export interface VariantRow {
  readonly variant: string;
  readonly split: string;
  readonly test: string;
  /** Of an example, special ones included. */
  readonly tokens: number;
  readonly parameters: number;
  /** Mean over folds and seeds. */
  readonly accuracy: number;
  /**
   * 95 % bootstrap interval over seeds and the test examples of all folds, each weighted so that folds count alike: how sure the mean over
   * these folds is.
   */
  readonly interval: readonly [number, number];
  /** Mean and 95 % interval by Student's t over folds, as another fold would fall; absent for a single one. */
  readonly over_folds?: Spread;
  readonly folds: readonly FoldScore[];
  /** Accuracy minus that of the first variant on the same examples; absent for the first. */
  readonly gain?: number;
  /** As `interval`, of the differences. */
  readonly gain_interval?: readonly [number, number];
}

/** Accuracy of a cheap rival, mean over folds. */
export interface RivalRow {
  readonly split: string;
  readonly test: string;
  readonly rival: string;
  readonly accuracy: number;
  /** By fold. */
  readonly accuracies: readonly number[];
}

/** The comparison. */
export interface VariantsComparison {
  readonly recipe: VariantsRecipe;
  /** Accuracy of guessing among the labels. */
  readonly chance: number;
  readonly rows: readonly VariantRow[];
  /** They learn from what the first variant reads, on the same folds. */
  readonly rivals: readonly RivalRow[];
}

/** A fold for people: `speaker theo`. */
export const foldName = (fold: Fold): string =>
  Object.entries(fold)
    .map(([key, value]) => `${key} ${value}`)
    .join(', ') || '–';

/** @throws DataError for a comparison without variants, splits, folds or seeds, or with one of these twice */
export function requireVariants({ variants, splits, seeds }: VariantsRecipe): void {
  const lists: Record<string, readonly string[]> = {
    variants: Object.keys(variants),
    splits: Object.keys(splits),
    seeds: seeds.map(String),
    ...Object.fromEntries(Object.entries(splits).map(([name, folds]) => [`splits.${name}`, folds.map(foldName)])),
  };
  for (const [where, names] of Object.entries(lists)) {
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (names.length > 0 && twice === undefined) continue;
    const got = twice === undefined ? 'none' : `'${twice}' twice`;
    throw new DataError(`compare: expected at least one entry, all different, got ${got} (${where})`);
  }
}

/** The recipe of one cell. */
export function variantRecipe(
  { base, variants }: VariantsRecipe,
  { variant, fold, seed }: { readonly variant: string; readonly fold: Fold; readonly seed: number },
): ClassifyingRecipe {
  const fields: Record<string, unknown> = { ...base };
  for (const [name, change] of Object.entries(variants[variant] ?? {})) {
    const isGroup = typeof change === 'object' && change !== null && !Array.isArray(change);
    fields[name] = isGroup ? { ...(fields[name] as object), ...change } : change;
  }
  const data = fields.data as ClassifyingRecipe['data'];
  return { ...fields, seed, data: { ...data, options: { ...data.options, ...fold } } } as ClassifyingRecipe;
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Right answers of one test: `[fold][seed][example]`. */
export type FoldAnswers = readonly (readonly (readonly number[])[])[];

/** `[seed][example of all folds]`, weighted so that the mean is the mean over folds. */
function pooled(folds: FoldAnswers): number[][] {
  const all = folds.reduce((sum, seeds) => sum + (seeds[0]?.length ?? 0), 0);
  const seedsOf = folds[0] ?? [];
  return seedsOf.map((_, seed) =>
    folds.flatMap((seeds) => {
      const own = seeds[seed] as readonly number[];
      return own.map((value) => (value * all) / (folds.length * own.length));
    }),
  );
}

/** Scores of one variant on one test, against the first variant's answers to the same examples. */
export function scoredVariant(
  names: readonly string[],
  own: FoldAnswers,
  first?: FoldAnswers,
): Omit<VariantRow, 'variant' | 'split' | 'test' | 'tokens' | 'parameters'> {
  const folds = own.map((seeds, f): FoldScore => {
    const accuracies = seeds.map(mean);
    return { fold: names[f] as string, examples: seeds[0]?.length ?? 0, accuracies, accuracy: mean(accuracies) };
  });
  const accuracies = folds.map(({ accuracy }) => accuracy);
  const score = {
    accuracy: mean(accuracies),
    interval: bootstrapCrossed(pooled(own)),
    ...(folds.length > 1 ? { over_folds: spreadOf(accuracies) } : {}),
    folds,
  };
  if (!first) return score;
  const differences = own.map((seeds, f) =>
    seeds.map((right, s) => right.map((value, i) => value - (first[f]?.[s]?.[i] as number))),
  );
  const gain = mean(differences.map((seeds) => mean(seeds.map(mean))));
  return { ...score, gain, gain_interval: bootstrapCrossed(pooled(differences)) };
}

/** Rivals by name without the number of examples that they learnt from, which differs between folds; means over the folds that have them. */
export function meanRivals(
  where: Pick<RivalRow, 'split' | 'test'>,
  folds: readonly Readonly<Record<string, number>>[],
): RivalRow[] {
  const found = new Map<string, number[]>();
  for (const fold of folds)
    for (const [name, accuracy] of Object.entries(fold)) {
      const plain = name.replace(/_(on|of)_\d+$/, '');
      found.set(plain, [...(found.get(plain) ?? []), accuracy]);
    }
  return [...found].map(([rival, accuracies]) => ({ ...where, rival, accuracy: mean(accuracies), accuracies }));
}

/** Tests of all variants, by name. */
export const testsOf = (answers: readonly RightAnswers[]): string[] => [...new Set(answers.flatMap(Object.keys))];

const range = ([low, high]: readonly [number, number]): string => `${percent(low)} – ${percent(high)}`;

/** Points of accuracy with their sign. */
const points = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(100 * value).toFixed(1)}`;

/** A gain with its interval, in points. */
export const gainWithInterval = (gain: number, [low, high]: readonly [number, number]): Said =>
  joined(`${points(gain)} (${points(low)}`, { en: ' to ', zh: ' 至 ' }, `${points(high)})`);

/** Standard deviation in points; '' for a single fold. */
function deviation({ over_folds }: VariantRow): string {
  if (!over_folds) return '';
  const { values, mean: middle } = over_folds;
  const variance = values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
  return (100 * Math.sqrt(variance)).toFixed(1);
}

function scoreTable({ recipe, chance, rows }: VariantsComparison): ReportTable {
  const { seeds } = recipe;
  return {
    title: {
      en: `Accuracy, mean over folds and seeds (${seeds.length === 1 ? 'one seed' : `${seeds.length} seeds`}; 95 % bootstrap interval over test examples and seeds; standard deviation and 95 % interval by Student's t over folds)`,
      zh: `准确率，各折与各种子的平均（${seeds.length} 个种子；对测试样本与种子自助抽样的 95 % 区间；各折的标准差与 Student t 的 95 % 区间）`,
    },
    head: [
      ...[word('variant'), word('split'), word('test'), word('tokens'), word('parameters')],
      ...[word('accuracy'), { en: 'interval', zh: '区间' }],
      ...[
        { en: 'deviation in points', zh: '标准差（百分点）' },
        { en: 'over folds', zh: '各折' },
      ],
      ...[word('gain'), word('chance')],
    ],
    rows: rows.map((row) => [
      ...[row.variant, row.split, testName(row.test)],
      ...[row.tokens.toFixed(row.tokens % 1 === 0 ? 0 : 1), row.parameters.toLocaleString('en')],
      ...[percent(row.accuracy), range(row.interval)],
      ...[deviation(row), row.over_folds ? range(row.over_folds.interval) : ''],
      row.gain === undefined || !row.gain_interval ? '' : gainWithInterval(row.gain, row.gain_interval),
      percent(chance),
    ]),
  };
}

function foldTable({ rows }: VariantsComparison): ReportTable {
  return {
    title: { en: 'Accuracy of every fold', zh: '每一折的准确率' },
    head: [
      ...[word('variant'), word('split'), word('test'), word('fold')],
      ...[word('examples'), word('accuracy'), word('bySeed')],
    ],
    rows: rows.flatMap(({ variant, split, test, folds }) =>
      folds.map(({ fold, examples, accuracy, accuracies }) => [
        ...[variant, split, testName(test), fold],
        ...[`${examples}`, percent(accuracy), accuracies.map(percent).join(', ')],
      ]),
    ),
  };
}

function rivalTable({ rivals }: VariantsComparison): ReportTable {
  return {
    title: {
      en: 'Cheap rivals on the same folds, from what the first variant reads',
      zh: '同样各折上的简单基线，读取第一个变体所读的内容',
    },
    head: [word('split'), word('test'), word('rival'), word('accuracy'), { en: 'by fold', zh: '各折' }],
    rows: rivals.map(({ split, test, rival, accuracy, accuracies }) => [
      ...[split, testName(test), rivalName(rival), percent(accuracy)],
      accuracies.map(percent).join(', '),
    ]),
  };
}

/** Tables, and the gains as a figure where there is more than one variant. */
export function variantsReport(comparison: VariantsComparison): Report {
  const { recipe, rows } = comparison;
  const intervals = rows.flatMap(({ variant, split, test, gain, gain_interval }) =>
    gain === undefined || !gain_interval
      ? []
      : {
          group: joined(split, ', ', testName(test)),
          name: variant,
          value: 100 * gain,
          interval: [100 * gain_interval[0], 100 * gain_interval[1]] as const,
        },
  );
  const [first = ''] = Object.keys(recipe.variants);
  return {
    title: recipe.name,
    about: recipe.about,
    tables: [scoreTable(comparison), foldTable(comparison), rivalTable(comparison)],
    patterns: [],
    ...(intervals.length > 0
      ? {
          intervals: {
            title: { en: `Gain over ${first}`, zh: `相对于 ${first} 的增益` },
            x: word('points'),
            rows: intervals,
          },
        }
      : {}),
  };
}
