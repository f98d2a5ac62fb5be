import { expect, test } from 'vitest';
import { fillMask, MaskMemory } from './mask-kernel.ts';

test.each([1, 7, 32, 33, 4097])(
  'the SIMD kernel gives the mask of the plain loops, bit for bit: %i elements',
  (length) => {
    const memory = new MaskMemory();
    const [first, second] = memory.views([5, length]) as [Float32Array, Float32Array];
    const key = { seed: 2 ** 40 + 12345, step: 7, site: 'encoder/dropout' };
    memory.fill(first, 0.5, { ...key, site: 'other' });
    memory.fill(second, 0.3, key);
    const expected = new Float32Array(length);
    fillMask(expected, 0.3, key);
    expect(second).toEqual(expected);
  },
);

test('the memory grows, and places do not overlap', () => {
  const memory = new MaskMemory();
  memory.views([10]);
  const [a, b] = memory.views([100_000, 100_000]) as [Float32Array, Float32Array];
  const key = { seed: 1, step: 1, site: 'a' };
  memory.fill(b, 0.1, key);
  const kept = b.slice();
  memory.fill(a, 0.1, { ...key, site: 'b' });
  expect(b).toEqual(kept);
});
