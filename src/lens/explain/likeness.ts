// How alike two maps are: Spearman's rank correlation, and structural similarity on a grid (Wang et al. 2004). For the sanity check of
// Adebayo et al. 2018: a map that stays when the weights are thrown away says nothing about the model.

/** Ranks from 1; equal values share the mean of theirs. */
export function ranksOf(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, i) => i).sort(
    (a, b) => (values[a] as number) - (values[b] as number),
  );
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to + 1 < order.length && values[order[to + 1] as number] === values[order[from] as number]) to++;
    for (let i = from; i <= to; i++) ranks[order[i] as number] = (from + to) / 2 + 1;
    from = to + 1;
  }
  return ranks;
}

/** Spearman's ρ in [−1, 1]; 0 where one side is constant. */
export function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [x, y] = [ranksOf(a), ranksOf(b)];
  const middle = (x.length + 1) / 2;
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [(x[i] as number) - middle, (y[i] as number) - middle];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : 0;
}

/** A map scaled to [0, 1]; all 0 where it is constant. */
export function scaled(values: ArrayLike<number>): Float64Array {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    least = Math.min(least, values[i] as number);
    most = Math.max(most, values[i] as number);
  }
  return Float64Array.from(values, (value) => (most > least ? (value - least) / (most - least) : 0));
}

/**
 * Structural similarity of two maps `[rows, columns]`, each scaled to [0, 1]: mean over all square windows of `window` cells, uniform
 * weights, sample covariances, K1 = 0.01, K2 = 0.03, as scikit-image's default.
 */
export function structuralSimilarity(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  [rows, columns]: readonly [number, number],
  window: number = Math.min(7, rows, columns),
): number {
  const [x, y] = [scaled(a), scaled(b)];
  const count = window * window;
  const [c1, c2] = [0.01 ** 2, 0.03 ** 2];
  let total = 0;
  for (let top = 0; top + window <= rows; top++) {
    for (let left = 0; left + window <= columns; left++) {
      let [sx, sy, sxx, syy, sxy] = [0, 0, 0, 0, 0];
      for (let i = 0; i < count; i++) {
        const at = (top + Math.floor(i / window)) * columns + left + (i % window);
        const [u, v] = [x[at] as number, y[at] as number];
        sx += u;
        sy += v;
        sxx += u * u;
        syy += v * v;
        sxy += u * v;
      }
      const [mx, my, sample] = [sx / count, sy / count, Math.max(1, count - 1)];
      const [vx, vy, cov] = [
        (sxx - count * mx * mx) / sample,
        (syy - count * my * my) / sample,
        (sxy - count * mx * my) / sample,
      ];
      total += ((2 * mx * my + c1) * (2 * cov + c2)) / ((mx * mx + my * my + c1) * (vx + vy + c2));
    }
  }
  return total / ((rows - window + 1) * (columns - window + 1));
}
