// Decoding of a chain against every path; labels of words to tokens and back; windows over long texts; spans from one scheme to another.
import { expect, test } from 'vitest';
import { Random } from '../../array/index.ts';
import { mayFollow, retag, schemeOf, spansOf, strayTags, tagsOf } from '../../data/index.ts';
import { trainTokenizer } from '../../tokens/index.ts';
import { bestPlaces, windowsOf } from '../windows.ts';
import { type Chain, forwardBackward, viterbi } from './chain.ts';
import { encodeWords, tokenLabels, wordLabels } from './words.ts';

test('the best path, the partition and the marginals are those of all paths listed', () => {
  const random = new Random({ seed: 1, site: 'chain' });
  const draw = (count: number): number[] => Array.from({ length: count }, () => random.normal() * 2);
  const [labels, places] = [3, 5];
  for (let trial = 0; trial < 20; trial++) {
    const chain: Chain = { start: draw(labels), end: draw(labels), transitions: draw(labels * labels) };
    const scores = Array.from({ length: places }, () => draw(labels));
    const scoreOf = (path: readonly number[]): number =>
      path.reduce(
        (sum, y, t) => {
          const before = t === 0 ? chain.start[y] : chain.transitions[(path[t - 1] as number) * labels + y];
          return sum + (before as number) + (scores[t]?.[y] as number);
        },
        chain.end[path.at(-1) as number] as number,
      );
    const paths = Array.from({ length: labels ** places }, (_, code) =>
      scores.map((_row, t) => Math.floor(code / labels ** t) % labels),
    );
    const best = paths.reduce((a, b) => (scoreOf(b) > scoreOf(a) ? b : a));
    expect(viterbi(chain, scores)).toEqual(best);
    const total = paths.reduce((sum, path) => sum + Math.exp(scoreOf(path)), 0);
    const { logPartition, probabilities } = forwardBackward(chain, scores);
    expect(logPartition).toBeCloseTo(Math.log(total), 9);
    for (let t = 0; t < places; t++)
      for (let y = 0; y < labels; y++) {
        const through = paths.filter((path) => path[t] === y).reduce((sum, path) => sum + Math.exp(scoreOf(path)), 0);
        expect(probabilities[t]?.[y]).toBeCloseTo(through / total, 9);
      }
  }
  expect(viterbi({ start: [0], end: [0], transitions: [0] }, [])).toEqual([]);
});

test('what a chain forbids has probability 0; a hundred thousand places are a moment', () => {
  const never = Number.NEGATIVE_INFINITY;
  // label 2 cannot be begun with, nor come after another
  const chain: Chain = { start: [0, 0, never], end: [0, 0, 0], transitions: [0, 1, never, 0, 0, never, 0, 0, never] };
  const scores = Array.from({ length: 100_000 }, (_, t) => [Math.sin(t), Math.cos(t), 9]);
  const { probabilities } = forwardBackward(chain, scores);
  expect(probabilities.every((row) => row[2] === 0)).toBe(true);
  expect(probabilities.every(([a = 0, b = 0]) => Math.abs(a + b - 1) < 1e-6)).toBe(true);
  const path = viterbi(chain, scores);
  expect(path).toHaveLength(100_000);
  expect(path).not.toContain(2);
});

test('IOB2 to IOBES and back, for every sequence of four labels', () => {
  const tags = ['O', 'B-A', 'I-A', 'B-B', 'I-B'];
  for (let code = 0; code < 5 ** 4; code++) {
    const labels = [0, 1, 2, 3].map((t) => tags[Math.floor(code / 5 ** t) % 5] as string);
    const strict = retag(labels, 'IOBES');
    expect(spansOf(strict, 'IOBES')).toEqual(spansOf(labels));
    expect(strayTags(strict)).toBe(0);
    const isAllowed = (tagged: readonly string[], scheme: 'IOB2' | 'IOBES'): boolean =>
      ['O', ...tagged].every((before, t) => mayFollow(before, tagged[t] ?? 'O', scheme));
    expect(isAllowed(strict, 'IOBES')).toBe(true);
    expect(isAllowed(labels, 'IOB2')).toBe(strayTags(labels) === 0);
    if (strayTags(labels) === 0) expect(retag(strict, 'IOB2')).toEqual(labels);
  }
  expect(tagsOf(['O', 'B-A'], 'IOBES')).toEqual(['O', 'B-A', 'E-A', 'I-A', 'S-A']);
  expect([schemeOf(['O', 'B-A']), schemeOf(['S-A'])]).toEqual(['IOB2', 'IOBES']);
  expect(strayTags(['O', 'I-A', 'I-A', 'B-B', 'I-A'])).toBe(2);
});

const wordPiece = trainTokenizer(['new york berlin microsoft'], {
  algorithm: 'wordpiece',
  vocabSize: 40,
  specialTokens: ['[PAD]', '[UNK]', '[CLS]', '[SEP]'],
  postProcessor: {
    type: 'TemplateProcessing',
    single: [
      { SpecialToken: { id: '[CLS]', type_id: 0 } },
      { Sequence: { id: 'A', type_id: 0 } },
      { SpecialToken: { id: '[SEP]', type_id: 0 } },
    ],
    pair: [],
    special_tokens: {
      '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] },
      '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] },
    },
  },
});

test('the first token of a word has its label; words without a token follow the one that they lie in', () => {
  const words = ['Berlins', '\u0000', 'New', 'York'];
  const labels = ['B-LOC', 'O', 'B-LOC', 'I-LOC'];
  const encoded = encodeWords(wordPiece, words, ' ', 64);
  expect(encoded.firstToken[1]).toBe(-1);
  const first = tokenLabels(encoded, labels, 'first');
  expect(first.filter((label) => label !== undefined)).toEqual(['B-LOC', 'B-LOC', 'I-LOC']);
  const all = tokenLabels(encoded, labels, 'all');
  expect(all.every((label) => label !== undefined)).toBe(true);
  expect(all.slice(0, 2)).toEqual(['B-LOC', 'I-LOC']);
  const byToken = new Map(encoded.firstToken.map((token, w) => [token, labels[w] as string]));
  expect(wordLabels(encoded, (token) => byToken.get(token) as string, words, ' ')).toEqual(labels);
  // characters inside one longer token
  const characters = encodeWords(wordPiece, Array.from('berlin'), '', 64);
  const inside = wordLabels(characters, () => 'B-LOC', Array.from('berlin'), '');
  expect(inside).toEqual(retag(['B-LOC', ...inside.slice(1)], 'IOB2'));
});

test('windows cover a text of any length, and each token is read where it has most around it', () => {
  for (const count of [0, 1, 6, 7, 20, 53]) {
    const text = Array.from({ length: count }, () => 'new').join(' ');
    const windowed = windowsOf(wordPiece, text, 8);
    expect(windowed.windows.every(({ ids }) => ids.length <= 8)).toBe(true);
    bestPlaces(windowed).forEach(({ window, place }, t) => {
      const one = windowed.windows[window] as (typeof windowed.windows)[number];
      expect(one.first + place - one.lead).toBe(t);
      expect(one.ids[place]).toBe(windowed.tokens.ids[t]);
      const isInner = t > 0 && t < windowed.tokens.ids.length - 1;
      if (isInner)
        expect(place - one.lead > 0 && place - one.lead < one.count - 1, `token ${t} of ${count}`).toBe(true);
    });
  }
});
