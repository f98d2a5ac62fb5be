// The comparison: sizes that match, masks that are exact, scores by hand, and all of it on a handful of texts.
import { expect, test } from 'vitest';
import { float32, int64, type NdArray } from '../../array/index.ts';
import type { TextDataset } from '../../data/index.ts';
import { nodeRuntime } from '../../graph/index.node.ts';
import { parameterSpecs } from '../../models/index.ts';
import { initializeParameters } from '../../nn/index.ts';
import { runForward } from '../forward.ts';
import { candidates, decoderParameters, matchedModel } from './candidates.ts';
import { judgeClaims } from './claims.ts';
import { compareArchitectures } from './compare.ts';
import { type PositionName, positionEncodings, positionModel } from './positions.ts';
import { type ComparedCell, spreadOf } from './quality.ts';
import { comparisonReport } from './report.ts';
import { scoredRows } from './trial.ts';

const special = { pad: 0, bos: 2, eos: 3 };
const size = { vocabSize: 60, dim: 16, layers: 2, heads: 2, ffnDim: 64, positions: 32, classes: 2, special };

test('all have as many parameters, within three in a hundred; what cannot be matched is refused', () => {
  for (const kind of ['classify', 'rewrite', 'continue'] as const) {
    const wanted = decoderParameters(kind, size);
    for (const candidate of candidates.filter(({ ways }) => ways[kind]))
      expect(Math.abs(matchedModel(candidate, kind, size, wanted).parameters / wanted - 1)).toBeLessThan(0.03);
  }
  expect(() => matchedModel(candidates[0] as never, 'rewrite', size, 1000)).toThrow(
    'to have 1000 parameters within 3 %',
  );
});

test('scores of rows: by hand, shifted and not, what is −100 left out', () => {
  // two places of three classes: probabilities 1/2, 1/4, 1/4 and 1/4, 1/4, 1/2
  const logits = float32([1, 2, 3], [2, 1, 1, 1, 1, 2].map(Math.log));
  const [plain] = scoredRows(logits, int64([1, 2], [0, 2]), 0);
  expect(plain).toMatchObject({ labels: 2, isExact: true });
  expect(plain?.nats).toBeCloseTo(2 * Math.LN2, 6);
  const [shifted] = scoredRows(logits, int64([1, 2], [-100, 1]), 1);
  expect(shifted).toMatchObject({ labels: 1, isExact: false });
  expect(shifted?.nats).toBeCloseTo(Math.log(4), 6);
  const classes = scoredRows(float32([2, 2], [3, 1, 3, 1]), int64([2], [0, 1]), 0);
  expect(classes.map(({ isExact }) => isExact)).toEqual([true, false]);
  // among ids 1 and 2 of the second place, 1/4 and 1/2: shares of 1/3 and 2/3; id 0 of the first is not to be chosen
  const [labels] = scoredRows(logits, int64([1, 2], [1, 2]), 0, [1, 2]);
  expect(labels).toMatchObject({ labels: 2, isExact: true });
  expect(labels?.nats).toBeCloseTo(Math.LN2 + Math.log(3 / 2), 6);
  expect(scoredRows(logits, int64([1, 2], [1, 2]), 0)[0]?.isExact).toBe(false);
});

test('the interval over three seeds is that of Student’s t', () => {
  // scipy.stats.t.interval(0.95, 2, loc=2, scale=scipy.stats.sem([1, 2, 3]))
  const { mean, interval } = spreadOf([1, 2, 3]);
  expect(mean).toBe(2);
  expect(interval[0]).toBeCloseTo(-0.484138, 3);
  expect(interval[1]).toBeCloseTo(4.484138, 3);
  expect(() => spreadOf([1])).toThrow('at least two seeds');
});

test('claims are judged by intervals, in the direction of their measure', () => {
  const cell = (candidate: string, problem: string, values: readonly number[]): ComparedCell =>
    ({ candidate, problem, quality: spreadOf(values) }) as unknown as ComparedCell;
  const judged = judgeClaims([
    cell('encoder', 'classify', [0.9, 0.901]),
    cell('decoder', 'classify', [0.5, 0.501]),
    cell('encoder-decoder', 'rewrite', [0.1, 0.9]),
    cell('decoder', 'rewrite', [0.5, 0.501]),
    cell('decoder', 'continue', [5, 5.001]),
    cell('encoder-decoder', 'continue', [4, 4.001]),
  ]);
  expect(judged.map(({ verdict }) => verdict)).toEqual(['agrees', 'undecided', 'disagrees']);
});

