// What deletion and insertion curves of several inputs say together, against random orders of the same inputs, with intervals.
import { bootstrapInterval } from '../../data/index.ts';
import type { Curve, Direction } from './curves.ts';

/** Both curves of one map. */
export type Curves = Readonly<Record<Direction, Curve>>;

/** One input's curves. */
export interface InputJudgement {
  /** By method, and by `center`. */
  readonly curves: Readonly<Record<string, Curves>>;
  /** One for each random order. */
  readonly random: readonly Curves[];
}

/** How one map does over all inputs. */
export interface Score {
  /** Mean area under the curve, and its 95 % bootstrap interval over inputs; of one input there is none. */
  readonly area: number;
  readonly interval?: readonly [number, number];
  /** How much better than the mean random order of the same input; above 0 is better, for deletion too. */
  readonly gain: number;
  readonly gainInterval?: readonly [number, number];
  /** Share of random orders that it beats, ties half: 0.5 is chance. */
  readonly beats: number;
}

/** Deletion should have small areas, insertion large ones. */
const better: Readonly<Record<Direction, 1 | -1>> = { deletion: -1, insertion: 1 };

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Scores by map and direction. @throws RangeError for no inputs */
export function scoresOf(judged: readonly InputJudgement[]): Record<string, Record<Direction, Score>> {
  const [first] = judged;
  if (!first) throw new RangeError('scoresOf: expected judged inputs, got none');
  const score = (name: string, way: Direction): Score => {
    const areas = judged.map(({ curves }) => (curves[name] as Curves)[way].area);
    const randoms = judged.map(({ random }) => random.map((curves) => curves[way].area));
    const gains = areas.map((area, i) => better[way] * (area - mean(randoms[i] as number[])));
    const beats = areas.map((area, i) =>
      mean((randoms[i] as number[]).map((other) => (Math.sign(better[way] * (area - other)) + 1) / 2)),
    );
    const intervals =
      judged.length > 1 ? { interval: bootstrapInterval(areas), gainInterval: bootstrapInterval(gains) } : {};
    return { area: mean(areas), gain: mean(gains), beats: mean(beats), ...intervals };
  };
  return Object.fromEntries(
    Object.keys(first.curves).map((name) => [
      name,
      { deletion: score(name, 'deletion'), insertion: score(name, 'insertion') },
    ]),
  );
}

/** The mean of curves and the range that holds the middle 95 % of them, at each share. */
export function bandOf(curves: readonly Curve[]): {
  readonly low: number[];
  readonly mean: number[];
  readonly high: number[];
} {
  const columns = (curves[0]?.shares ?? []).map((_, i) =>
    curves.map(({ scores }) => scores[i] as number).sort((a, b) => a - b),
  );
  const at =
    (share: number) =>
    (column: number[]): number =>
      column[Math.round(share * (column.length - 1))] as number;
  return { low: columns.map(at(0.025)), mean: columns.map(mean), high: columns.map(at(0.975)) };
}
