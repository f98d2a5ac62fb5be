// Does pre-training help? What a comparison of fine-tuned encoders with encoders from nothing says, and how it is shown.
import { bootstrapCrossed } from '../../data/index.ts';
import type { Report, ReportInterval, Said } from '../../lens/index.ts';
import { joined } from '../../lens/index.ts';
import type { DnaClassificationRecipe } from '../dna-classification/recipe.ts';
import type { DataRecipe } from '../recipe.ts';
import { percent } from '../reporting.ts';
import type { ImageClassificationRecipe } from '../sense-classification/recipe.ts';
import type { Recipe } from '../tasks.ts';
import type { TextClassificationRecipe } from '../text-classification/recipe.ts';
import { gainWithInterval } from './variants.ts';
import { rivalName, word } from './words.ts';

/** How much of the encoder learns. */
export interface TransferWay {
  /** `train.frozen` of the recipe. */
  readonly frozen: string;
  /** Each is tried with the first seed; the best by validation is used. */
  readonly learningRates: readonly number[];
}

/** Pre-trained encoders under new heads beside the same encoder from nothing, with few labels. */
export interface TransferRecipe {
  readonly name: string;
  readonly about: Said;
  /** Where encoders come from, by name; nothing is there always. */
  readonly pretrain: Readonly<Record<string, Recipe>>;
  /** How every cell is trained; start, data, rate, frozen part and seed are put in. */
  readonly finetune: ImageClassificationRecipe | TextClassificationRecipe | DnaClassificationRecipe;
  /** Sets with their number of labels, by name. */
  readonly targets: Readonly<Record<string, DataRecipe>>;
  /** `full` is what gains are measured against; `frozen` may be left out. */
  readonly ways: { readonly full: TransferWay; readonly frozen?: TransferWay };
  /** At least two; a seed draws the labelled examples too. */
  readonly seeds: readonly number[];
}

/** The start that every other is compared with. */
export const NOTHING = 'nothing';

/** One way of training on one target from one start. */
export interface TransferCell {
  readonly target: string;
  /** Name of the pre-training; `nothing` for first values. */
  readonly start: string;
  readonly way: keyof TransferRecipe['ways'];
  readonly learning_rate: number;
  /** Test accuracy by seed. */
  readonly accuracies: readonly number[];
  readonly accuracy: number;
  /** Accuracy minus that of the whole encoder trained from nothing on the same labels. */
  readonly gain: number;
  /** 95 % bootstrap interval of the gain, over test examples and seeds. */
  readonly interval: readonly [number, number];
}

/** The comparison; keys are those of `--json`. */
export interface TransferComparison {
  readonly recipe: TransferRecipe;
  readonly cells: readonly TransferCell[];
  /** Accuracy of cheap rivals that learnt from the same labels, mean over seeds, by target. */
  readonly baselines: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Right answers (1 or 0) by seed and test example, against those of the start from nothing on the same examples. */
export function gainOver(
  own: readonly (readonly number[])[],
  nothing: readonly (readonly number[])[],
): Pick<TransferCell, 'accuracies' | 'accuracy' | 'gain' | 'interval'> {
  const differences = own.map((right, seed) => right.map((value, i) => value - (nothing[seed]?.[i] as number)));
  const accuracies = own.map(mean);
  const gain = mean(differences.map(mean));
  return { accuracies, accuracy: mean(accuracies), gain, interval: bootstrapCrossed(differences) };
}

/** Where weights come from, for people. */
const startName = (start: string): Said => (start === NOTHING ? { en: 'nothing', zh: '从零开始' } : start);

/** What learns, for people. */
const ways: { readonly [K in TransferCell['way']]: Said } = {
  full: { en: 'all', zh: '全部' },
  frozen: { en: 'head', zh: '仅分类头' },
};

/** Tables and the figure. */
export function transferReport({ recipe, cells, baselines }: TransferComparison): Report {
  const isReference = ({ start, way }: TransferCell): boolean => start === NOTHING && way === 'full';
  const intervals = cells
    .filter((cell) => !isReference(cell))
    .map(
      ({ target, start, way, gain, interval }): ReportInterval => ({
        group: target,
        name: joined(startName(start), ', ', ways[way]),
        value: 100 * gain,
        interval: [100 * interval[0], 100 * interval[1]],
      }),
    );
  return {
    title: { en: 'What pre-training gains', zh: '预训练的收益' },
    about: recipe.about,
    tables: [
      {
        title: {
          en: `Test accuracy, and gain over the whole encoder trained from nothing (${recipe.seeds.length} seeds; 95 % bootstrap interval over test examples and seeds)`,
          zh: `测试准确率，以及相对于从零训练整个编码器的增益（${recipe.seeds.length} 个种子；对测试样本与种子自助抽样的 95 % 区间）`,
        },
        head: [
          ...[word('target'), word('start'), word('trained'), word('rate')],
          ...[word('accuracy'), word('bySeed'), word('gain')],
        ],
        rows: cells.map((cell) => [
          ...[cell.target, startName(cell.start), ways[cell.way], `${cell.learning_rate}`],
          ...[percent(cell.accuracy), cell.accuracies.map(percent).join(', ')],
          isReference(cell) ? '' : gainWithInterval(cell.gain, cell.interval),
        ]),
      },
      {
        title: { en: 'Cheap rivals with the same labels', zh: '使用相同标注的简单基线' },
        head: [word('target'), word('rival'), word('accuracy')],
        rows: Object.entries(baselines).flatMap(([target, scores]) =>
          Object.entries(scores).map(([rival, score]) => [target, rivalName(rival), percent(score)]),
        ),
      },
    ],
    patterns: [],
    intervals: {
      title: { en: 'Gain over training from nothing', zh: '相对于从零训练的增益' },
      x: word('points'),
      rows: intervals,
    },
  };
}
