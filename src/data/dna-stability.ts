// How many tokens survive when one base is deleted or inserted? k-mers one after the other lose everything behind the place, as the
// course's figure shows; byte-pair encoding finds its feet again (Zhou et al. 2023, section 3.1).
import { Random } from '../array/index.ts';
import { UnitsError } from '../tokens/index.ts';
import { bootstrapInterval } from './metrics/classification.ts';

/** Cuts a sequence: start and end of each token, in order. */
export type Cut = (sequence: string) => readonly { readonly start: number; readonly end: number }[];

/** Options of `dnaStability`. */
export interface StabilityOptions {
  readonly edit: 'delete' | 'insert';
  /** Edits per sequence; 1 when left out. */
  readonly edits?: number;
  readonly seed: number;
}

/** Share of tokens that survive, from 0 to 1. */
export interface Stability {
  readonly mean: number;
  /** 95 %, bootstrap over sequences. */
  readonly interval: readonly [number, number];
  /** One per sequence. */
  readonly shares: readonly number[];
}

const BASES = 'ACGT';

/** The sequence with one base taken out at `place`, or `base` put in before it. */
export function edited(sequence: string, place: number, base?: string): string {
  return sequence.slice(0, place) + (base ?? '') + sequence.slice(base === undefined ? place + 1 : place);
}

/**
 * A token survives when the edited sequence has a token over the very same bases: before the place at the same offsets, behind it
 * moved by one. Tokens that hold the place itself are lost.
 */
export function survivors(sequence: string, place: number, base: string | undefined, cut: Cut): number {
  const shift = base === undefined ? -1 : 1;
  const after = base === undefined ? place + 1 : place;
  const found = new Set(cut(edited(sequence, place, base)).map(({ start, end }) => `${start} ${end}`));
  const original = cut(sequence).filter(({ start, end }) => end > start);
  const kept = original.filter(({ start, end }) => {
    if (end <= place) return found.has(`${start} ${end}`);
    return start >= after && found.has(`${start + shift} ${end + shift}`);
  });
  return kept.length / original.length;
}

/**
 * The experiment: for every sequence, `edits` random places (and bases), the mean share of surviving tokens; then mean and interval over
 * sequences. The same seed makes the same edits, so cuts are compared on equal terms.
 * @throws UnitsError for no sequences or one shorter than two bases
 */
export function dnaStability(sequences: readonly string[], cut: Cut, options: StabilityOptions): Stability {
  const { edit, edits = 1, seed } = options;
  if (sequences.length === 0) throw new UnitsError('dnaStability: expected sequences, got none');
  const shares = sequences.map((sequence, i) => {
    if (sequence.length < 2) {
      throw new UnitsError(
        `dnaStability: expected sequences of at least 2 bases, got ${sequence.length} (sequence ${i})`,
      );
    }
    const random = new Random({ seed, step: i, site: 'dnaStability' });
    let sum = 0;
    for (let e = 0; e < edits; e++) {
      const place = random.integer(sequence.length);
      const base = BASES[random.integer(4)];
      sum += survivors(sequence, place, edit === 'delete' ? undefined : base, cut);
    }
    return sum / edits;
  });
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  return { mean, interval: bootstrapInterval(shares, { seed }), shares };
}
