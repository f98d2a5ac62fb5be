// Decoding a linear-chain CRF on the host, in double precision: the best labels (Viterbi) and each place's probabilities
// (forward-backward). Names and meaning of the scores as in pytorch-crf. Source: Lafferty et al. 2001.
import type { NamedArrays } from '../../array/index.ts';
import { NonFiniteValueError } from '../finite-values.ts';
import { logSumExp } from '../generation/scores.ts';
import { best } from '../labels.ts';

/** Scores of a chain over `C` labels. */
export interface Chain {
  /** `[C]`: of a label at the first place, and at the last. */
  readonly start: ArrayLike<number>;
  readonly end: ArrayLike<number>;
  /** `[C · C]`: from label i to label j at `i * C + j`. */
  readonly transitions: ArrayLike<number>;
}

/** The chain among a model's parameters, if it has one. @throws NonFiniteValueError for scores that are no numbers */
export function chainOf(parameters: NamedArrays): Chain | undefined {
  const of = (name: string): ArrayLike<number> | undefined => {
    const scores = parameters[`crf.${name}`]?.data as ArrayLike<number> | undefined;
    const at = scores ? Array.from(scores).findIndex(Number.isNaN) : -1;
    // minus infinity is no mistake: it forbids
    if (at >= 0) throw new NonFiniteValueError('scores of the chain', Number.NaN, `crf.${name}, place ${at + 1}`);
    return scores;
  };
  const [start, end, transitions] = [of('start_transitions'), of('end_transitions'), of('transitions')];
  return start && end && transitions ? { start, end, transitions } : undefined;
}

/** The labels of the best path through scores `[T][C]`. Time and memory grow with `T · C²` and `T · C`. */
export function viterbi({ start, end, transitions }: Chain, scores: readonly ArrayLike<number>[]): number[] {
  const [count, tokens] = [start.length, scores.length];
  if (tokens === 0) return [];
  const back = new Int32Array(tokens * count);
  let reached = Float64Array.from(start, (value, j) => value + ((scores[0] as ArrayLike<number>)[j] as number));
  let next = new Float64Array(count);
  for (let t = 1; t < tokens; t++) {
    const row = scores[t] as ArrayLike<number>;
    for (let j = 0; j < count; j++) {
      let [top, most] = [0, (reached[0] as number) + (transitions[j] as number)];
      for (let i = 1; i < count; i++) {
        const candidate = (reached[i] as number) + (transitions[i * count + j] as number);
        if (candidate > most) [top, most] = [i, candidate];
      }
      back[t * count + j] = top;
      next[j] = most + (row[j] as number);
    }
    [reached, next] = [next, reached];
  }
  const path = new Array<number>(tokens);
  path[tokens - 1] = best(reached.map((value, j) => value + (end[j] as number)));
  for (let t = tokens - 1; t > 0; t--) path[t - 1] = back[t * count + (path[t] as number)] as number;
  return path;
}

/** Log of the summed exponentials of all paths, and each label's probability at each place of scores `[T][C]`. */
export function forwardBackward(
  { start, end, transitions }: Chain,
  scores: readonly ArrayLike<number>[],
): { readonly logPartition: number; readonly probabilities: number[][] } {
  const [count, tokens] = [start.length, scores.length];
  if (tokens === 0) return { logPartition: 0, probabilities: [] };
  const score = (t: number, j: number): number => (scores[t] as ArrayLike<number>)[j] as number;
  const [forward, backward] = [new Float64Array(tokens * count), new Float64Array(tokens * count)];
  const sums = new Float64Array(count);
  for (let j = 0; j < count; j++) forward[j] = (start[j] as number) + score(0, j);
  for (let t = 1; t < tokens; t++)
    for (let j = 0; j < count; j++) {
      for (let i = 0; i < count; i++)
        sums[i] = (forward[(t - 1) * count + i] as number) + (transitions[i * count + j] as number);
      forward[t * count + j] = logSumExp(sums) + score(t, j);
    }
  for (let j = 0; j < count; j++) backward[(tokens - 1) * count + j] = end[j] as number;
  for (let t = tokens - 1; t > 0; t--)
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++)
        sums[j] = (transitions[i * count + j] as number) + score(t, j) + (backward[t * count + j] as number);
      backward[(t - 1) * count + i] = logSumExp(sums);
    }
  for (let j = 0; j < count; j++) sums[j] = (forward[(tokens - 1) * count + j] as number) + (end[j] as number);
  const logPartition = logSumExp(sums);
  const probabilities = scores.map((_, t) =>
    Array.from({ length: count }, (_, j) => {
      const at = t * count + j;
      return Math.exp((forward[at] as number) + (backward[at] as number) - logPartition);
    }),
  );
  return { logPartition, probabilities };
}

/** Each label's probability at each place, rows that sum to 1. */
export function marginals(chain: Chain, scores: readonly ArrayLike<number>[]): number[][] {
  return forwardBackward(chain, scores).probabilities;
}
