// Scores of long texts against single windows, poems by hand, label words against whole-row scores.
import { expect, test } from 'vitest';
import { int64, type NdArray } from '../../array/index.ts';
import { edits } from '../../data/index.ts';
import { nodeRuntime } from '../../graph/index.node.ts';
import { modelFor, parameterSpecs } from '../../models/index.ts';
import { initializeParameters } from '../../nn/index.ts';
import { scoredRows } from '../compare/trial.ts';
import { decoderConfig } from '../decoder-config.ts';
import { runForward } from '../forward.ts';
import { ModelRunner } from '../runner.ts';
import { frames, trainRecipeTokenizer } from '../tokenizer.ts';
import { scoreText, stridedWindows } from './perplexity.ts';
import { PromptClassifier } from './prompt-labels.ts';
import { evaluateVerse, hasEqualLines, LineIndex } from './verse.ts';

const runtime = await nodeRuntime();
const target = { runtime, session: { threads: 1 } };
const text = 'to be or not to be, that is the question';
const tokenizer = trainRecipeTokenizer(
  [text],
  { kind: 'char', vocabSize: 40, minFrequency: 1, lowercase: false },
  frames.decoder,
);
const size = { dim: 8, layers: 1, heads: 2, ffnDim: 16, maxLength: 12, dropout: 0, attentionDropout: 0 };
const model = modelFor(decoderConfig(size, tokenizer, 'GPT2LMHeadModel'));
// larger first values: predictions that differ
const parameters = Object.fromEntries(
  Object.entries(initializeParameters(parameterSpecs(model), 3)).map(([name, array]) => [
    name,
    name.includes('norm')
      ? array
      : ({ ...array, data: (array.data as Float32Array).map((value) => 15 * value) } as NdArray),
  ]),
);
const encoding = tokenizer.encode(text, { addSpecialTokens: false });

const logitsOf = async (ids: readonly number[]): Promise<NdArray> => {
  const inputs = { input_ids: int64([1, ids.length], ids) };
  return (await runForward(model, parameters, inputs, { ...target, want: ['logits'] })).logits as NdArray;
};

test('every token but the first is scored once, with the context that its window gives', () => {
  const ids = Array.from({ length: 23 }, (_, i) => i);
  for (const [length, stride] of [
    [8, 4],
    [8, 1],
    [8, 7],
    [30, 5],
  ] as const) {
    const windows = stridedWindows(ids, length, stride);
    const scored = windows.flatMap(({ labels }) => labels.slice(1).filter((label) => label >= 0));
    expect(scored, `${length}/${stride}`).toEqual(ids.slice(1));
    expect(Math.max(...windows.map((window) => window.ids.length))).toBeLessThanOrEqual(length);
  }
  expect(() => stridedWindows(ids, 8, 8)).toThrow('a stride from 1 to 7, got 8');
});

test('a text’s score is the sum over windows that are run alone, bits per byte those of its bytes', async () => {
  const runner = await ModelRunner.create(model, { ...target, inputs: ['input_ids', 'labels'], want: ['loss'] });
  try {
    for (const stride of [1, 5]) {
      const score = await scoreText(runner, parameters, text, encoding, { length: 12, stride });
      let nats = 0;
      for (const { ids, labels } of stridedWindows(encoding.ids, 12, stride))
        nats += scoredRows(await logitsOf(ids), int64([1, labels.length], labels), 1)[0]?.nats as number;
      expect(score.tokens).toBe(text.length - 1);
      expect(score.loss).toBeCloseTo(nats / (text.length - 1), 4);
      expect(score.perplexity).toBeCloseTo(Math.exp(score.loss), 4);
      // one byte a character here, and one token
      expect(score.bits_per_byte).toBeCloseTo(score.loss / Math.LN2, 6);
    }
  } finally {
    await runner.release();
  }
});

test('lines of one length, the nearest training line as by trying all', () => {
  expect(hasEqualLines('秦川雄帝宅，函谷壯皇居。\n綺殿千尋起，離宮百雉餘。')).toBe(true);
  expect(hasEqualLines('秦川雄帝宅，函谷。')).toBe(false);
  expect(hasEqualLines('秦川雄帝宅')).toBe(false);
  const lines = ['abcde', 'abxye', 'zzzzz', 'edcba', 'aab', 'bbbbb', 'cab'];
  const index = new LineIndex(lines);
  for (const line of ['abcxe', 'aabb', 'zz', 'bca', 'eeeee', 'abcde']) {
    const sharing = lines.filter((other) => [...line].some((character) => other.includes(character)));
    const least = Math.min(...sharing.map((other) => edits([...line], [...other])));
    const found = index.nearest(line);
    expect([found.edits, edits([...line], [...found.nearest])], line).toEqual([least, least]);
  }
  expect(index.nearest('qq')).toEqual({ line: 'qq', nearest: '', edits: 2 });
  const verse = evaluateVerse(['ab，cd。', 'ab，cde。'], 'ab，xy。\nzz，yy。\n\nabc，d。');
  expect(verse).toMatchObject({ poems: 2, equal_lines: 1, training_share: 0.5, lines: 4, copied_lines: 2 });
});

test('label words are scored as the model scores the whole row after the prompt', async () => {
  const classifier = await PromptClassifier.create(model, tokenizer, target);
  try {
    const options = { prompt: '{text} is ', words: { yes: 'to', no: 'be', other: 'not' } };
    const shares = await classifier.probabilities(parameters, 'that', options);
    const scores: number[] = [];
    for (const word of ['to', 'be', 'not']) {
      const ids = tokenizer.encodeIds(`that is ${word}`, { addSpecialTokens: false });
      const labels = ids.map((id, i) => (i < 'that is '.length ? -100 : id));
      scores.push(-(scoredRows(await logitsOf(ids), int64([1, ids.length], labels), 1)[0]?.nats as number));
    }
    const total = scores.reduce((sum, score) => sum + Math.exp(score), 0);
    shares.forEach((share, i) => {
      expect(share).toBeCloseTo(Math.exp(scores[i] as number) / total, 5);
    });
    await expect(classifier.probabilities(parameters, 'that', { ...options, prompt: 'is' })).rejects.toThrow(
      'one {text}',
    );
    await expect(classifier.probabilities(parameters, 'that question', options)).rejects.toThrow('at most 12 tokens');
  } finally {
    await classifier.release();
  }
});
