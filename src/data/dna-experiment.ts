// The stability experiment on whole files: pieces of real sequences, k-mers against byte-pair encoding that never saw them.
import { Random } from '../array/index.ts';
import {
  courseVocabulary,
  cutKmers,
  cutPairs,
  dnabertVocabulary,
  trainPairEncoding,
  UnitsError,
} from '../tokens/index.ts';
import { type Cut, dnaStability, type Stability } from './dna-stability.ts';

/** Options of `stabilityExperiment`. */
export interface ExperimentOptions {
  readonly k: number;
  /** Bases of each piece that is edited, and how many pieces. */
  readonly length: number;
  readonly pieces: number;
  /** Edits per piece. */
  readonly edits: number;
  /** Size of the encoding that is trained on the other half; not used when `bpe` is given. */
  readonly vocabSize: number;
  /** A trained tokenizer to compare instead. */
  readonly bpe?: Cut;
  readonly seed: number;
}

/** One line of the result. */
export interface StabilityRow {
  readonly scheme: 'k-mers' | 'overlapping k-mers' | 'bpe';
  readonly edit: 'delete' | 'insert';
  /** Mean tokens of a piece before the edit. */
  readonly tokens: number;
  readonly stability: Stability;
}

/** First half (of the records, or of a single one) for training, pieces at seeded places of the second half for the test. */
function divide(sequences: readonly string[], { length, pieces, seed }: ExperimentOptions): [string[], string[]] {
  const [only] = sequences;
  const [train, test] =
    sequences.length === 1 && only !== undefined
      ? [[only.slice(0, only.length >> 1)], [only.slice(only.length >> 1)]]
      : [sequences.filter((_, i) => i % 2 === 0), sequences.filter((_, i) => i % 2 === 1)];
  const random = new Random({ seed, site: 'stabilityExperiment' });
  const long = test.filter((sequence) => sequence.length >= Math.min(length, 40));
  if (long.length === 0) throw new UnitsError('stabilityExperiment: expected sequences of at least 40 bases, got none');
  const cut = Array.from({ length: pieces }, (_, i) => {
    const sequence = (long.length >= pieces ? long[i] : long[random.integer(long.length)]) as string;
    const start = random.integer(Math.max(1, sequence.length - length + 1));
    return sequence.slice(start, start + length);
  });
  return [train, cut];
}

/**
 * How many tokens survive one deleted or inserted base: k-mers one after the other, overlapping k-mers, byte-pair encoding.
 * @throws UnitsError when sequences are too short or too few
 */
export function stabilityExperiment(sequences: readonly string[], options: ExperimentOptions): StabilityRow[] {
  if (sequences.length === 0) throw new UnitsError('stabilityExperiment: expected sequences, got none');
  const { k, edits, vocabSize, seed } = options;
  const [train, pieces] = divide(sequences, options);
  const encoding = options.bpe ? undefined : trainPairEncoding(train, { vocabSize });
  const bpe: Cut = options.bpe ?? ((sequence) => (encoding ? cutPairs(sequence, encoding).places : []));
  const cuts: Readonly<Record<StabilityRow['scheme'], Cut>> = {
    'k-mers': (sequence) => cutKmers(sequence, { overlap: false, vocabulary: courseVocabulary(k) }).places,
    'overlapping k-mers': (sequence) => cutKmers(sequence, { overlap: true, vocabulary: dnabertVocabulary(k) }).places,
    bpe,
  };
  return (['delete', 'insert'] as const).flatMap((edit) =>
    (Object.keys(cuts) as StabilityRow['scheme'][]).map((scheme) => ({
      scheme,
      edit,
      tokens: pieces.reduce((sum, piece) => sum + cuts[scheme](piece).length, 0) / pieces.length,
      stability: dnaStability(pieces, cuts[scheme], { edit, edits, seed }),
    })),
  );
}
