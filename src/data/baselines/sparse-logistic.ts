// Multinomial logistic regression on named features that are there or not: rows of length 1, Adagrad, seeded.
import { Random } from '../../array/index.ts';

/** A row of features; each counts once. */
export type FeatureRow = readonly string[];

/** Tells the label of a row. */
export type RowLabeller = (row: FeatureRow) => string;

/** Rows as feature numbers; a feature seen for the first time gets one unless `known` is complete. */
function numberRow(row: FeatureRow, vocabulary: Map<string, number>, isComplete: boolean): Int32Array {
  const ids: number[] = [];
  for (const feature of row) {
    let id = vocabulary.get(feature);
    if (id === undefined && !isComplete) vocabulary.set(feature, (id = vocabulary.size));
    if (id !== undefined) ids.push(id);
  }
  return Int32Array.from(ids);
}

/** Learns from rows with their labels, in so many passes. */
export function fitLogistic(
  examples: readonly { readonly row: FeatureRow; readonly label: string }[],
  passes: number,
): RowLabeller {
  const labels = [...new Set(examples.map(({ label }) => label))].sort();
  const classes = labels.length;
  const vocabulary = new Map<string, number>();
  const rows = examples.map(({ row }) => numberRow(row, vocabulary, false));
  const truth = examples.map(({ label }) => labels.indexOf(label));
  const weights = new Float64Array((vocabulary.size + 1) * classes);
  const squares = new Float64Array(weights.length).fill(1e-8);
  const bias = vocabulary.size * classes;
  const scores = new Float64Array(classes);
  const score = (row: Int32Array): number => {
    const value = 1 / Math.sqrt(Math.max(1, row.length));
    for (let c = 0; c < classes; c++) scores[c] = weights[bias + c] as number;
    for (const id of row)
      for (let c = 0; c < classes; c++)
        scores[c] = (scores[c] as number) + value * (weights[id * classes + c] as number);
    return value;
  };
  const update = (at: number, gradient: number): void => {
    const full = gradient + 1e-5 * (weights[at] as number);
    squares[at] = (squares[at] as number) + full * full;
    weights[at] = (weights[at] as number) - (0.5 * full) / Math.sqrt(squares[at] as number);
  };
  for (let pass = 0; pass < passes; pass++) {
    for (const i of new Random({ seed: 0, step: pass, site: 'logisticRegression' }).shuffled([...rows.keys()])) {
      const row = rows[i] as Int32Array;
      const value = score(row);
      const largest = Math.max(...scores);
      const total = scores.reduce((sum, s) => sum + Math.exp(s - largest), 0);
      for (let c = 0; c < classes; c++) {
        const gradient = Math.exp((scores[c] as number) - largest) / total - (c === truth[i] ? 1 : 0);
        for (const id of row) update(id * classes + c, gradient * value);
        update(bias + c, gradient);
      }
    }
  }
  return (row) => {
    score(numberRow(row, vocabulary, true));
    return labels[scores.indexOf(Math.max(...scores))] as string;
  };
}
