// Does pre-training help? What a comparison of fine-tuned encoders with encoders from nothing says, and how it is shown.
import { bootstrapCrossed } from '../../data/index.ts';
import type { Report, ReportInterval } from '../../lens/index.ts';
import type { MaskedImageModellingRecipe } from '../masked-image-modelling/recipe.ts';
import type { DataRecipe } from '../recipe.ts';
import { percent } from '../reporting.ts';
import type { ImageClassificationRecipe } from '../sense-classification/recipe.ts';

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
  readonly about: string;
  /** Where encoders come from, by name; nothing is there always. */
  readonly pretrain: Readonly<Record<string, ImageClassificationRecipe | MaskedImageModellingRecipe>>;
  /** How every cell is trained; start, data, rate, frozen part and seed are put in. */
  readonly finetune: ImageClassificationRecipe;
  /** Sets with their number of labels, by name. */
  readonly targets: Readonly<Record<string, DataRecipe>>;
  /** `full` is what gains are measured against. */
  readonly ways: { readonly full: TransferWay; readonly frozen: TransferWay };
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

/** Points of accuracy with their sign. */
const points = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(100 * value).toFixed(1)}`;

/** Tables and the figure. */
export function transferReport({ recipe, cells, baselines }: TransferComparison): Report {
  const isReference = ({ start, way }: TransferCell): boolean => start === NOTHING && way === 'full';
  const intervals = cells
    .filter((cell) => !isReference(cell))
    .map(
      ({ target, start, way, gain, interval }): ReportInterval => ({
        group: target,
        name: `${start}, ${way}`,
        value: 100 * gain,
        interval: [100 * interval[0], 100 * interval[1]],
      }),
    );
  return {
    title: 'What pre-training gains',
    about: recipe.about,
    tables: [
      {
        title: `Test accuracy, and gain over the whole encoder trained from nothing (${recipe.seeds.length} seeds; 95 % bootstrap interval over test examples and seeds)`,
        head: ['target', 'start', 'trained', 'rate', 'accuracy', 'by seed', 'gain in points'],
        rows: cells.map((cell) => [
          ...[cell.target, cell.start, cell.way === 'full' ? 'all' : 'head', `${cell.learning_rate}`],
          ...[percent(cell.accuracy), cell.accuracies.map(percent).join(', ')],
          isReference(cell) ? '' : `${points(cell.gain)} (${points(cell.interval[0])} to ${points(cell.interval[1])})`,
        ]),
      },
      {
        title: 'Cheap rivals with the same labels',
        head: ['target', 'rival', 'accuracy'],
        rows: Object.entries(baselines).flatMap(([target, scores]) =>
          Object.entries(scores).map(([rival, score]) => [target, rival.replace(/_/g, ' '), percent(score)]),
        ),
      },
    ],
    patterns: [],
    intervals: { title: 'Gain over training from nothing', x: 'points of accuracy', rows: intervals },
  };
}
