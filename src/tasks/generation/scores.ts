// Arithmetic on one row of scores, in float32 where the reference computes in float32.

/** One score per token of the vocabulary. */
export type Scores = Float32Array;

/** The place of the largest score, the first of equals; -1 when every score is NaN. */
export function argMax(scores: Scores): number {
  let [best, largest] = [-1, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] as number;
    if (score > largest || (best < 0 && score === largest)) {
      largest = score;
      best = i;
    }
  }
  return best;
}

function largest(scores: Scores | Float64Array): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < scores.length; i++) if ((scores[i] as number) > most) most = scores[i] as number;
  return most;
}

/** Logarithm of the sum of exponentials; minus infinity where all scores are. */
export function logSumExp(scores: Scores | Float64Array): number {
  const most = largest(scores);
  if (!Number.isFinite(most)) return most;
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += Math.exp((scores[i] as number) - most);
  return most + Math.log(sum);
}

/** Log-probabilities, in place. */
export function logSoftmax(scores: Scores): void {
  const total = logSumExp(scores);
  for (let i = 0; i < scores.length; i++) scores[i] = (scores[i] as number) - total;
}

/** Probabilities of all tokens. */
export function probabilitiesOf(scores: Scores): Float64Array {
  const total = logSumExp(scores);
  return Float64Array.from(scores, (score) => Math.exp(score - total));
}

/** Entropy of the distribution, in nats. */
export function entropyOf(scores: Scores): number {
  const total = logSumExp(scores);
  let entropy = 0;
  for (let i = 0; i < scores.length; i++) {
    const logProbability = (scores[i] as number) - total;
    if (logProbability > Number.NEGATIVE_INFINITY) entropy -= Math.exp(logProbability) * logProbability;
  }
  return entropy;
}

/** The `count`-th largest score (1 is the largest); the least where there are fewer. */
export function kthLargest(scores: Scores, count: number): number {
  if (count >= scores.length) return scores.reduce((least, score) => Math.min(least, score), Number.POSITIVE_INFINITY);
  // the largest so far, ascending: few of many are kept, and most scores are turned away at once
  const kept = new Float32Array(count).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] as number;
    if (!(score > (kept[0] as number))) continue;
    let at = 1;
    while (at < count && (kept[at] as number) < score) {
      kept[at - 1] = kept[at] as number;
      at++;
    }
    kept[at - 1] = score;
  }
  return kept[0] as number;
}

/** Tokens that are not banned, the largest `key` first; of equals the earlier one. */
export function ranked(scores: Scores, key: ArrayLike<number> = scores): Int32Array {
  const order = new Int32Array(scores.length);
  let count = 0;
  for (let i = 0; i < scores.length; i++) if ((scores[i] as number) > Number.NEGATIVE_INFINITY) order[count++] = i;
  return order.subarray(0, count).sort((a, b) => (key[b] as number) - (key[a] as number) || a - b);
}

/** The first place from `from` on whose score is no less than `least`; the length without one. A loop of its own, as tight as can be. */
export function atLeast(scores: Scores, least: number, from: number): number {
  let at = from;
  while (at < scores.length && !((scores[at] as number) >= least)) at++;
  return at;
}

/** The first NaN's place, -1 without one. */
export function nanAt(scores: Scores): number {
  // a sum is NaN if one of its terms is; infinities of both signs make one, too, and are looked at more closely
  let [even, odd] = [0, 0];
  const pairs = scores.length - (scores.length % 2);
  for (let i = 0; i < pairs; i += 2) {
    even += scores[i] as number;
    odd += scores[i + 1] as number;
  }
  if (pairs < scores.length) even += scores[pairs] as number;
  return Number.isNaN(even + odd) ? scores.findIndex((score) => Number.isNaN(score)) : -1;
}
