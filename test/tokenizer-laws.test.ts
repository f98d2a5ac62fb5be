// Laws of text tokenizers, for any string: what is encoded comes back, places are true, parts that the pre-tokenizer keeps apart are
// encoded apart, ids one by one give the same text as all at once, and nothing takes long.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Tokenizer } from '../src/tokens/index.ts';
import { fixtureNames, fixtureTexts, fixtureTokenizer } from './tokenizer-fixtures.ts';

const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
/** Half a surrogate pair counts as U+FFFD. */
const wellFormed = (text: string): string => text.replace(LONE, '\ufffd');

const ALPHABETS = [
  "abcdefgh ABC'", "the ing'sn't, .!?", ' \t\n\r\u00a0\u3000\u2028\u0085', '0123456789½²٣', '我喜欢这道菜，。吾輩は猫カタカナー',
  '대한민국\u1112\u1161\u11ab', 'МоскваΟΔΟΣ', 'مرحباשלום\u05b8', 'ภาษาไทยก็ำ', 'हिन्दीक्\u200d', 'Üïéßİ\u0301\u0308\u0323\u0302ﬁ',
  '😀👍🏽\u200d👩🇩🇪❤\ufe0f𝔘𠮷', '\u0000\u0001\ufffd\u200b\u00ad\ufeff\u2060', '[]<>|/_-#@$%^&*()Ġ',
].map((letters) => Array.from(letters)); // biome-ignore format: a table

const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 24 }),
  // Units that need not form characters: lone surrogates.
  fc
    .array(fc.oneof(fc.integer({ min: 0xd7f0, max: 0xe010 }), fc.integer({ min: 0, max: 0x2ff })), { maxLength: 12 })
    .map((units) => String.fromCharCode(...units)),
  fc
    .array(
      fc.oneof(
        ...ALPHABETS.map((letters) =>
          fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 8 }).map((some) => some.join('')),
        ),
      ),
      { maxLength: 6 },
    )
    .map((parts) => parts.join('')),
  fc.constantFrom(...fixtureTexts().map((text) => text.slice(0, 60))),
);
const RUNS = { numRuns: 60, seed: 4 };
const plain = { addSpecialTokens: false, special: 'text' } as const;

/** Bytes, no normalizer, places not trimmed: nothing is lost. */
const LOSSLESS = ['gpt2', 'o200k', 'tekken', 'deepseek', 'falcon', 'starcoder'];

test.each(LOSSLESS)('%s: what is encoded comes back, and every unit lies in a token', (name) => {
  const tokenizer = fixtureTokenizer(name);
  fc.assert(
    fc.property(anything, (text) => {
      const { ids, offsets } = tokenizer.encode(text, plain);
      expect(tokenizer.decode(ids)).toBe(wellFormed(text));
      let covered = 0;
      for (const [start, end] of offsets) {
        expect(start).toBeLessThanOrEqual(covered);
        covered = Math.max(covered, end);
      }
      expect(covered).toBe(text.length);
    }),
    RUNS,
  );
});

test.each(fixtureNames())('%s: places are ordered and inside; ids one by one give the text of all', (name) => {
  const tokenizer = fixtureTokenizer(name);
  fc.assert(
    fc.property(anything, fc.array(fc.nat(tokenizer.vocabSize + 3), { maxLength: 30 }), (text, some) => {
      const encoding = tokenizer.encode(text, plain);
      let last = 0;
      for (const [start, end] of encoding.offsets) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThanOrEqual(start);
        expect(end).toBeLessThanOrEqual(text.length);
        last = start;
      }
      expect(tokenizer.encodeIds(text, plain)).toEqual(encoding.ids);
      for (const ids of [encoding.ids, some]) {
        const stream = tokenizer.decodeStream();
        const pieces = [...ids.map((id) => stream.push(id)), stream.end()];
        const whole = tokenizer.decode(ids);
        expect(pieces.join('')).toBe(whole);
        for (const piece of pieces) {
          expect(piece.replace(LONE, '')).toBe(piece);
          if (!whole.includes('\ufffd')) expect(piece).not.toContain('\ufffd');
        }
      }
    }),
    RUNS,
  );
});

/** Where each word of the pre-tokenizer begins and ends. */
function wordsOf(tokenizer: Tokenizer, text: string): string {
  const { offsets, wordIds } = tokenizer.encode(text, plain);
  const words = new Map<number | null, [number, number]>();
  for (const [i, word] of wordIds.entries()) {
    const [start, end] = offsets[i] as [number, number];
    const [first, last] = words.get(word) ?? [start, end];
    words.set(word, [Math.min(first, start), Math.max(last, end)]);
  }
  return [...words.values()].map(([start, end]) => text.slice(start, end)).join('\u0000|');
}

test.each(['gpt2', 'o200k', 'llama3', 'bert-uncased', 'bert-chinese', 'words', 'starcoder'])(
  '%s: texts that the pre-tokenizer keeps apart are encoded apart',
  (name) => {
    const tokenizer = fixtureTokenizer(name);
    let apart = 0;
    fc.assert(
      fc.property(anything, anything, (left, right) => {
        const text = left + right;
        const [a, b] = [wordsOf(tokenizer, left), wordsOf(tokenizer, right)];
        if (wordsOf(tokenizer, text) !== [a, b].filter((words) => words !== '').join('\u0000|')) return;
        apart++;
        const ids = [...tokenizer.encodeIds(left, plain), ...tokenizer.encodeIds(right, plain)];
        expect(tokenizer.encodeIds(text, plain)).toEqual(ids);
      }),
      { numRuns: 150, seed: 5 },
    );
    // The law says nothing where it never applies.
    expect(apart).toBeGreaterThan(40);
  },
);

test.each(['gpt2', 'llama2', 't5', 'bert-uncased'])('%s: a megabyte without a space takes seconds at most', (name) => {
  const tokenizer = fixtureTokenizer(name);
  const start = process.cpuUsage();
  expect(tokenizer.encodeIds('a'.repeat(1_000_000), plain).length).toBeGreaterThan(0);
  for (const odd of ['\ud800', '\u0000']) {
    const ids = tokenizer.encodeIds(odd.repeat(100_000), plain);
    if (name === 'gpt2') expect(tokenizer.decode(ids)).toBe(wellFormed(odd).repeat(100_000));
  }
  const { user, system } = process.cpuUsage(start);
  // Quadratic time would take an hour.
  expect((user + system) / 1e6).toBeLessThan(30);
});
