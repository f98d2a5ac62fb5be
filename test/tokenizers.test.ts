// Our tokenizer.json files in our hands and in the reference library's: equal ids, tokens, places and decoded texts.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Tokenizer, TokenizerError, tokenizerFromJson, wordPieceFromVocab } from '../src/tokens/index.ts';

const DIR = join(import.meta.dirname, 'fixtures', 'tokenizers');
interface Row {
  ids: number[];
  tokens: string[];
  offsets: number[][];
  decoded: string;
}
interface Expected {
  texts: string[];
  tokenizers: Record<string, { rows: Row[]; pair: { ids: number[]; type_ids: number[] } }>;
}
const read = (file: string): unknown => JSON.parse(readFileSync(join(DIR, file), 'utf8'));
const expected = read('expected.json') as Expected;
const names = Object.keys(expected.tokenizers);
const load = (name: string): Tokenizer => tokenizerFromJson(read(`${name}.json`));

const cases = names.flatMap((name) => expected.texts.map((text, i) => [name, text, i] as const));
test.each(cases)('%s of %j', (name, text, i) => {
  const reference = expected.tokenizers[name]?.rows[i] as Row;
  const tokenizer = load(name);
  const { ids, tokens, offsets } = tokenizer.encode(text);
  expect({ ids, tokens, offsets }).toEqual({
    ids: reference.ids,
    tokens: reference.tokens,
    offsets: reference.offsets,
  });
  expect(tokenizer.decode(ids, { skipSpecialTokens: true })).toBe(reference.decoded);
});

test.each(names)('%s of a pair', (name) => {
  const { ids, typeIds } = load(name).encode('hug 我', { pair: 'pun' });
  expect({ ids, type_ids: typeIds }).toEqual(expected.tokenizers[name]?.pair);
});

test.each(names)('%s: places are ordered and inside, for any string', (name) => {
  const tokenizer = load(name);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      const { offsets, ids } = tokenizer.encode(text, { addSpecialTokens: false, special: 'text' });
      let last = 0;
      for (const [start, end] of offsets) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThanOrEqual(start);
        expect(end).toBeLessThanOrEqual(text.length);
        last = start;
      }
      expect(ids.every((id) => id >= 0 && id < tokenizer.vocabSize)).toBe(true);
    }),
    { numRuns: 300, seed: 1 },
  );
});

test('characters come back from their ids', () => {
  const tokenizer = load('char-cased');
  for (const text of ['hug 我喜欢', 'Москва 😀'])
    expect(tokenizer.decode(tokenizer.encode(text).ids, { skipSpecialTokens: true })).toBe(text);
});

test('special tokens in a text: taken, refused, or read as text', () => {
  const tokenizer = load('wordpiece-lower');
  expect(tokenizer.encode('hug [SEP]').tokens).toEqual(['[CLS]', 'hug', '[SEP]', '[SEP]']);
  expect(tokenizer.encode('hug [SEP]', { special: 'text' }).tokens.filter((token) => token === '[SEP]')).toHaveLength(
    1,
  );
  expect(() => tokenizer.encode('hug [SEP]', { special: 'refuse' })).toThrow("got '[SEP]' at 4");
});

test('truncation keeps the special tokens', () => {
  expect(load('char-cased').encode('hugs and', { maxLength: 5 }).tokens).toEqual(['[CLS]', 'h', 'u', 'g', '[SEP]']);
});

test('what is not known is named', () => {
  const json = read('char-cased.json') as Record<string, unknown>;
  expect(() => tokenizerFromJson({ ...json, normalizer: { type: 'Odd' } })).toThrow(
    'normalizer: expected one of BertNormalizer, NFC',
  );
  expect(() => tokenizerFromJson({ ...json, model: { type: 'Unigram' } })).toThrow(TokenizerError);
  expect(() =>
    tokenizerFromJson({ ...json, model: { type: 'WordLevel', vocab: { a: 0, b: 0 }, unk_token: 'a' } }),
  ).toThrow('every id once');
  expect(() => tokenizerFromJson(null)).toThrow(TokenizerError);
  expect(() => wordPieceFromVocab(['[UNK]', 'a', 'a'])).toThrow('every token once');
});

test('a million letters without a space take bounded time', () => {
  const start = performance.now();
  load('wordpiece-lower').encode('a'.repeat(1_000_000));
  load('char-cased').encode('a'.repeat(1_000_000));
  expect(performance.now() - start).toBeLessThan(20_000);
});
