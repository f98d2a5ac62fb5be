// Random numbers against the published vectors of Random123; 16-bit floats over all their patterns.
import { expect, test } from 'vitest';
import {
  bfloat16ToNumber,
  cast,
  float16ToNumber,
  float32,
  ndArray,
  numberToBfloat16,
  numberToFloat16,
  philox,
  Random,
  toFloat16,
  toNumbers,
} from './index.ts';

test.each([
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
])('philox4x32-10 of %j under %j', (counter, key, expected) => {
  const out = new Uint32Array(4);
  philox(counter, key, out);
  expect(Array.from(out)).toEqual(expected);
});

test('every half-precision pattern survives the way to a number and back', () => {
  for (let bits = 0; bits < 65536; bits++) {
    const value = float16ToNumber(bits);
    if (!Number.isNaN(value)) expect(numberToFloat16(value)).toBe(bits);
  }
  expect([65504, 65519.9, 65520, 2 ** -25, 2 ** -24 * 1.5, 1 + 2 ** -11].map(numberToFloat16)).toEqual([
    0x7bff, 0x7bff, 0x7c00, 0, 2, 0x3c00,
  ]);
});

test('bfloat16 rounds ties to even', () => {
  const one = 0x3f80;
  expect(numberToBfloat16(1 + 2 ** -8)).toBe(one);
  expect(numberToBfloat16(1 + 3 * 2 ** -8)).toBe(one + 2);
  expect(bfloat16ToNumber(one + 1)).toBe(1 + 2 ** -7);
  expect(numberToBfloat16(Number.NaN) & 0x7fff).toBeGreaterThan(0x7f80);
});

test('streams are a function of their key alone', () => {
  const draw = (site: string): number[] => {
    const random = new Random({ seed: 3, step: 5, site });
    return Array.from({ length: 5 }, () => random.uniform());
  };
  expect(draw('a')).toEqual(draw('a'));
  expect(draw('a')).not.toEqual(draw('b'));
  const random = new Random({ seed: 1 });
  const normals = Array.from({ length: 20000 }, () => random.normal());
  const mean = normals.reduce((a, b) => a + b, 0) / normals.length;
  const variance = normals.reduce((a, b) => a + b * b, 0) / normals.length;
  expect(Math.abs(mean)).toBeLessThan(0.03);
  expect(Math.abs(variance - 1)).toBeLessThan(0.05);
});

test('arrays say what does not fit', () => {
  expect(() => ndArray('float32', [2, 3], new Float32Array(5))).toThrow('expected 6 elements for shape [2,3], got 5');
  expect(() => float32([3], [1, 2])).toThrow('expected 3 elements');
  expect(toNumbers(cast(float32([2], [1.5, -2.5]), 'int64'))).toEqual([1, -2]);
});

test('whole arrays to float16: the bits of one number at a time', () => {
  const edges = [
    0,
    -0,
    1,
    65503,
    65504,
    65519.99,
    65520,
    1e9,
    -1e9,
    2 ** -14,
    2 ** -24,
    2 ** -25,
    1.5 * 2 ** -25,
    6e-8,
    Infinity,
    NaN,
    2049,
    2051,
  ];
  const random = new Random({ seed: 3 });
  const spread = Array.from(
    { length: 20000 },
    () => (random.uniform() - 0.5) * 2 ** Math.floor(random.uniform() * 50 - 30),
  );
  const values = Float32Array.from([...edges, ...spread, ...edges.map((value) => -value)]);
  expect([...toFloat16(values)]).toEqual([...values].map(numberToFloat16));
});
