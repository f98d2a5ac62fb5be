// The cheap rivals: majority class, and multinomial logistic regression on words or character n-grams.
import type { TextExample } from '../dataset.ts';
import { fitLogistic } from './sparse-logistic.ts';

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

/** Logistic regression on presence of features, 20 passes. */
export const logisticRegression: Baseline = (train, test) => {
  const labelOf = fitLogistic(
    train.map(({ text, label }) => ({ row: features(text), label })),
    20,
  );
  return test.map(({ text }) => labelOf(features(text)));
};
