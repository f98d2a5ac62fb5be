// The label of the nearest training example, by products on the runtime: what each model is held against, with all examples where that is
// affordable.
import { float32 } from '../../array/index.ts';
import type { DenseRow } from '../../data/index.ts';
import { argMax, gemm, input, max } from '../../graph/index.ts';
import { loadOutputs, type SessionTarget } from '../session.ts';

/** How much of the training rows one run takes, at most. */
export interface NearestBlock {
  /** Numbers of the rows. */
  readonly values: number;
  readonly scores: number;
}

const BLOCK: NearestBlock = { values: 2 ** 25, scores: 2 ** 24 };

/** Rows below each other, `[N, F]`. */
function stacked(rows: readonly DenseRow[], size: number): ReturnType<typeof float32> {
  const data = new Float32Array(rows.length * size);
  for (const [place, { values }] of rows.entries()) data.set(values, place * size);
  return float32([rows.length, size], data);
}

function halfSquare(values: DenseRow['values']): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] as number) ** 2;
  return sum / 2;
}

/**
 * For every row the label of the training row at the least Euclidean distance, the first one of several. Nearest is where `x · y − |y|² / 2`
 * is largest: a block of training rows at a time, in float32.
 */
export async function nearestLabels(
  train: readonly DenseRow[],
  rows: readonly DenseRow[],
  target: SessionTarget,
  { values, scores: most }: NearestBlock = BLOCK,
): Promise<string[]> {
  const size = train[0]?.values.length ?? 0;
  const block = Math.max(1, Math.floor(Math.min(values / size, most / rows.length)));
  const scores = gemm(
    input('rows', 'float32', ['rows', size]),
    input('known', 'float32', ['known', size]),
    input('shifts', 'float32', ['known']),
    { transB: true },
  );
  const session = await loadOutputs({ best: max(scores, { axes: [1] }), place: argMax(scores, 1) }, target);
  try {
    const asked = stacked(rows, size);
    const best = new Float32Array(rows.length).fill(Number.NEGATIVE_INFINITY);
    const labels = new Array<string>(rows.length).fill('');
    for (let first = 0; first < train.length; first += block) {
      const known = train.slice(first, first + block);
      const found = await session.run({
        rows: asked,
        known: stacked(known, size),
        shifts: float32(
          [known.length],
          known.map(({ values: row }) => -halfSquare(row)),
        ),
      });
      for (let row = 0; row < rows.length; row++) {
        const score = found.best?.data[row] as number;
        if (score <= (best[row] as number)) continue;
        best[row] = score;
        labels[row] = known[Number(found.place?.data[row])]?.label as string;
      }
    }
    return labels;
  } finally {
    await session.release();
  }
}
