// Decoding a linear-chain CRF on the host, in double precision: the best labels (Viterbi) and each place's probabilities
// (forward-backward). Names and meaning of the scores as in pytorch-crf. Source: Lafferty et al. 2001.
import type { NamedArrays } from '../../array/index.ts';
import { NonFiniteValueError } from '../finite-values.ts';

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

const logSumExp = (values: readonly number[]): number => {
  const top = Math.max(...values);
  return top + Math.log(values.reduce((sum, value) => sum + Math.exp(value - top), 0));
};

/** The labels of the best path through scores `[T][C]`. */
export function viterbi({ start, end, transitions }: Chain, scores: readonly ArrayLike<number>[]): number[] {
  const count = start.length;
  const labels = [...Array(count).keys()];
  const back: number[][] = [];
  let best: number[] = [];
  for (const row of scores) {
    const from = best;
    const origin = labels.map((j) => {
      let top = 0;
      for (let i = 1; i < from.length; i++) {
        const candidate = (from[i] as number) + (transitions[i * count + j] as number);
        if (candidate > (from[top] as number) + (transitions[top * count + j] as number)) top = i;
      }
      return top;
    });
    best = labels.map((j) => {
      const i = origin[j] as number;
      const before =
        from.length === 0 ? (start[j] as number) : (from[i] as number) + (transitions[i * count + j] as number);
      return before + (row[j] as number);
    });
    back.push(origin);
  }
  if (scores.length === 0) return [];
  const final = best.map((value, j) => value + (end[j] as number));
  const path = [final.indexOf(Math.max(...final))];
  for (let t = scores.length - 1; t > 0; t--) path.unshift((back[t] as number[])[path[0] as number] as number);
  return path;
}

/** Log of the summed exponentials of all paths, and each label's probability at each place of scores `[T][C]`. */
export function forwardBackward(
  { start, end, transitions }: Chain,
  scores: readonly ArrayLike<number>[],
): { readonly logPartition: number; readonly probabilities: number[][] } {
  const count = start.length;
  const labels = [...Array(count).keys()];
  const between = (i: number, j: number): number => transitions[i * count + j] as number;
  const forward: number[][] = [];
  for (const row of scores) {
    const from = forward.at(-1);
    forward.push(
      labels.map((j) => {
        const before = from ? logSumExp(labels.map((i) => (from[i] as number) + between(i, j))) : (start[j] as number);
        return before + (row[j] as number);
      }),
    );
  }
  const backward: number[][] = [labels.map((j) => end[j] as number)];
  for (let t = scores.length - 1; t > 0; t--) {
    const [next, row] = [backward[0] as number[], scores[t] as ArrayLike<number>];
    backward.unshift(
      labels.map((i) => logSumExp(labels.map((j) => between(i, j) + (row[j] as number) + (next[j] as number)))),
    );
  }
  const last = forward.at(-1);
  const logPartition = last ? logSumExp(labels.map((j) => (last[j] as number) + (end[j] as number))) : 0;
  const probabilities = forward.map((row, t) =>
    row.map((value, j) => Math.exp(value + (backward[t]?.[j] as number) - logPartition)),
  );
  return { logPartition, probabilities };
}

/** Each label's probability at each place, rows that sum to 1. */
export function marginals(chain: Chain, scores: readonly ArrayLike<number>[]): number[][] {
  return forwardBackward(chain, scores).probabilities;
}
