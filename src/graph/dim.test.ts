// Laws of symbolic sizes, against the arithmetic of the numbers they stand for.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDims, type Dim, divideDims, evaluateDim, multiplyDims, productOf, subtractDims, symbolsOf } from './dim.ts';

fc.configureGlobal({ seed: 11, numRuns: 300 });

const leaf: fc.Arbitrary<Dim> = fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constantFrom('batch', 'tokens', 'a'));
const joined = fc.tuple(fc.constantFrom(addDims, multiplyDims, subtractDims), leaf, leaf).map(([f, x, y]) => f(x, y));
const dim: fc.Arbitrary<Dim> = fc.oneof(
  leaf,
  fc.tuple(fc.constantFrom(addDims, multiplyDims, subtractDims), joined, leaf).map(([f, x, y]) => f(x, y)),
);
const sizes = fc.record({ batch: fc.nat(9), tokens: fc.nat(9), a: fc.nat(9) });

test('sums, differences and products are those of the numbers', () => {
  fc.assert(
    fc.property(dim, dim, sizes, (x, y, at) => {
      const [p, q] = [evaluateDim(x, at), evaluateDim(y, at)];
      expect(evaluateDim(addDims(x, y), at)).toBe(p + q);
      expect(evaluateDim(subtractDims(x, y), at)).toBe(p - q);
      expect(evaluateDim(multiplyDims(x, y), at) + 0).toBe(p * q + 0);
    }),
  );
});

test('equal sizes are equal strings', () => {
  fc.assert(
    fc.property(dim, dim, dim, (x, y, z) => {
      expect(addDims(x, y)).toBe(addDims(y, x));
      expect(multiplyDims(x, y)).toBe(multiplyDims(y, x));
      expect(addDims(addDims(x, y), z)).toBe(addDims(x, addDims(y, z)));
      expect(multiplyDims(multiplyDims(x, y), z)).toBe(multiplyDims(x, multiplyDims(y, z)));
      expect(multiplyDims(x, addDims(y, z))).toBe(addDims(multiplyDims(x, y), multiplyDims(x, z)));
      expect(subtractDims(x, x)).toBe(0);
      expect(subtractDims(addDims(x, y), y)).toBe(addDims(x, 0));
    }),
  );
});

test('neutral and absorbing elements', () => {
  fc.assert(
    fc.property(dim, (x) => {
      expect(addDims(x, 0)).toBe(multiplyDims(x, 1));
      expect(multiplyDims(x, 0)).toBe(0);
      expect(productOf([])).toBe(1);
      expect(productOf([x, 0, 'batch'])).toBe(0);
    }),
  );
});

test('a quotient, where there is one, times the divisor is the dividend', () => {
  fc.assert(
    fc.property(dim, leaf, sizes, (x, y, at) => {
      const product = multiplyDims(x, y);
      if (y !== 0) expect(divideDims(product, y)).toBe(addDims(x, 0));
      const quotient = divideDims(x, y);
      if (quotient !== undefined && x !== y) {
        expect(evaluateDim(multiplyDims(quotient, y), at) + 0).toBe(evaluateDim(x, at) + 0);
      }
    }),
  );
});

test('no quotient is made up', () => {
  expect(divideDims('batch', 'tokens')).toBeUndefined();
  expect(divideDims('3*batch', 2)).toBeUndefined();
  expect(divideDims(7, 2)).toBeUndefined();
  expect(divideDims(5, 0)).toBeUndefined();
  expect(divideDims('12*batch*tokens', '4*tokens')).toBe('3*batch');
});

test('sizes are read in any order of factors', () => {
  expect(addDims('tokens*2', '2*tokens')).toBe('4*tokens');
  expect(multiplyDims('2*3', 'a')).toBe('6*a');
  expect(addDims('tokens+batch', 0)).toBe(addDims('batch+tokens', 0));
});

test('symbols, and a clear error for one without a size', () => {
  expect(symbolsOf('2*batch*tokens+a+3').sort()).toEqual(['a', 'batch', 'tokens']);
  expect(symbolsOf(4)).toEqual([]);
  expect(() => evaluateDim('2*batch', { tokens: 1 })).toThrow(
    "evaluateDim: expected a size for 'batch' in '2*batch', got none",
  );
});
