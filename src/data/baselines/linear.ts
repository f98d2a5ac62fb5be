// The cheap rivals: majority class, and multinomial logistic regression on words or character n-grams.
import { Random } from '../../array/index.ts';
import type { TextExample } from '../dataset.ts';

/** Labels predicted for a test set. */
export type Baseline = (train: readonly TextExample[], test: readonly TextExample[]) => string[];

/** Always the most frequent label. */
export const majorityClass: Baseline = (train, test) => {
  const counts = new Map<string, number>();
  for (const { label } of train) counts.set(label, (counts.get(label) ?? 0) + 1);
  const [best] = [...counts].sort((a, b) => b[1] - a[1])[0] as [string, number];
  return test.map(() => best);
};

/** Lower-cased words, and for scripts without spaces every character and pair of characters. */
export function features(text: string): string[] {
  const found = new Set<string>();
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}\p{M}]+|[^\s]/gu) ?? []) {
    if (!/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(word)) {
      found.add(word);
      continue;
    }
    const points = [...word];
    points.forEach((point, i) => {
      found.add(point);
      if (i > 0) found.add(`${points[i - 1]}${point}`);
    });
  }
  return [...found];
}

interface Rows {
  readonly rows: readonly Int32Array[];
  readonly vocabulary: ReadonlyMap<string, number>;
}

function vectorise(texts: readonly string[], known?: ReadonlyMap<string, number>): Rows {
  const vocabulary = new Map(known);
  const rows = texts.map((text) => {
    const ids: number[] = [];
    for (const feature of features(text)) {
      let id = vocabulary.get(feature);
      if (id === undefined && !known) vocabulary.set(feature, (id = vocabulary.size));
      if (id !== undefined) ids.push(id);
    }
    return Int32Array.from(ids);
  });
  return { rows, vocabulary };
}

/** Logistic regression on presence of features (rows of length 1), Adagrad, 20 passes, seeded. */
export const logisticRegression: Baseline = (train, test) => {
  const labels = [...new Set(train.map(({ label }) => label))].sort();
  const classes = labels.length;
  const { rows, vocabulary } = vectorise(train.map(({ text }) => text));
  const truth = train.map(({ label }) => labels.indexOf(label));
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
  for (let epoch = 0; epoch < 20; epoch++) {
    for (const i of new Random({ seed: 0, step: epoch, site: 'logisticRegression' }).shuffled([...rows.keys()])) {
      const row = rows[i] as Int32Array;
      const value = score(row);
      const largest = Math.max(...scores);
      const total = scores.reduce((sum, s) => sum + Math.exp(s - largest), 0);
      for (let c = 0; c < classes; c++) {
        const gradient = Math.exp((scores[c] as number) - largest) / total - (c === truth[i] ? 1 : 0);
        const update = (at: number, g: number): void => {
          const full = g + 1e-5 * (weights[at] as number);
          squares[at] = (squares[at] as number) + full * full;
          weights[at] = (weights[at] as number) - (0.5 * full) / Math.sqrt(squares[at] as number);
        };
        for (const id of row) update(id * classes + c, gradient * value);
        update(bias + c, gradient);
      }
    }
  }
  return vectorise(
    test.map(({ text }) => text),
    vocabulary,
  ).rows.map((row) => {
    score(row);
    return labels[scores.indexOf(Math.max(...scores))] as string;
  });
};
