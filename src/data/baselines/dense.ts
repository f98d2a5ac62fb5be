// Cheap rivals on numbers: logistic regression, and the nearest neighbour. Rows are flat features such as pixels.
import { Random } from '../../array/index.ts';

/** A labelled row. */
export interface DenseRow {
  readonly label: string;
  readonly values: ArrayLike<number>;
}

/** Mean and 1 / deviation of every feature of the training rows. */
function scaleOf(rows: readonly DenseRow[], size: number): { mean: Float64Array; scale: Float64Array } {
  const [mean, squares] = [new Float64Array(size), new Float64Array(size)];
  for (const { values } of rows)
    for (let i = 0; i < size; i++) {
      const value = values[i] as number;
      mean[i] = (mean[i] as number) + value / rows.length;
      squares[i] = (squares[i] as number) + (value * value) / rows.length;
    }
  // a feature that hardly varies is left as it is
  const scale = squares.map((square, i) => {
    const variance = square - (mean[i] as number) ** 2;
    return variance > 1e-6 ? 1 / Math.sqrt(variance) : 1;
  });
  return { mean, scale };
}

/**
 * Multinomial logistic regression on standardised features: AdaGrad, L2 of 1e-4, seeded; passes until about 400,000 rows were seen, at
 * least five. Fitted once; what it gives predicts labels.
 */
export function denseLogisticRegression(train: readonly DenseRow[]): (test: readonly DenseRow[]) => string[] {
  const labels = [...new Set(train.map(({ label }) => label))].sort();
  const size = train[0]?.values.length ?? 0;
  const { mean, scale } = scaleOf(train, size);
  const classes = labels.length;
  const weights = new Float32Array(classes * (size + 1));
  const squares = new Float32Array(weights.length).fill(1e-6);
  const row = new Float32Array(size + 1);
  const scores = new Float64Array(classes);
  const read = ({ values }: DenseRow): void => {
    for (let i = 0; i < size; i++) row[i] = ((values[i] as number) - (mean[i] as number)) * (scale[i] as number);
    row[size] = 1;
    for (let c = 0; c < classes; c++) {
      let sum = 0;
      for (let i = 0, at = c * (size + 1); i <= size; i++, at++) sum += (weights[at] as number) * (row[i] as number);
      scores[c] = sum;
    }
  };
  const passes = Math.max(5, Math.min(100, Math.round(400_000 / train.length)));
  const rate = 0.5 / Math.sqrt(size);
  for (let pass = 0; pass < passes; pass++) {
    const order = new Random({ seed: 0, step: pass, site: 'denseLogisticRegression' }).shuffled([...train.keys()]);
    for (const place of order) {
      const one = train[place] as DenseRow;
      read(one);
      const largest = Math.max(...scores);
      const total = scores.reduce((sum, score) => sum + Math.exp(score - largest), 0);
      for (let c = 0; c < classes; c++) {
        const error = Math.exp((scores[c] as number) - largest) / total - (labels[c] === one.label ? 1 : 0);
        for (let i = 0, at = c * (size + 1); i <= size; i++, at++) {
          const gradient = error * (row[i] as number) + 1e-4 * (weights[at] as number);
          squares[at] = (squares[at] as number) + gradient * gradient;
          weights[at] = (weights[at] as number) - (rate * gradient) / Math.sqrt(squares[at] as number);
        }
      }
    }
  }
  return (test) =>
    test.map((one) => {
      read(one);
      return labels[scores.indexOf(Math.max(...scores))] as string;
    });
}

/** The label of the training row at the least Euclidean distance. */
export function nearestNeighbour(train: readonly DenseRow[], test: readonly DenseRow[]): string[] {
  const size = train[0]?.values.length ?? 0;
  const known = train.map(({ values }) => Float32Array.from(values));
  return test.map(({ values }) => {
    const row = Float32Array.from(values);
    let [least, label] = [Number.POSITIVE_INFINITY, ''];
    known.forEach((other, place) => {
      let distance = 0;
      for (let i = 0; i < size && distance < least; i++) {
        const difference = (row[i] as number) - (other[i] as number);
        distance += difference * difference;
      }
      if (distance < least) [least, label] = [distance, train[place]?.label as string];
    });
    return label;
  });
}
