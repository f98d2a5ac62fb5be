// Scores of classifiers, with the definitions of scikit-learn.

/** `matrix[truth][predicted]` counts. */
export function confusionMatrix(truth: readonly number[], predicted: readonly number[], classes: number): number[][] {
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  truth.forEach((label, i) => {
    const row = matrix[label] as number[];
    row[predicted[i] as number] = (row[predicted[i] as number] as number) + 1;
  });
  return matrix;
}

/** Share of right answers. */
export function accuracy(truth: readonly number[], predicted: readonly number[]): number {
  return truth.filter((label, i) => label === predicted[i]).length / truth.length;
}

/** Precision, recall and F1 of one class; 0 where a denominator is 0. */
export interface ClassScores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** How many there are. */
  readonly support: number;
}

/** Scores class by class. */
export function classScores(matrix: readonly (readonly number[])[]): ClassScores[] {
  const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
  return matrix.map((row, label) => {
    const hits = row[label] as number;
    const support = row.reduce((a, b) => a + b, 0);
    const named = matrix.reduce((sum, other) => sum + (other[label] as number), 0);
    const [precision, recall] = [ratio(hits, named), ratio(hits, support)];
    return { precision, recall, f1: ratio(2 * precision * recall, precision + recall), support };
  });
}

/** Mean F1 over the classes that occur in truth or prediction. */
export function macroF1(matrix: readonly (readonly number[])[]): number {
  const scores = classScores(matrix).filter(
    (score, label) => score.support > 0 || matrix.some((row) => (row[label] as number) > 0),
  );
  return scores.reduce((sum, score) => sum + score.f1, 0) / scores.length;
}
