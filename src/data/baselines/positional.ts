// Naive Bayes over positions: for sequences of one length, each place votes with its letter.
import type { Baseline } from './linear.ts';

/** Counts of letters at each place by label, add-one smoothed. Sequences must have one length. */
export const positionalNaiveBayes: Baseline = (train, test) => {
  const labels = [...new Set(train.map(({ label }) => label))].sort();
  const letters = new Set(train.flatMap(({ text }) => [...text])).size;
  const sizes = new Map<string, number>();
  const counts = new Map<string, number>();
  for (const { label, text } of train) {
    sizes.set(label, (sizes.get(label) ?? 0) + 1);
    [...text].forEach((letter, place) => {
      const key = `${label} ${place} ${letter}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    });
  }
  return test.map(({ text }) => {
    const scores = labels.map((label) => {
      const size = sizes.get(label) as number;
      return [...text].reduce(
        (sum, letter, place) =>
          sum + Math.log(((counts.get(`${label} ${place} ${letter}`) ?? 0) + 1) / (size + letters)),
        Math.log(size / train.length),
      );
    });
    return labels[scores.indexOf(Math.max(...scores))] as string;
  });
};
