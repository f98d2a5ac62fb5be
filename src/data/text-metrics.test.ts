// Text metrics against seqeval, sacreBLEU, SQuAD's evaluation and plain Python (scripts/golden-text-metrics.py).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  answerScores,
  type BleuOptions,
  bitsPerByte,
  bleu,
  bleuOf,
  bleuStatistics,
  bootstrapCorpus,
  type ChrfOptions,
  chrf,
  DataError,
  distinct,
  errorRate,
  perplexity,
  type SpanScheme,
  type SpanScores,
  spanF1,
  spanReport,
  spanStatistics,
  spansOf,
} from './index.ts';

interface Averages {
  readonly micro: SpanScores;
  readonly macro?: SpanScores;
  readonly weighted?: SpanScores;
  readonly f1?: number[];
  readonly support?: number[];
}
interface Golden {
  readonly entities: {
    scheme: Exclude<SpanScheme, 'lenient'>;
    truth: string[][];
    predicted: string[][];
    strict: Averages;
    lenient: Averages;
  }[];
  readonly texts: {
    name: string;
    hypotheses: string[];
    references: string[][];
    bleu: {
      options: BleuOptions;
      score: number;
      precisions: number[];
      bp: number;
      sys_len: number;
      ref_len: number;
      signature: string;
    }[];
    chrf: { options: ChrfOptions; score: number; signature: string }[];
  }[];
  readonly answers: { prediction: string; answers: string[]; exact: number; f1: number }[];
  readonly mixed_answers: Golden['answers'];
  readonly errors: { truth: string[][]; predicted: string[][]; rate: number }[];
}
const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', 'text-metrics.json'), 'utf8')) as Golden;

function expectScores(found: SpanScores, expected: SpanScores | undefined): void {
  for (const name of ['precision', 'recall', 'f1'] as const)
    if (expected) expect(found[name]).toBeCloseTo(expected[name], 12);
}

test.each(golden.entities)('spans of $scheme as seqeval has them', ({ scheme, truth, predicted, strict, lenient }) => {
  for (const [mode, expected] of [
    [scheme, strict],
    ['lenient', lenient],
  ] as const) {
    const report = spanReport(truth, predicted, mode);
    expectScores(report, expected.micro);
    expectScores(report.macro, expected.macro);
    expectScores(report.weighted, expected.weighted);
    const rows = [...report.types.values()];
    if (expected.support) expect(rows.map(({ support }) => support)).toEqual(expected.support);
    expected.f1?.forEach((f1, i) => {
      expect(rows[i]?.f1).toBeCloseTo(f1, 12);
    });
    const sums = spanStatistics(truth, predicted, mode).reduce((a, b) => a.map((one, i) => one + (b[i] as number)));
    expect(spanF1(sums)).toBeCloseTo(report.f1, 12);
  }
});

test('spans by hand, and labels that do not fit', () => {
  expect(spansOf(['B-PER', 'I-PER', 'O', 'I-LOC'])).toEqual([
    { type: 'PER', start: 0, end: 2 },
    { type: 'LOC', start: 3, end: 4 },
  ]);
  expect(spansOf(['B-PER', 'I-PER', 'O', 'I-LOC'], 'IOB2')).toEqual([{ type: 'PER', start: 0, end: 2 }]);
  expect(spansOf(['B-PER', 'O', 'S-LOC', 'B-X', 'E-X'], 'IOBES').map(({ type }) => type)).toEqual(['LOC', 'X']);
  expect(() => spansOf(['S-PER'], 'IOB2')).toThrow("expected a label of the scheme IOB2, got 'S-PER'");
  expect(() => spansOf([''], 'IOB2')).toThrow(DataError);
  expect(() => spanReport([['O', 'O']], [['O']])).toThrow('expected 2 predicted labels, got 1 (sequence 1)');
  expect(() => spanReport([['O']], [])).toThrow('expected 1 predicted sequences, got 0');
});

