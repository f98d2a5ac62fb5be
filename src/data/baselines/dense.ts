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

/** The product of a row with the numbers of `weights` from `at` on; four sums at a time. */
function dot(row: Float32Array, weights: Float32Array, at: number): number {
  let [a, b, c, d, i] = [0, 0, 0, 0, 0];
  for (; i + 3 < row.length; i += 4) {
    a += (row[i] as number) * (weights[at + i] as number);
    b += (row[i + 1] as number) * (weights[at + i + 1] as number);
    c += (row[i + 2] as number) * (weights[at + i + 2] as number);
    d += (row[i + 3] as number) * (weights[at + i + 3] as number);
  }
  for (; i < row.length; i++) a += (row[i] as number) * (weights[at + i] as number);
  return a + b + c + d;
}

function addScaled(target: Float32Array, at: number, row: Float32Array, factor: number): void {
  for (let i = 0; i < row.length; i++) target[at + i] = (target[at + i] as number) + factor * (row[i] as number);
}

/** Errors below this teach nothing, and their products with a row would be too small for float32. */
const NOTHING = 1e-5;
/** A pass without a row whose probabilities are off by more than this is the last. */
const FAR = 0.1;
/** Rows between two updates. */
const BATCH = 16;

/**
 * Multinomial logistic regression on standardised features: AdaGrad over batches of 16 rows, L2 of 1e-4, seeded; passes until
 * no row is far off, about 400,000 rows were seen or `multiplications` were made; at least five are made of many rows. Fitted once; what it gives predicts labels.
 */
export function denseLogisticRegression(
  train: readonly DenseRow[],
  multiplications: number = Number.POSITIVE_INFINITY,
): (test: readonly DenseRow[]) => string[] {
  const labels = [...new Set(train.map(({ label }) => label))].sort();
  const truth = train.map(({ label }) => labels.indexOf(label));
  const size = train[0]?.values.length ?? 0;
  const { mean, scale } = scaleOf(train, size);
  const classes = labels.length;
  const width = size + 1;
  const weights = new Float32Array(classes * width);
  const gradients = new Float32Array(weights.length);
  const squares = new Float32Array(weights.length).fill(1e-6);
  const row = new Float32Array(width);
  const scores = new Float64Array(classes);
  const read = ({ values }: DenseRow): void => {
    for (let i = 0; i < size; i++) row[i] = ((values[i] as number) - (mean[i] as number)) * (scale[i] as number);
    row[size] = 1;
    for (let c = 0; c < classes; c++) scores[c] = dot(row, weights, c * width);
  };
  /** Whether the row was far from what it should be. */
  const learn = (place: number): boolean => {
    read(train[place] as DenseRow);
    const largest = Math.max(...scores);
    const total = scores.reduce((sum, score) => sum + Math.exp(score - largest), 0);
    let worst = 0;
    for (let c = 0; c < classes; c++) {
      const error = Math.exp((scores[c] as number) - largest) / total - (truth[place] === c ? 1 : 0);
      worst = Math.max(worst, Math.abs(error));
      if (Math.abs(error) > NOTHING) addScaled(gradients, c * width, row, error);
    }
    return worst > FAR;
  };
  const rate = 0.5 / Math.sqrt(size);
  const update = (rows: number): void => {
    for (let at = 0; at < weights.length; at++) {
      const gradient = (gradients[at] as number) / rows + 1e-4 * (weights[at] as number);
      squares[at] = (squares[at] as number) + gradient * gradient;
      weights[at] = (weights[at] as number) - (rate * gradient) / Math.sqrt(squares[at] as number);
    }
    gradients.fill(0);
  };
  const affordable = Math.floor(multiplications / (train.length * size * classes));
  const passes = Math.max(5, Math.min(100, affordable, Math.round(400_000 / train.length)));
  let far = train.length;
  for (let pass = 0; pass < passes && far > 0; pass++) {
    far = 0;
    const order = new Random({ seed: 0, step: pass, site: 'denseLogisticRegression' }).shuffled([...train.keys()]);
    for (let first = 0; first < order.length; first += BATCH) {
      const batch = order.slice(first, first + BATCH);
      for (const place of batch) far += learn(place) ? 1 : 0;
      update(batch.length);
    }
  }
  return (test) =>
    test.map((one) => {
      read(one);
      return labels[scores.indexOf(Math.max(...scores))] as string;
    });
}
