// Looking at texts: what each kind of model says is what its pipeline and its logits say; what cannot be looked at is told.
import { expect, test } from 'vitest';
import { int64, type NdArray } from '../src/array/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { attentionSvg } from '../src/lens/index.ts';
import { modelFor } from '../src/models/index.ts';
import { forwardCheckpoint, openModel, pipeline, tokenizerOf } from '../src/tasks/index.node.ts';
import { canInspectText, inspectText } from '../src/tasks/index.ts';

const session = { threads: 1 };
const look = async (name: string, text: string) => {
  const open = await openModel(name);
  return inspectText({ ...open, tokenizer: await tokenizerOf(open) }, text, { runtime: await nodeRuntime(), session });
};
const sums = (rows: readonly (readonly (readonly (readonly number[])[])[])[]): number[] =>
  rows.flat(2).map((row) => row.reduce((a, b) => a + b, 0));

test('entities: the labels of the chain, with the probabilities of the pipeline', async () => {
  const seen = await look('tesserae/ner-zh', '北京是我国的首都');
  expect(seen.labels).toEqual(['北 B-LOC', '京 I-LOC']);
  expect(seen.prediction).toBe('北 B-LOC, 京 I-LOC');
  const ner = await pipeline('token-classification', 'tesserae/ner-zh', { runtime: await nodeRuntime(), session });
  const found = (await ner('北京是我国的首都', { aggregation_strategy: 'none' })) as { word: string; score: number }[];
  await ner.dispose();
  expect(found.map(({ word }) => word)).toEqual(['北', '京']);
  found.forEach(({ score }, i) => {
    expect(seen.probabilities[i]).toBeCloseTo(score, 5);
  });
  for (const sum of sums(seen.attentions)) expect(sum).toBeCloseTo(1, 5);
  expect(seen.gradientTimesInput).toHaveLength(seen.tokens.length);
  // nothing but what the words are: a text without entities has none
  expect((await look('tesserae/ner-zh', '的')).prediction).toBe('O');
});

test('a decoder: the likeliest next tokens are those of its logits, and nobody looks ahead', async () => {
  const text = 'To be or not';
  const seen = await look('tesserae/gpt-shakespeare', text);
  const open = await openModel('tesserae/gpt-shakespeare');
  const ids = (await tokenizerOf(open)).encodeIds(text);
  const { logits } = await forwardCheckpoint(
    'tesserae/gpt-shakespeare',
    { input_ids: int64([1, ids.length], ids) },
    { want: ['logits'], runtime: await nodeRuntime(), session },
  );
  const { data, shape } = logits as NdArray<'float32'>;
  const last = Array.from(data.subarray(-(shape.at(-1) as number)), Math.exp);
  const total = last.reduce((a, b) => a + b, 0);
  const sorted = last.map((value) => value / total).sort((a, b) => b - a);
  expect(seen.labels).toHaveLength(8);
  seen.probabilities.forEach((value, i) => {
    expect(value).toBeCloseTo(sorted[i] as number, 5);
  });
  for (const head of seen.attentions.flat())
    head.forEach((row, from) => {
      expect(row.slice(from + 1).every((value) => value === 0)).toBe(true);
    });
});

test.each(['multi_label_classification', 'regression'])(
  'a class by the problem of its model: %s, as the pipeline answers',
  async (problem_type) => {
    const open = await openModel('tesserae/sentiment-mr');
    const model = modelFor({ ...open.model.config, problem_type });
    const tokenizer = await tokenizerOf(open);
    const target = { runtime: await nodeRuntime(), session };
    const seen = await inspectText({ ...open, model, tokenizer }, 'a fine film', target);
    const { ids } = tokenizer.encode('a fine film');
    const inputs = {
      input_ids: int64([1, ids.length], ids),
      attention_mask: int64(
        [1, ids.length],
        ids.map(() => 1),
      ),
    };
    const { logits } = await forwardCheckpoint('tesserae/sentiment-mr', inputs, { want: ['logits'], ...target });
    const scores = Array.from(logits?.data as Float32Array);
    if (problem_type === 'regression') {
      expect([seen.labels, seen.probabilities]).toEqual([[], []]);
      const values = Array.from(seen.prediction.matchAll(/-?\d+\.\d+/g), ([value]) => Number(value));
      expect(values).toHaveLength(scores.length);
      for (const [i, value] of values.entries()) expect(value).toBeCloseTo(scores[i] as number, 4);
      expect(attentionSvg(seen, 0, 0)).not.toMatch(/%<|Infinity/);
      return;
    }
    for (const [i, value] of seen.probabilities.entries())
      expect(value).toBeCloseTo(1 / (1 + Math.exp(-(scores[i] as number))), 5);
  },
);

test('what is no text, and what has no text to look at', async () => {
  expect(canInspectText('ViTForImageClassification')).toBe(false);
  await expect(look('tesserae/ner-zh', ' ')).rejects.toThrow('inspect: expected a text, got an empty one');
  await expect(look('tesserae/g2p', 'tomato')).rejects.toThrow(
    'expected an encoder or a decoder of texts, got MarianMTModel',
  );
});
