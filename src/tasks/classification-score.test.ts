// Scores of classifiers with their intervals, against scikit-learn and NumPy.
import { expect, test } from 'vitest';
import { evaluateClasses, reportClasses } from './classification-score.ts';

const labels = ['a', 'b', 'c'];
const measured = (truth: readonly number[], predicted: readonly number[]) =>
  evaluateClasses({
    ...{ data: 'set', split: 'test', labels, rivals: {} },
    examples: truth.map((label, i) => ({ id: String(i), label: labels[label] as string })),
    probabilities: predicted.map((found) => labels.map((_, label) => (label === found ? 0.8 : 0.1))),
  });

test('macro-F1 and its interval: scikit-learn, and the quantiles of 100,000 draws by NumPy', () => {
  const truth = Array.from({ length: 150 }, (_, i) => i % 3);
  const predicted = truth.map((label, i) => ((i * 7) % 10 < 6 + label ? label : (label + 1 + (i % 2)) % 3));
  const result = measured(truth, predicted);
  // f1_score(truth, predicted, average='macro'); np.quantile([macro(rng.integers(0, 150, 150)) …], [0.025, 0.975])
  expect(result.macro_f1).toBeCloseTo(0.6978279030910609, 12);
  const [low, high] = result.macro_f1_interval;
  // the standard error of a quantile of 1000 draws is 0.0025 here
  expect(Math.abs(low - 0.62097285)).toBeLessThan(0.006);
  expect(Math.abs(high - 0.76775047)).toBeLessThan(0.006);
  expect(reportClasses(result)).toContain(
    `macro-F1 69.8 %: ${(100 * low).toFixed(1)} % – ${(100 * high).toFixed(1)} %)`,
  );
});

test('classes that a draw neither holds nor predicts do not count', () => {
  // two examples, one right: draws hold the right one twice (F1 1), the wrong one twice (0), or both
  expect(measured([0, 1], [0, 0]).macro_f1_interval).toEqual([0, 1]);
  // all right, however often class b is drawn, and c never
  expect(measured([0, 0, 0, 1], [0, 0, 0, 1]).macro_f1_interval).toEqual([1, 1]);
});
