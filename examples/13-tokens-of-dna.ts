// DNA → k-mers or byte pairs; what one lost base does to them. Run: npx tsx examples/13-tokens-of-dna.ts
import { Random } from '../src/array/index.ts';
import { dnaStability } from '../src/data/index.ts';
import {
  courseVocabulary,
  cutKmers,
  cutPairs,
  idsOf,
  parseFasta,
  reverseComplement,
  trainPairEncoding,
} from '../src/tokens/index.ts';

const [record] = parseFasta('>figure of the course\nACAATAATAATA\nATAACGG\n', 'example');
const sequence = record?.sequence as string;
const sixMers = { overlap: false, vocabulary: courseVocabulary(6) };
for (const strand of [sequence, sequence.slice(1), reverseComplement(sequence)]) {
  const units = cutKmers(strand, sixMers);
  console.log(units.names.join(' '), idsOf(units.values));
}

// A genome of repeated words, so that there is something to learn.
const random = new Random({ seed: 0 });
const letters = (n: number): string => Array.from({ length: n }, () => 'ACGT'[random.integer(4)]).join('');
const words = Array.from({ length: 50 }, () => letters(4 + random.integer(8)));
const genome = (n: number): string => Array.from({ length: n }, () => words[random.integer(50)]).join('');
const encoding = trainPairEncoding([genome(3000)], { vocabSize: 200 });
const sample = genome(5);
console.log('byte pairs:', cutPairs(sample, encoding).names.join(' '));

const pieces = Array.from({ length: 40 }, () => genome(30));
for (const [name, cut] of [
  ['6-mers', (s: string) => cutKmers(s, sixMers).places],
  ['byte pairs', (s: string) => cutPairs(s, encoding).places],
] as const) {
  const { mean, interval } = dnaStability(pieces, cut, { edit: 'delete', edits: 4, seed: 0 });
  console.log(
    `${name}: ${(100 * mean).toFixed(1)} % of the tokens survive a deleted base, interval`,
    interval.map((v) => v.toFixed(3)),
  );
}
