// The stability experiment: what can be counted by hand, and that byte-pair encoding keeps more than k-mers.
import { expect, test } from 'vitest';
import { Random } from '../array/index.ts';
import { courseVocabulary, cutKmers, cutPairs, dnabertVocabulary, trainPairEncoding } from '../tokens/index.ts';
import { type Cut, dnaStability, edited, survivors } from './dna-stability.ts';

const kmers: Cut = (sequence) => cutKmers(sequence, { overlap: false, vocabulary: courseVocabulary(6) }).places;
const windows: Cut = (sequence) => cutKmers(sequence, { overlap: true, vocabulary: dnabertVocabulary(3) }).places;

test('counted by hand', () => {
  expect(edited('ACGT', 1)).toBe('AGT');
  expect(edited('ACGT', 1, 'T')).toBe('ATCGT');
  // the first base gone: nothing lives, as in the course's figure
  expect(survivors('ACAATAATAATAATAACGG', 0, undefined, kmers)).toBe(0);
  // place 7: the first of four pieces lives
  expect(survivors('ACAATAATAATAATAACGG', 7, undefined, kmers)).toBe(1 / 4);
  // windows of 3 in 8 bases: three of the six hold base 4
  expect(survivors('ACGTACGT', 4, undefined, windows)).toBe(3 / 6);
  expect(survivors('ACGTACGT', 4, 'A', windows)).toBe(4 / 6);
});

test('byte-pair encoding keeps more than k-mers; seeds repeat', () => {
  const random = new Random({ seed: 1 });
  // words of a small lexicon, so that there is something to learn
  const words = Array.from({ length: 40 }, () =>
    Array.from({ length: 4 + random.integer(6) }, () => 'ACGT'[random.integer(4)]).join(''),
  );
  const sequences = Array.from({ length: 30 }, () =>
    Array.from({ length: 40 }, () => words[random.integer(40)]).join(''),
  );
  const encoding = trainPairEncoding(sequences, { vocabSize: 150 });
  const pairs: Cut = (sequence) => cutPairs(sequence, encoding).places;
  for (const edit of ['delete', 'insert'] as const) {
    const [fixed, learned] = [kmers, pairs].map((cut) => dnaStability(sequences, cut, { edit, edits: 3, seed: 0 }));
    expect(learned?.interval[0]).toBeGreaterThan(fixed?.interval[1] as number);
    expect(learned?.mean).toBeGreaterThan(0.9);
    expect(fixed?.mean).toBeLessThan(0.65);
    expect(dnaStability(sequences, kmers, { edit, edits: 3, seed: 0 })).toEqual(fixed);
  }
  expect(() => dnaStability([], kmers, { edit: 'delete', seed: 0 })).toThrow(/got none/);
  expect(() => dnaStability(['A'], kmers, { edit: 'delete', seed: 0 })).toThrow(/at least 2 bases/);
});
