// The cut of sets of one's own: no label leaves training, and where none would, nothing moves.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SplitName } from './dataset.ts';
import { type CutItem, cutByKey, placeOf, splitBy, splitOf } from './split.ts';

const shares = { validation: 0.1, test: 0.2 };
const items = (keys: readonly string[], part?: SplitName): CutItem[] =>
  keys.map((key) => ({ part, key, example: { label: key.slice(0, 1) } }));
const uncut = fc.array(
  fc.record({
    part: fc.constant(undefined),
    key: fc.string({ maxLength: 2 }),
    example: fc.record({ label: fc.constantFrom('a', 'b', 'c') }),
  }),
);

test('every label has an example in training, whatever the order; only labels that had none move, and only one place each', () => {
  fc.assert(
    fc.property(uncut, (given) => {
      const cut = cutByKey(given, shares);
      const plain = splitBy(given, ({ key }) => splitOf(key, shares));
      const labels = (of: readonly CutItem[]): Set<string> => new Set(of.map(({ example }) => example.label));
      expect(labels(cut.train)).toEqual(labels(given));
      const lacking = [...labels(given)].filter((label) => !labels(plain.train).has(label));
      const keysOf = (label: string): string[] =>
        given.filter(({ example }) => example.label === label).map(({ key }) => key);
      const moved = new Set(cut.train.filter((item) => !plain.train.includes(item)).map(({ key }) => key));
      expect(moved.size).toBeLessThanOrEqual(lacking.length);
      for (const label of lacking) {
        const most = Math.max(...keysOf(label).map((key) => placeOf(key)));
        expect(keysOf(label).some((key) => moved.has(key) && placeOf(key) === most)).toBe(true);
      }
      if (lacking.length === 0) expect(cut).toEqual(plain);
      const turned = cutByKey([...given].reverse(), shares);
      for (const part of ['train', 'validation', 'test'] as const) {
        expect(new Set(turned[part])).toEqual(new Set(cut[part]));
        // equal keys stay together
        const others = given.filter((item) => !cut[part].includes(item));
        expect(others.filter(({ key }) => cut[part].some((one) => one.key === key))).toEqual([]);
      }
    }),
    { numRuns: 500, seed: 1 },
  );
});

test('given parts are kept, a label without training too', () => {
  const given = [...items(['a1', 'a2'], 'test'), ...items(['b1', 'b2'], 'train')];
  expect(cutByKey(given, shares)).toEqual({ train: given.slice(2), validation: [], test: given.slice(0, 2) });
});
