// Batches of every kind of unit: padding, masks, positions; and the sum that enters a Transformer, worked out by hand.
import { expect, test } from 'vitest';
import { float32, randomNormal, toNumbers } from '../array/index.ts';
import {
  concept,
  courseVocabulary,
  cutConcepts,
  cutKmers,
  cutPatches,
  cutTubes,
  featureVocabulary,
  tubelets,
} from '../tokens/index.ts';
import { collateClips, collateFeatures, collatePictures, collateUnits } from './collate-units.ts';
import { stabilityExperiment } from './dna-experiment.ts';
import { embedUnits } from './embed-units.ts';

const kmers = (sequence: string) => cutKmers(sequence, { overlap: false, vocabulary: courseVocabulary(3) });
const ramp = (shape: number[]) =>
  float32(
    shape,
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
  );

test('ids: padding, mask, lengths, positions', () => {
  const batch = collateUnits([kmers('ACGTAC'), kmers('TTTAAACCCG')]);
  expect(batch.input_ids?.shape).toEqual([2, 4]);
  expect(toNumbers(batch.attention_mask)).toEqual([1, 1, 0, 0, 1, 1, 1, 1]);
  expect(toNumbers(batch.lengths)).toEqual([2, 4]);
  expect(toNumbers(batch.positions)).toEqual([0, 1, 0, 0, 0, 1, 2, 3]);
  expect(Number(collateUnits([kmers('ACG')], { length: 3, padId: 7 }).input_ids?.data[2])).toBe(7);
  expect(() => collateUnits([kmers('ACGACG')], { length: 1 })).toThrow(/at most 1 units, got 2/);
  expect(() => collateUnits([])).toThrow(/got none/);
});

test('vectors with positions on two and three axes', () => {
  const pictures = [cutPatches(ramp([1, 4, 4]), { patch: [2, 2] }), cutPatches(ramp([1, 2, 4]), { patch: [2, 2] })];
  const batch = collateUnits(pictures);
  expect(batch.vectors?.shape).toEqual([2, 4, 4]);
  expect(toNumbers(batch.vectors as never).slice(16, 28)).toEqual([0, 1, 4, 5, 2, 3, 6, 7, 0, 0, 0, 0]);
  expect(toNumbers(batch.positions)).toEqual([0, 0, 0, 1, 1, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0]);
  const video = cutTubes(ramp([1, 2, 2, 4]), tubelets(2, 2));
  expect(collateUnits([video]).positions.shape).toEqual([1, 2, 3]);
  expect(() => collateUnits([pictures[0] as never, video])).toThrow(/vectors on row,column, got vectors on frame/);
  expect(() => collateUnits([pictures[0] as never, cutPatches(ramp([1, 4, 4]), { patch: [4, 4] })])).toThrow(
    /vectors of 4 numbers, got 16/,
  );
});

test('bags', () => {
  const items = [concept('a', ['x', 'y']), concept('b', { x: 2 })];
  const units = cutConcepts(items, { vocabulary: featureVocabulary(items), combine: 'sum' });
  const batch = collateUnits([units]);
  expect(batch.input_ids?.shape).toEqual([1, 2, 2]);
  expect(toNumbers(batch.weights as never)).toEqual([1, 1, 2, 0]);
});

test('whole arrays under their Hugging Face names', () => {
  expect(collatePictures([ramp([3, 2, 2]), ramp([3, 2, 2])]).pixel_values.shape).toEqual([2, 3, 2, 2]);
  const clips = collateClips([ramp([2, 3, 1, 2])]).pixel_values;
  expect(clips.shape).toEqual([1, 3, 2, 1, 2]);
  expect(toNumbers(clips)).toEqual([0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11]);
  const sounds = collateFeatures([ramp([1, 2]), ramp([2, 2])], -1);
  expect(toNumbers(sounds.input_values)).toEqual([0, 1, -1, -1, 0, 1, 2, 3]);
  expect(toNumbers(sounds.attention_mask)).toEqual([1, 0, 1, 1]);
  expect(() => collatePictures([ramp([3, 2, 2]), ramp([3, 2, 1])])).toThrow(/shape \[3,2,2\], got \[3,2,1\]/);
});

test('the sum that enters a Transformer', () => {
  const units = kmers('AAAAAT');
  const { units: own, positions, sum } = embedUnits(units, { dim: 4, seed: 3 });
  const row = randomNormal({ seed: 3, step: 5, site: 'embedUnits.table' }, [4], 0.5).data;
  expect(Array.from(own.data.subarray(4))).toEqual(Array.from(row));
  const expected = [Math.sin(1), Math.sin(0.01), Math.cos(1), Math.cos(0.01)];
  expected.forEach((value, d) => {
    expect(positions.data[4 + d]).toBeCloseTo(value, 6);
    expect(sum.data[4 + d]).toBeCloseTo(value + (row[d] as number), 6);
  });
  expect(() => embedUnits(units, { dim: 3, seed: 0 })).toThrow(/width that 2 divides/);
  const picture = cutPatches(ramp([1, 2, 4]), { patch: [2, 2] });
  const first = embedUnits(picture, { dim: 12, seed: 0 }).units;
  expect(first.shape).toEqual([2, 12]);
  const double = cutPatches(
    float32(
      [1, 2, 4],
      ramp([1, 2, 4]).data.map((value) => 2 * value),
    ),
    { patch: [2, 2] },
  );
  expect(embedUnits(double, { dim: 12, seed: 0 }).units.data[7]).toBeCloseTo(2 * (first.data[7] as number), 5);
});

test('the stability experiment as a whole', () => {
  const genome = Array.from({ length: 4000 }, (_, i) => 'ACGT'[(i * i + (i >> 3)) % 4]).join('');
  const options = { k: 6, length: 200, pieces: 8, edits: 2, vocabSize: 60, seed: 1 };
  const rows = stabilityExperiment([genome], options);
  expect(rows.map(({ scheme, edit }) => `${edit} ${scheme}`)).toEqual([
    'delete k-mers',
    'delete overlapping k-mers',
    'delete bpe',
    'insert k-mers',
    'insert overlapping k-mers',
    'insert bpe',
  ]);
  expect(rows[0]?.tokens).toBe(34);
  // a deleted base lies in at most six windows of six
  expect(rows[1]?.stability.mean).toBeGreaterThanOrEqual(1 - 6 / 195);
  expect(stabilityExperiment([genome], options)).toEqual(rows);
  expect(() => stabilityExperiment(['ACGT'], options)).toThrow(/at least 40 bases/);
});
