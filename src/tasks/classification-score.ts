// How well labels are told apart, whatever is labelled: scores with an interval, the confusion, rivals beside them.
import { accuracy, bootstrapInterval, confusionMatrix, DataError, macroF1 } from '../data/index.ts';
import { best } from './labels.ts';
import { percent, scoreLine } from './reporting.ts';

/** Scores of predictions. */
export interface ClassScores {
  readonly accuracy: number;
  readonly macroF1: number;
  /** `[truth][predicted]`. */
  readonly matrix: number[][];
}

/** Scores of probabilities (rows in the order of `labels`) against true labels. */
export function scoreClasses(
  truth: readonly string[],
  labels: readonly string[],
  probabilities: readonly (readonly number[])[],
): ClassScores {
  const ids = truth.map((label) => labels.indexOf(label));
  const predicted = probabilities.map(best);
  const matrix = confusionMatrix(ids, predicted, labels.length);
  return { accuracy: accuracy(ids, predicted), macroF1: macroF1(matrix), matrix };
}

/** How well a classifier does; the keys are those of `evaluate --json`. */
export interface ClassificationEvaluation {
  readonly data: string;
  readonly split: string;
  readonly examples: number;
  readonly accuracy: number;
  /** 95 % bootstrap interval of the accuracy. */
  readonly interval: readonly [number, number];
  readonly macro_f1: number;
  readonly labels: readonly string[];
  /** `[truth][predicted]`. */
  readonly confusion: readonly (readonly number[])[];
  /** Accuracy of cheap rivals on the same test examples; only for data with a training part. */
  readonly baselines: Readonly<Record<string, number>>;
}

/** What was measured. */
export interface Measured {
  readonly data: string;
  readonly split: string;
  readonly examples: readonly { readonly id: string; readonly label: string }[];
  readonly labels: readonly string[];
  readonly probabilities: readonly (readonly number[])[];
  /** Labels that rivals predict, by the rival's name. */
  readonly rivals: Readonly<Record<string, readonly string[]>>;
}

/** The evaluation of a classifier and its rivals. @throws DataError for a label that the classifier does not have */
export function evaluateClasses(measured: Measured): ClassificationEvaluation {
  const { data, split, examples, labels, probabilities, rivals } = measured;
  const stranger = examples.find((example) => !labels.includes(example.label));
  if (stranger)
    throw new DataError(
      `evaluate: expected labels among ${labels.join(', ')}, got '${stranger.label}' (${stranger.id})`,
    );
  const truth = examples.map(({ label }) => label);
  const { accuracy: share, macroF1: f1, matrix } = scoreClasses(truth, labels, probabilities);
  const hits = truth.map((label, i) => (labels[best(probabilities[i] as number[])] === label ? 1 : 0));
  const shareOf = (predicted: readonly string[]): number =>
    predicted.filter((label, i) => label === truth[i]).length / truth.length;
  return {
    ...{ data, split, examples: examples.length, accuracy: share, interval: bootstrapInterval(hits) },
    ...{ macro_f1: f1, labels, confusion: matrix },
    baselines: Object.fromEntries(Object.entries(rivals).map(([name, predicted]) => [name, shareOf(predicted)])),
  };
}

/** More labels than this make no readable matrix. */
const READABLE = 20;

/** An evaluation for people. */
export function reportClasses(result: ClassificationEvaluation): string {
  const width = Math.max(...result.labels.map((label) => label.length));
  const rows = result.confusion.map(
    (row, i) =>
      `  ${(result.labels[i] as string).padEnd(width)} ${row.map((count) => String(count).padStart(5)).join('')}`,
  );
  const rivals = Object.entries(result.baselines).map(([name, value]) => scoreLine(name, percent(value)));
  const [low, high] = result.interval;
  return [
    `${result.data}, ${result.split}: ${result.examples} examples`,
    scoreLine(
      'Transformer',
      `${percent(result.accuracy)}  (95 % interval ${percent(low)} – ${percent(high)}, macro-F1 ${percent(result.macro_f1)})`,
    ),
    ...rivals,
    ...(rows.length > READABLE ? [] : ['confusion (rows: truth, columns: prediction)', ...rows]),
  ].join('\n');
}
