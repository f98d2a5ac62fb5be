// Hand-written scanners find what the expressions they stand for find, for any text.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fixtureTexts } from '../../../test/tokenizer-fixtures.ts';
import { matchesOf, translatePattern } from './pattern/translate.ts';
import { SCANNED_PATTERNS, scannerFor } from './scanners.ts';

const letters = Array.from(
  " \t\n\r\u00a0\u3000\u0085'’sStTrReEvVmMlLdDaZéß\u017f0129½²٣Ⅷ我ー가\u0301\u0308ǅʰªⅣ😀𝔘𠮷𐍈\u200d\ufe0f.,!?/-_#\u0000\ufffd",
);
const texts = fc.oneof(
  fc.array(fc.constantFrom(...letters), { maxLength: 16 }).map((some) => some.join('')),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom(...fixtureTexts()),
);

test.each(SCANNED_PATTERNS.map((pattern, i) => [i, pattern] as const))('expression %i', (_, pattern) => {
  const [scan, expression] = [scannerFor(pattern), translatePattern(pattern)];
  fc.assert(
    fc.property(texts, (text) => {
      const found: number[] = [];
      scan?.(text, 0, text.length, (from, to) => found.push(from, to));
      expect(found).toEqual(matchesOf(expression, text));
    }),
    { numRuns: 400, seed: 6 },
  );
});
