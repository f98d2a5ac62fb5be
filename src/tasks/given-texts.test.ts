// Inputs and options that no pipeline of texts can use: each is refused with the number of the input or the name of the option.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fixture, speaking, tokenizerOf } from '../../test/speaking.ts';
import { DataError } from '../data/index.ts';
import { type Pipelines, pipeline } from './index.node.ts';

const WORDS = fixture('pipelines', 'bert-words');
const ENTAILMENT = fixture('pipelines', 'bert-entailment');
const dir = mkdtempSync(join(tmpdir(), 'tesserae-given-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const words = tokenizerOf('bert-words');
const tagger = speaking(dir, 'BertForTokenClassification', words);
const translator = speaking(dir, 'MarianMTModel', words);
const reader = speaking(dir, 'BertForQuestionAnswering', words);

type AnyCall = ((...args: unknown[]) => Promise<unknown>) & { dispose(): Promise<void> };
const open = async (task: keyof Pipelines, model: string): Promise<AnyCall> =>
  (await pipeline(task, model)) as unknown as AnyCall;

async function expectRefused(call: Promise<unknown>, message: string): Promise<void> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(DataError);
  expect((error as Error).message).toContain(message);
}

test.each<[keyof Pipelines, string, ...unknown[]]>([
  ['text-classification', ENTAILMENT],
  ['token-classification', tagger],
  ['zero-shot-classification', ENTAILMENT, ['sport', 'music']],
  ['zero-shot-classification', WORDS, ['sport', 'music']],
  ['text2text-generation', translator],
  ['fill-mask', WORDS],
  ['feature-extraction', WORDS],
  ['sentence-similarity', WORDS],
  [
    'prompt-classification',
    'tesserae/gpt-shakespeare',
    { words: { good: 'good', bad: 'bad' }, prompt: '{text} It was' },
  ],
])('%s of what is no text', async (task, model, ...more) => {
  const run = await open(task, model);
  for (const [given, what] of [
    [null, 'null'],
    [undefined, 'undefined'],
    [5, '5'],
    [{}, 'an object'],
  ])
    await expectRefused(run(given, ...more), `pipeline: expected a text or a list of texts, got ${what} (input 1)`);
  await expectRefused(run(['a [MASK]', null], ...more), 'pipeline: expected a text, got null (input 2)');
  await expectRefused(run([['a']], ...more), 'pipeline: expected a text, got a list (input 1)');
  await run.dispose();
});

test('sentences to compare with, labels and targets that are no texts', async () => {
  const compare = await open('sentence-similarity', WORDS);
  await expectRefused(compare('a', ['b', 5]), 'expected a text, got 5 (input 3)');
  await expectRefused(compare('a', null), 'expected a text, got null (input 2)');
  await expectRefused(compare({ source_sentence: null, sentences: ['a'] }), 'expected a text, got null (input 1)');
  await compare.dispose();
  const judge = await open('zero-shot-classification', ENTAILMENT);
  await expectRefused(judge('a', [5]), 'candidate_labels: expected a text, got 5 (input 1)');
  await expectRefused(judge('a', ['b'], { hypothesis_template: 5 }), "expected {} where the label goes, got '5'");
  await judge.dispose();
  const fill = await open('fill-mask', WORDS);
  await expectRefused(fill('[MASK]', { targets: ['cat', 5] }), 'targets: expected a text, got 5 (input 2)');
  await fill.dispose();
});

test('counts are whole numbers from 1', async () => {
  const fill = await open('fill-mask', WORDS);
  const classify = await open('text-classification', ENTAILMENT);
  for (const top_k of [0, -1, 1.5, 'x', Number.NaN])
    for (const call of [fill, classify])
      await expectRefused(call('[MASK]', { top_k }), `top_k: expected a whole number >= 1, got ${top_k}`);
  await expectRefused(fill('[MASK]', { top_k: null }), 'top_k: expected a whole number >= 1, got null');
  expect(await classify('moon', { top_k: null })).toHaveLength(3);
  expect(await classify('moon', { top_k: 2 })).toHaveLength(2);
  expect(await fill('[MASK]', { top_k: 1e9 })).toHaveLength(42);
  await Promise.all([fill.dispose(), classify.dispose()]);
});

test('strides of question answering are whole numbers from 0', async () => {
  const answer = await open('question-answering', reader);
  const [question, context] = ['the cat', 'the big red dog sat on the mat and the small cat in the sun'];
  for (const doc_stride of [1.5, -5, 'x', null])
    await expectRefused(
      answer(question, context, { max_seq_len: 12, doc_stride }),
      `doc_stride: expected a whole number >= 0, got ${doc_stride}`,
    );
  expect(await answer(question, context, { max_seq_len: 12, doc_stride: 0 })).toHaveProperty('answer');
  for (const given of [null, 5, {}, [null]])
    await expectRefused(answer(given), 'expected a question, got none (input 1)');
  await answer.dispose();
});
