// Nearest neighbours by products: against distances by hand, over several blocks.
import { expect, test } from 'vitest';
import { Random } from '../../array/index.ts';
import { nodeRuntime } from '../../graph/index.node.ts';
import { nearestLabels } from './nearest.ts';

const runtime = await nodeRuntime();

test('the nearest of many rows is the one at the least distance, wherever its block is', async () => {
  const random = new Random({ seed: 3, site: 'nearest.test' });
  const size = 50;
  const valuesOf = (): Float32Array => Float32Array.from({ length: size }, () => random.normal());
  const train = Array.from({ length: 300 }, (_, place) => ({ label: `${place}`, values: valuesOf() }));
  const asked = Array.from({ length: 40 }, () => ({ label: '', values: valuesOf() }));
  const byHand = asked.map(({ values }) => {
    const distances = train.map((other) =>
      other.values.reduce((sum, value, i) => sum + (value - (values[i] as number)) ** 2, 0),
    );
    return `${distances.indexOf(Math.min(...distances))}`;
  });
  expect(await nearestLabels(train, asked, { runtime })).toEqual(byHand);
  // blocks of 7 rows by their numbers, and of 3 by their scores
  expect(await nearestLabels(train, asked, { runtime }, { values: 7 * size, scores: 1e9 })).toEqual(byHand);
  expect(await nearestLabels(train, asked, { runtime }, { values: 1e9, scores: 130 })).toEqual(byHand);
  // the answers do not all lie in one block
  expect(Math.max(...byHand.map(Number)) - Math.min(...byHand.map(Number))).toBeGreaterThan(100);
});

test('the first of equals; nothing asked, nothing said', async () => {
  const train = ['a', 'b', 'c'].map((label) => ({ label, values: Float32Array.of(label === 'c' ? 5 : 1, 0) }));
  const target = { runtime };
  const near = await nearestLabels(train, [{ label: '', values: Float32Array.of(0, 0) }], target);
  expect(near).toEqual(['a']);
  // the largest product is not the nearest row
  expect(await nearestLabels(train, [{ label: '', values: Float32Array.of(2, 0) }], target)).toEqual(['a']);
  expect(await nearestLabels(train, [], target)).toEqual([]);
});