test('without positions a decoder cannot tell a window from one with its past shuffled; every encoding can', async () => {
  const runtime = await nodeRuntime();
  const small = { vocabSize: 12, dim: 8, layers: 1, heads: 2, ffnDim: 16, longest: 8 };
  const last = async (name: PositionName, ids: readonly number[]): Promise<number[]> => {
    const model = positionModel(name, small);
    const parameters = initializeParameters(parameterSpecs(model), 1);
    const { logits } = await runForward(
      model,
      parameters,
      { input_ids: int64([1, ids.length], ids) },
      {
        ...{ runtime, session: { threads: 1 }, want: ['logits'] },
      },
    );
    return Array.from(((logits as NdArray).data as Float32Array).slice(-small.vocabSize));
  };
  for (const name of Object.keys(positionEncodings) as PositionName[]) {
    const [one, other] = [await last(name, [1, 2, 3, 4, 5]), await last(name, [3, 1, 4, 2, 5])];
    const apart = Math.max(...one.map((value, i) => Math.abs(value - (other[i] as number))));
    if (name === 'none') expect(apart).toBeLessThan(1e-4);
    else expect(apart, name).toBeGreaterThan(1e-3);
  }
});

test('a comparison on a handful of texts: every cell, causal masks exactly zero ahead, a report', async () => {
  const words = ['good', 'bad', 'film', 'story', 'very', 'not', 'a', 'the'];
  const example = (i: number) => ({
    ...{ id: `${i}`, label: i % 2 ? 'up' : 'down' },
    text: Array.from({ length: 8 }, (_, w) => words[(i * (w + 3) + w) % 8]).join(' '),
  });
  const part = (from: number, count: number) => Array.from({ length: count }, (_, i) => example(from + i));
  const dataset: TextDataset = {
    ...{ name: 'tiny', labels: ['down', 'up'], checksums: {} },
    splits: { train: part(0, 24), validation: part(24, 8), test: part(32, 8) },
  };
  const comparison = await compareArchitectures(
    {
      ...{ name: 'tiny', about: 'tiny', data: { id: 'tiny', limit: 0 } },
      tokenizer: { kind: 'bpe', vocabSize: 60, minFrequency: 1, lowercase: true },
      size: { dim: 16, layers: 2, heads: 2, ffnDim: 64 },
      ...{
        maxLength: 24,
        train: { steps: 3, batchSize: 4, warmup: 1 },
        learningRates: [1e-3],
        seeds: [1, 2],
        testLimit: 8,
      },
      reversal: { tokens: 8, shortest: 3, longest: 5 },
      positions: { length: 8, lengths: [8, 16] },
    },
    dataset,
    {
      ...{ runtime: await nodeRuntime(), session: { threads: 1 }, note: () => undefined },
      memory: { available: 2 ** 34, used: 0 },
    },
  );
  expect(comparison.cells).toHaveLength(9);
  const ofDecoder = comparison.cells.filter(
    ({ candidate, problem }) => `${candidate} ${problem}` === 'decoder classify',
  );
  expect(ofDecoder.map((cell) => [cell.way, cell.class])).toEqual([
    ['last token', 'GPT2ForSequenceClassification'],
    ['label words', 'GPT2LMHeadModel'],
  ]);
  expect(comparison.undefined_for).toEqual([{ candidate: 'encoder', problem: 'continue' }]);
  const counts = comparison.cells.filter(({ problem }) => problem === 'rewrite').map(({ parameters }) => parameters);
  expect(Math.max(...counts) / Math.min(...counts)).toBeLessThan(1.06);
  const masks = comparison.masks.flatMap((each) => each.masks);
  expect(masks.filter((mask) => mask.is_causal).map((mask) => mask.largest_ahead)).toEqual([0, 0]);
  for (const mask of masks.filter((each) => !each.is_causal && each.largest_ahead !== undefined))
    expect(mask.largest_ahead).toBeGreaterThan(0.01);
  expect(comparison.positions.map(({ points }) => points.length)).toEqual([2, 2, 2, 2, 2, 2]);
  for (const cell of comparison.cells) expect(cell.quality.values.every(Number.isFinite)).toBe(true);
  expect(comparisonReport(comparison).tables[0]?.rows).toHaveLength(10);
});

test('a decoder’s label word stands behind the text and its mark; the loss is the word’s alone', () => {
  const decoder = candidates.find(({ name }) => name === 'decoder');
  const way = decoder?.ways.classify?.[1];
  const pairs = [
    { source: [7, 8, 9], target: [4] },
    { source: [7], target: [5] },
  ];
  const batch = way?.batch(pairs, { special, labels: [4, 5], isTraining: true });
  const rows = (name: string): number[] => Array.from(batch?.[name]?.data as BigInt64Array, Number);
  expect(rows('input_ids')).toEqual([7, 8, 9, 2, 4, 7, 2, 5, 0, 0]);
  expect(rows('labels')).toEqual([-100, -100, -100, -100, 4, -100, -100, 5, -100, -100]);
  expect(way).toMatchObject({ shift: 1, choosesLabels: true });
});
