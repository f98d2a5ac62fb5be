// The CRF's loss against every path counted one by one, and its derivative against central differences.
import { expect, test } from 'vitest';
import { float32, int64, type NamedArrays, Random } from '../array/index.ts';
import { gradients, input, interpret, type Tensor, trace } from '../graph/index.ts';
import { chainLoss, chainScores } from './crf.ts';
import { Module } from './module.ts';

const [BATCH, TOKENS, LABELS] = [3, 5, 3];
const random = new Random({ seed: 3, site: 'crf' });
const draw = (...shape: number[]) =>
  float32(
    shape,
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal() * 2),
  );
// places that do not count at the start, in the middle, at the end; one row where one place counts, one where none does
const LABELLED = [
  [-100, 2, 0, -100, 1],
  [0, 1, 1, 2, 0],
  [-100, -100, 1, -100, -100],
  [-100, -100, -100, -100, -100],
];

const values: NamedArrays = {
  scores: draw(BATCH + 1, TOKENS, LABELS),
  labels: int64([BATCH + 1, TOKENS], LABELLED.flat()),
  start_transitions: draw(LABELS),
  end_transitions: draw(LABELS),
  transitions: draw(LABELS, LABELS),
};

function traced() {
  const module = Module.root({ training: true });
  return trace(() => {
    const scores = input('scores', 'float32', ['batch', 'tokens', LABELS]);
    const labels = input('labels', 'int64', ['batch', 'tokens']);
    const chain = chainScores(module, LABELS);
    const loss = chainLoss(scores, labels, chain, 6);
    return {
      loss,
      by: { scores, start_transitions: chain.start, end_transitions: chain.end, transitions: chain.transitions },
    };
  }).result;
}

/** −log p of the labels per label that counts, by listing every path. */
function byListing(given: NamedArrays): number {
  const at = (name: string, i: number): number => (given[name]?.data[i] ?? Number.NaN) as number;
  let [total, counted] = [0, 0];
  LABELLED.forEach((row, b) => {
    const places = row.flatMap((label, t) => (label === -100 ? [] : [t]));
    if (places.length === 0) return;
    const scoreOf = (path: readonly number[]): number =>
      path.reduce(
        (sum, y, n) =>
          sum +
          at('scores', (b * TOKENS + (places[n] as number)) * LABELS + y) +
          (n === 0 ? at('start_transitions', y) : at('transitions', (path[n - 1] as number) * LABELS + y)),
        at('end_transitions', path.at(-1) as number),
      );
    const paths = Array.from({ length: LABELS ** places.length }, (_, code) =>
      places.map((_place, n) => Math.floor(code / LABELS ** n) % LABELS),
    );
    const partition = Math.log(paths.reduce((sum, path) => sum + Math.exp(scoreOf(path)), 0));
    total += partition - scoreOf(places.map((t) => row[t] as number));
    counted += places.length;
  });
  return total / counted;
}

const run = (tensor: Tensor, given: NamedArrays) => interpret([tensor], given)[0];

test('the loss is that of all paths listed', () => {
  expect(Number(run(traced().loss, values)?.data[0])).toBeCloseTo(byListing(values), 10);
});

test('the derivative is the difference quotient of the listed loss', () => {
  const { loss, by } = traced();
  for (const [name, tensor] of Object.entries(by)) {
    const [gradient] = gradients(loss, [tensor]) as [Tensor];
    const derived = run(gradient, values)?.data as ArrayLike<number>;
    const array = values[name] as (typeof values)[string];
    for (let i = 0; i < array.data.length; i++) {
      const moved = (by: number): number => {
        const data = Float64Array.from(array.data as Float32Array);
        data[i] = (data[i] as number) + by;
        return byListing({ ...values, [name]: { ...array, data } as never });
      };
      expect(derived[i], `${name}[${i}]`).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 6);
    }
  }
});
