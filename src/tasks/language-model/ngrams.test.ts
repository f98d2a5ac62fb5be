// N-grams by hand, and against counting everything anew.
import { expect, test } from 'vitest';
import { Random } from '../../array/index.ts';
import { KneserNey, ngramNats, orderFor, unigrams } from './ngrams.ts';

test('bigrams of a b a b a c by hand', () => {
  const model = new KneserNey([0, 1, 0, 1, 0, 2], 3, 2);
  const after = (context: number, id: number): number => model.probability([context, id], 1);
  // ab 2, ba 2, ac 1: one pair is there once and two twice, so that 1 / (1 + 2 · 2) is taken off each; a, b and c follow one token each, and
  // weigh the same where less is known
  expect(after(0, 1)).toBeCloseTo((2 - 0.2 + (0.2 * 2) / 3) / 3, 12);
  expect(after(0, 2)).toBeCloseTo((1 - 0.2 + (0.2 * 2) / 3) / 3, 12);
  expect(after(0, 0)).toBeCloseTo((0.2 * 2) / 3 / 3, 12);
  expect(after(1, 0)).toBeCloseTo((2 - 0.2 + 0.2 / 3) / 2, 12);
  // nothing ever followed c; the first token has nothing before it
  expect(after(2, 0)).toBeCloseTo(1 / 3, 12);
  expect(model.probability([1], 0)).toBeCloseTo(1 / 3, 12);
  expect(ngramNats(model, [1, 0, 1])).toBeCloseTo(-Math.log(after(1, 0)) - Math.log(after(0, 1)), 12);
});

test('unigrams by hand', () => {
  const model = unigrams([0, 0, 1], 3);
  expect([0, 1, 2].map((id) => model.probability([id], 0))).toEqual([3 / 6, 2 / 6, 1 / 6]);
  expect(ngramNats(model, [2, 0, 1])).toBeCloseTo(Math.log(2) + Math.log(3), 12);
});

/** Chen and Goodman's formula word for word: every count is counted anew. */
function slow(
  ids: readonly number[],
  vocabulary: number,
  order: number,
  context: readonly number[],
  id: number,
): number {
  const grams = (length: number): string[] => ids.slice(length - 1).map((_, i) => ids.slice(i, i + length).join());
  const countsAt = (length: number): Map<string, number> => {
    const all =
      length === order ? grams(length) : [...new Set(longer(length + 1))].map((gram) => gram.replace(/^\d+,/, ''));
    return all.reduce((counts, gram) => counts.set(gram, (counts.get(gram) ?? 0) + 1), new Map<string, number>());
  };
  const longer = (length: number): string[] => [...countsAt(length).keys()];
  const at = (own: readonly number[]): number => {
    const below = own.length === 0 ? 1 / vocabulary : at(own.slice(1));
    const counts = countsAt(own.length + 1);
    const followers = [...counts].filter(([gram]) => gram.split(',').slice(0, -1).join() === own.join());
    const total = followers.reduce((sum, [, count]) => sum + count, 0);
    if (total === 0) return below;
    const [once, twice] = [1, 2].map((wanted) => [...counts.values()].filter((count) => count === wanted).length);
    const discount = once && twice ? once / (once + 2 * twice) : 0.75;
    const count = counts.get([...own, id].join()) ?? 0;
    return (Math.max(count - discount, 0) + discount * followers.length * below) / total;
  };
  return at(context);
}

test('longer ones are what the formula says, and sum to 1 after every history', () => {
  const random = new Random({ seed: 1, step: 0, site: 'n-grams' });
  const ids = Array.from({ length: 60 }, () => Math.floor(4 * random.uniform() ** 2));
  const model = new KneserNey(ids, 5, 3);
  for (const history of [[], [0], [3], [0, 0], [1, 0], [2, 3], [4, 0], [0, 4], [1, 2, 0]]) {
    const shares = [0, 1, 2, 3, 4].map((id) => model.probability([...history, id], history.length));
    expect(
      shares.reduce((sum, share) => sum + share, 0),
      `${history}`,
    ).toBeCloseTo(1, 12);
    for (const [id, share] of shares.entries()) {
      expect(share).toBeGreaterThan(0);
      expect(share, `${history} ${id}`).toBeCloseTo(slow(ids, 5, 3, history.slice(-2), id), 12);
    }
  }
});

test('n-grams are as long as numbers can tell them apart', () => {
  expect([65, 1_000, 5_000, 50_257, 250_000].map(orderFor)).toEqual([5, 5, 4, 3, 2]);
  // ids near the top of a large vocabulary: neighbours stay apart
  const top = 50_256;
  const model = new KneserNey([top, top, top - 1, top, top, top - 1, top, top, top], top + 1);
  expect(model.order).toBe(3);
  const [one, other] = [top - 1, top].map((id) => model.probability([top, top, id], 2)) as [number, number];
  expect(one + other).toBeGreaterThan(0.5);
  expect(one / other).toBeGreaterThan(1.5);
  expect(() => new KneserNey([1, 2], 5)).toThrow('expected at least 5 tokens, got 2');
  expect(() => new KneserNey([1, 2, 3, 4], 50_257, 4)).toThrow('expected an order from 1 to 3, got 4');
});
