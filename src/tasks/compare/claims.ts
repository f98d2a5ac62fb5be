// What textbooks say of the three architectures, beside what was measured.
import type { CandidateName } from './candidates.ts';
import type { ProblemKind } from './problems.ts';
import type { ComparedCell } from './quality.ts';
import { problemMetrics } from './quality.ts';

/** A sentence of the table that textbooks print. */
interface Claim {
  readonly architecture: CandidateName;
  readonly strength: string;
  readonly limit: string;
  /** What should hold here: the first is better than the second at the problem. */
  readonly test: { readonly problem: ProblemKind; readonly rival: CandidateName };
}

/** The table. */
export const claims: readonly Claim[] = [
  {
    architecture: 'encoder',
    strength: 'sees both sides of every word: understands best',
    limit: 'cannot write texts of any length',
    test: { problem: 'classify', rival: 'decoder' },
  },
  {
    architecture: 'encoder-decoder',
    strength: 'does both: reads with both sides, writes step by step',
    limit: 'more complex, two towers',
    test: { problem: 'rewrite', rival: 'decoder' },
  },
  {
    architecture: 'decoder',
    strength: 'one simple objective over all tokens: scales, writes best',
    limit: 'sees one side only',
    test: { problem: 'continue', rival: 'encoder-decoder' },
  },
];

/** A sentence with what was measured. */
export interface JudgedClaim {
  readonly architecture: CandidateName;
  readonly strength: string;
  readonly limit: string;
  /** For people: both numbers. */
  readonly measured: string;
  /** `undecided`: the intervals over seeds overlap. */
  readonly verdict: 'agrees' | 'disagrees' | 'undecided';
}

/** Puts the table beside measured cells. */
export function judgeClaims(cells: readonly ComparedCell[]): JudgedClaim[] {
  return claims.map(({ architecture, strength, limit, test: { problem, rival } }): JudgedClaim => {
    const find = (name: CandidateName): ComparedCell | undefined =>
      cells.find((cell) => cell.candidate === name && cell.problem === problem);
    const [own, other] = [find(architecture)?.quality, find(rival)?.quality];
    const about = { architecture, strength, limit };
    if (!own || !other) return { ...about, measured: 'not measured', verdict: 'undecided' };
    const { isHigherBetter, say } = problemMetrics[problem];
    const [better, worse] = isHigherBetter ? [own, other] : [other, own];
    // with "higher is better" turned into one direction, own is better when it lies above
    const isAbove = better.interval[0] > worse.interval[1];
    const isBelow = better.interval[1] < worse.interval[0];
    return {
      ...about,
      measured: `${problem}: ${architecture} ${say(own.mean)}, ${rival} ${say(other.mean)}`,
      verdict: isAbove ? 'agrees' : isBelow ? 'disagrees' : 'undecided',
    };
  });
}
