// Options of training: what goes on from a known vocabulary, what is there from the start, what is left out.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tokenizerFromJson } from '../text/text-tokenizer.ts';
import type { TrainingOptions } from './algorithms.ts';
import { trainTokenizer, trainTokenizerJson } from './train.ts';

const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../test/fixtures/tokenizer-training/expected.json'), 'utf8'),
) as { corpora: Record<string, string> };
const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
const tokensOf = (vocab: unknown): string[] => (vocab as [string, number][]).map(([token]) => token);

const countOfPiece = (words: readonly string[], piece: string): number =>
  words.reduce((sum, word) => {
    let found = 0;
    for (let at = word.indexOf(piece); at >= 0; at = word.indexOf(piece, at + 1)) found++;
    return sum + found;
  }, 0);

test('Unigram goes on: known pieces keep ids and scores, new text is cut into fewer pieces', () => {
  const options = { algorithm: 'unigram', specialTokens: ['<unk>', '<s>'] } as const;
  const first = trainTokenizerJson(linesOf(golden.corpora.english as string), { ...options, vocabSize: 120 });
  const chinese = Array.from({ length: 30 }, (_, i) => `我喜欢这道菜${'甲乙丙'[i % 3]} zebra zebras xylophone\n`);
  const more = trainTokenizerJson(chinese, {
    ...options,
    vocabSize: 180,
    specialTokens: ['<unk>', '<s>', '<pad>'],
    continueFrom: first,
  });
  const [old, all] = [first, more].map((json) => (json.model as { vocab: [string, number][] }).vocab);
  expect(all?.slice(0, old?.length)).toEqual(old);
  expect(all?.[old?.length as number]).toEqual(['<pad>', 0]);
  expect(all?.length).toBeLessThanOrEqual(180);
  expect(new Set(all?.map(([token]) => token)).size).toBe(all?.length);
  const [a, b] = [tokenizerFromJson(first), tokenizerFromJson(more)];
  const text = '我喜欢这道菜 zebras';
  expect(b.encode(text).tokens.length).toBeLessThan(a.encode(text).tokens.length);
  expect(a.encode(text).ids).toContain(0);
  expect(b.encode(text).ids).not.toContain(0);
  // What only the old corpus taught is still cut with it: no piece of it is forgotten.
  expect(b.encode('wisdom').tokens).toEqual(a.encode('wisdom').tokens);
  const size = old?.length as number;
  expect(() => trainTokenizerJson(chinese, { ...options, vocabSize: size, continueFrom: first })).toThrow(
    new RegExp(`holds the ${size} known pieces and all \\d+ characters`),
  );
});

test('Unigram: a piece must occur often enough, rare characters are left out', () => {
  const words = Array.from({ length: 60 }, (_, i) => `${'abcd'[i % 4]}ing${'xyz'[i % 3]}${i < 3 ? 'ÄÖ'[i % 2] : ''}`);
  const pieces = (extra: Partial<TrainingOptions>): string[] =>
    tokensOf(
      (
        trainTokenizerJson(words, {
          algorithm: 'unigram',
          vocabSize: 40,
          preTokenizer: null,
          normalizer: null,
          ...extra,
        }).model as { vocab: unknown }
      ).vocab,
    ).slice(1);
  const long = (list: string[]): string[] => list.filter((piece) => piece.length > 1);
  const all = pieces({});
  const often = pieces({ minFrequency: 20 });
  expect(long(all).some((piece) => countOfPiece(words, piece) < 20)).toBe(true);
  expect(long(often).length).toBeGreaterThan(0);
  for (const piece of long(often)) expect(countOfPiece(words, piece), piece).toBeGreaterThanOrEqual(20);
  const few = pieces({ limitAlphabet: 10 });
  expect(few.filter((piece) => piece.length === 1).sort()).toEqual([...'abcdginxyz']);
  expect(few.join('')).not.toMatch(/[ÄÖ]/);
  expect(all.join('')).toMatch(/Ö/);
});

test('a limited alphabet: tokens and merges of the reference', () => {
  // tokenizers 0.23, BpeTrainer(vocab_size=16, limit_alphabet=5).
  const json = trainTokenizerJson(['low lower lower lowest newer newest wider\n'], {
    algorithm: 'bpe',
    vocabSize: 16,
    specialTokens: ['[UNK]'],
    limitAlphabet: 5,
  });
  const model = json.model as { vocab: Record<string, number>; merges: string[][] };
  expect(Object.entries(model.vocab).map(([token, id]) => `${id} ${token}`)).toEqual(
    '[UNK] e l o r w we lo wer lower ewe ewer low lowe'.split(' ').map((token, id) => `${id} ${token}`),
  );
  expect(model.merges.map((pair) => pair.join(' '))).toEqual([
    'w e',
    'l o',
    'we r',
    'lo wer',
    'e we',
    'e wer',
    'lo w',
    'lo we',
  ]);
  expect(tokenizerFromJson(json).encode('lower widest').ids).toEqual([9, 5, 0, 0, 1, 0, 0]);
});

test('seed tokens are in the vocabulary from the start, and are used', () => {
  const lines = ['low lower lowest newer\n'];
  const tokenizerWith = (algorithm: TrainingOptions['algorithm'], seedTokens: string[], vocabSize: number) =>
    trainTokenizer(lines, { algorithm, seedTokens, vocabSize, specialTokens: ['[UNK]'] });
  // h u g come from the seed alone: its rules are h u → hu, hu g → hug.
  const bpe = tokenizerWith('bpe', ['hug', 'low'], 20);
  expect([bpe.tokenToId('[UNK]'), bpe.tokenToId('hug'), bpe.tokenToId('low')]).toEqual([0, 1, 2]);
  expect(bpe.encode('hug low').tokens).toEqual(['hug', 'low']);
  const bytes = trainTokenizer(lines, { algorithm: 'byte-bpe', seedTokens: [' né'], vocabSize: 270 });
  expect(bytes.encode('a né').tokens).toEqual(['a', 'ĠnÃ©']);
  const wordPiece = tokenizerWith('wordpiece', ['xy', '##zzy'], 20);
  expect(wordPiece.encode('xyzzy').tokens).toEqual(['xy', '##zzy']);
  const unigram = tokenizerWith('unigram', ['▁xyz', 'owest'], 20);
  expect(unigram.tokenToId('▁xyz')).toBeDefined();
  expect(unigram.encode('lowest xyz').tokens.slice(-2)).toEqual(['owest', '▁xyz']);
  expect(tokenizerWith('word', ['never'], 3).encode('never').ids).toEqual([1]);
});

test('options that an algorithm would ignore are refused', () => {
  const refused =
    (options: TrainingOptions): (() => unknown) =>
    () =>
      trainTokenizerJson(['a b'], options);
  expect(refused({ algorithm: 'unigram', score: 'likelihood' })).toThrow(
    /options that unigram takes \(minFrequency, .*\), got score\nLeave out --score\./,
  );
  expect(refused({ algorithm: 'word', limitAlphabet: 3 })).toThrow('got limitAlphabet\nLeave out --limit-alphabet.');
  expect(refused({ algorithm: 'bpe', k: 3 })).toThrow('got k');
});