test.each(golden.texts)('BLEU and chrF of $name as sacreBLEU has them', ({ hypotheses, references, ...expected }) => {
  for (const { options, score, precisions, bp, sys_len, ref_len, signature } of expected.bleu) {
    const found = bleu(hypotheses, references, options);
    const what = signature;
    expect(found.signature).toBe(signature);
    expect(found.score, what).toBeCloseTo(score, 9);
    expect([found.hypothesisLength, found.referenceLength], what).toEqual([sys_len, ref_len]);
    expect(found.brevityPenalty, what).toBeCloseTo(bp, 12);
    precisions.forEach((precision, i) => {
      expect(found.precisions[i], what).toBeCloseTo(precision, 9);
    });
  }
  for (const { options, score, signature } of expected.chrf) {
    const found = chrf(hypotheses, references, options);
    expect(found.signature).toBe(signature);
    expect(found.score, signature).toBeCloseTo(score, 9);
  }
});

test('translations without references are refused', () => {
  expect(() => bleu(['a', 'b'], [['a']])).toThrow('expected references for 2 hypotheses, got 1');
  expect(() => chrf(['a'], [[]])).toThrow('expected at least one reference, got none (hypothesis 1)');
});

test.each(golden.answers)('the answer "$prediction" as SQuAD scores it', ({ prediction, answers, exact, f1 }) => {
  const found = answerScores(prediction, answers);
  expect([found.exact, found.f1]).toEqual([exact, expect.closeTo(f1, 12)]);
});

test.each(golden.mixed_answers)('the answer "$prediction" as MLQA scores it', ({ prediction, answers, exact, f1 }) => {
  const found = answerScores(prediction, answers, 'character');
  expect([found.exact, found.f1]).toEqual([exact, expect.closeTo(f1, 12)]);
  expect(answerScores('', [])).toEqual({ exact: 1, f1: 1 });
});

test.each(golden.errors)('an error rate of $rate', ({ truth, predicted, rate }) => {
  expect(
    errorRate(
      truth.map((one) => [one]),
      predicted,
    ).tokens,
  ).toBeCloseTo(rate, 12);
});

test('error rates take the nearest reference; language model scores by hand', () => {
  const references = [
    [
      ['T', 'AH', 'M'],
      ['T', 'AA', 'M'],
    ],
    [['X']],
  ];
  expect(
    errorRate(references, [
      ['T', 'AA', 'M'],
      ['Y', 'Z'],
    ]),
  ).toEqual({ tokens: 2 / 4, sequences: 0.5 });
  expect(() => errorRate([[]], [['a']])).toThrow('(record 1)');
  // a uniform model over 4 tokens; 8 bits a byte for a uniform model over bytes
  expect(perplexity(10 * Math.log(4), 10)).toBeCloseTo(4, 12);
  expect(bitsPerByte(6 * Math.log(256), '你好')).toBeCloseTo(8, 12);
  expect(
    distinct(
      [
        ['a', 'b', 'a'],
        ['a', 'b'],
      ],
      1,
    ),
  ).toBe(2 / 5);
  expect(
    distinct(
      [
        ['a', 'b', 'a'],
        ['a', 'b'],
      ],
      2,
    ),
  ).toBe(2 / 3);
  expect(distinct([], 2)).toBe(0);
});

test('a corpus interval holds the score, repeats by seed, and is a point when all records are equal', () => {
  const { hypotheses, references } = golden.texts[0] as Golden['texts'][number];
  const statistics = bleuStatistics(hypotheses, references);
  const of = (sums: readonly number[]): number => bleuOf(sums).score;
  const [low, high] = bootstrapCorpus(statistics, of, { seed: 1 });
  const { score } = bleu(hypotheses, references);
  expect(low).toBeLessThan(score);
  expect(high).toBeGreaterThan(score);
  expect(bootstrapCorpus(statistics, of, { seed: 1 })).toEqual([low, high]);
  const equal = bootstrapCorpus(
    Array.from({ length: 10 }, () => [1, 2, 2]),
    spanF1,
  );
  expect(equal).toEqual([0.5, 0.5]);
});
