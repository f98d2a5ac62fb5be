// How well labels are told apart, whatever is labelled: scores with an interval, the confusion, rivals beside them.
import { accuracy, bootstrapDraws, bootstrapInterval, confusionMatrix, DataError, macroF1 } from '../data/index.ts';
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

/** 95 % bootstrap interval of macro-F1; classes that a draw neither holds nor predicts do not count in it. */
function macroInterval(truth: readonly number[], predicted: readonly number[], classes: number): [number, number] {
  const hits = new Uint32Array(classes);
  /** How often a class is the truth, and how often it is predicted, together: what hits are twice of at best. */
  const named = new Uint32Array(classes);
  const count = (counts: Uint32Array, label: number): void => {
    counts[label] = (counts[label] as number) + 1;
  };
  return bootstrapDraws(truth.length, (drawn) => {
    hits.fill(0);
    named.fill(0);
    for (const place of drawn) {
      const [label, found] = [truth[place] as number, predicted[place] as number];
      count(named, label);
      count(named, found);
      if (label === found) count(hits, label);
    }
    let [sum, present] = [0, 0];
    for (let label = 0; label < classes; label++) {
      if (named[label] === 0) continue;
      sum += (2 * (hits[label] as number)) / (named[label] as number);
      present++;
    }
    return sum / present;
  });
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
  /** 95 % bootstrap interval of macro-F1. */
  readonly macro_f1_interval: readonly [number, number];
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
  const [ids, predicted] = [truth.map((label) => labels.indexOf(label)), probabilities.map(best)];
  const hits = ids.map((label, i) => (predicted[i] === label ? 1 : 0));
  const shareOf = (predicted: readonly string[]): number =>
    predicted.filter((label, i) => label === truth[i]).length / truth.length;
  return {
    ...{ data, split, examples: examples.length, accuracy: share, interval: bootstrapInterval(hits) },
    ...{ macro_f1: f1, macro_f1_interval: macroInterval(ids, predicted, labels.length), labels, confusion: matrix },
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
  const between = ([low, high]: readonly [number, number]): string => `${percent(low)} – ${percent(high)}`;
  return [
    `${result.data}, ${result.split}: ${result.examples} examples`,
    scoreLine(
      'Transformer',
      `${percent(result.accuracy)}  (95 % interval ${between(result.interval)}, macro-F1 ${percent(result.macro_f1)}: ${between(result.macro_f1_interval)})`,
    ),
    ...rivals,
    ...(rows.length > READABLE ? [] : ['confusion (rows: truth, columns: prediction)', ...rows]),
  ].join('\n');
}
