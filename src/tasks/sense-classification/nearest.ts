// The label of the nearest training example, by products on the runtime: what each model is held against, with all examples where that is
// affordable.
import { float32 } from '../../array/index.ts';
import type { DenseRow } from '../../data/index.ts';
import { argMax, input, matmul, max, subtract } from '../../graph/index.ts';
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
  const scores = subtract(
    matmul(input('rows', 'float32', ['rows', size]), input('turned', 'float32', [size, 'known'])),
    input('halves', 'float32', ['known']),
  );
  const session = await loadOutputs({ best: max(scores, { axes: [1] }), place: argMax(scores, 1) }, target);
  try {
    const asked = stacked(rows, size);
    const best = new Float32Array(rows.length).fill(Number.NEGATIVE_INFINITY);
    const labels = new Array<string>(rows.length).fill('');
    for (let first = 0; first < train.length; first += block) {
      const known = train.slice(first, first + block);
      const turned = new Float32Array(size * known.length);
      const halves = new Float32Array(known.length);
      for (const [place, { values: row }] of known.entries()) {
        let squares = 0;
        for (let i = 0; i < size; i++) {
          const value = row[i] as number;
          turned[i * known.length + place] = value;
          squares += value * value;
        }
        halves[place] = squares / 2;
      }
      const found = await session.run({
        ...{ rows: asked, turned: float32([size, known.length], turned), halves: float32([known.length], halves) },
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
