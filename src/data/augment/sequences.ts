// Augmentations of sequences of bases: the other strand, and reading errors.
import { reverseComplement } from '../../tokens/index.ts';
import { happens, type Maker, maker, PROBABILITY } from './maker.ts';

const BASES = 'ACGT';

/** Augmentations of sequences by kind. */
export const sequenceMakers: Readonly<Record<string, Maker<string>>> = {
  'reverse-complement': maker({
    about: 'the other strand, read in its own direction',
    initial: { probability: 0.5 },
    ranges: { probability: PROBABILITY },
    make:
      ({ probability }) =>
      (one: string, random) =>
        happens(random, probability) ? reverseComplement(one) : one,
  }),
  substitute: maker({
    about: 'a base becomes one of the other three, with probability `rate`; letters that are no A, C, G, T stay',
    initial: { rate: 0.01 },
    ranges: { rate: PROBABILITY },
    make:
      ({ rate }) =>
      (one: string, random) =>
        Array.from(one, (base) => {
          const at = BASES.indexOf(base);
          if (!happens(random, rate) || at < 0) return base;
          return BASES[(at + 1 + random.integer(3)) % 4];
        }).join(''),
  }),
};
