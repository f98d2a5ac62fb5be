// Percentile bootstrap intervals. Source: Efron 1979; for corpus scores Koehn 2004.
import { Random } from '../../array/index.ts';

/** Options of the intervals. */
export interface BootstrapOptions {
  /** Draws with replacement. Default 1000. */
  readonly samples?: number;
  /** Share of draws that the interval holds. Default 0.95. */
  readonly level?: number;
  readonly seed?: number;
}

function interval(scores: number[], level: number): [number, number] {
  scores.sort((a, b) => a - b);
  const at = (share: number): number =>
    scores[Math.min(scores.length - 1, Math.max(0, Math.round(share * (scores.length - 1))))] as number;
  return [at((1 - level) / 2), at((1 + level) / 2)];
}

/**
 * An interval of the mean.
 * @returns `[low, high]` that holds the mean with probability `level`
 */
export function bootstrapInterval(values: readonly number[], options: BootstrapOptions = {}): [number, number] {
  const { samples = 1000, level = 0.95, seed = 0 } = options;
  const random = new Random({ seed, site: 'bootstrap' });
  const means = Array.from({ length: samples }, () => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[random.integer(values.length)] as number;
    return sum / values.length;
  });
  return interval(means, level);
}

/**
 * An interval of a mean over records and repetitions such as seeds, both drawn with replacement: `values[r][i]` is of record i in
 * repetition r. For a difference of two models give the differences on the same records.
 * @returns `[low, high]` that holds the mean with probability `level`
 */
export function bootstrapCrossed(
  values: readonly (readonly number[])[],
  options: BootstrapOptions = {},
): [number, number] {
  const { samples = 1000, level = 0.95, seed = 0 } = options;
  const random = new Random({ seed, site: 'bootstrap' });
  const records = values[0]?.length ?? 0;
  const means = Array.from({ length: samples }, () => {
    const drawn = values.map(() => values[random.integer(values.length)] as readonly number[]);
    let sum = 0;
    for (let i = 0; i < records; i++) {
      const record = random.integer(records);
      for (const repetition of drawn) sum += repetition[record] as number;
    }
    return sum / (records * values.length);
  });
  return interval(means, level);
}

/**
 * An interval of a score that is a function of summed statistics (BLEU, entity F1, error rates): records are drawn with replacement,
 * their statistics added up, and the score taken of the sums.
 * `bootstrapCorpus(bleuStatistics(hypotheses, references), (sums) => bleuOf(sums).score)`
 * @param statistics one row per record, all of one length
 */
export function bootstrapCorpus(
  statistics: readonly (readonly number[])[],
  score: (sums: readonly number[]) => number,
  options: BootstrapOptions = {},
): [number, number] {
  const width = statistics[0]?.length ?? 0;
  return bootstrapDraws(
    statistics.length,
    (drawn) => {
      const sums = new Array<number>(width).fill(0);
      for (const place of drawn) {
        const row = statistics[place] as readonly number[];
        for (let j = 0; j < width; j++) sums[j] = (sums[j] as number) + (row[j] as number);
      }
      return score(sums);
    },
    options,
  );
}

/**
 * An interval of any score of records that are drawn with replacement.
 * @param score gets the places of the drawn records, as many as there are; the array is used again for the next draw
 */
export function bootstrapDraws(
  records: number,
  score: (drawn: Uint32Array) => number,
  options: BootstrapOptions = {},
): [number, number] {
  const { samples = 1000, level = 0.95, seed = 0 } = options;
  const random = new Random({ seed, site: 'bootstrap' });
  const drawn = new Uint32Array(records);
  const scores = Array.from({ length: samples }, () => {
    for (let i = 0; i < records; i++) drawn[i] = random.integer(records);
    return score(drawn);
  });
  return interval(scores, level);
}
