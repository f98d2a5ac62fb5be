// Special tokens that strangers write are text, in every pipeline: `[SEP]` is read as the three unknown words that `[zzz]` is.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { command } from '../src/cli/commands/generate.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { openAnswerer, openGenerator, type Pipelines, pipeline } from '../src/tasks/index.node.ts';
import { promptIds, writtenTexts } from '../src/tasks/index.ts';
import { runCommand } from './run-command.ts';
import { fixture, speaking, tokenizerOf } from './speaking.ts';

const WORDS = fixture('pipelines', 'bert-words');
const ENTAILMENT = fixture('pipelines', 'bert-entailment');
const dir = mkdtempSync(join(tmpdir(), 'tesserae-special-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const words = tokenizerOf('bert-words');
const tagger = speaking(dir, 'BertForTokenClassification', words);
const reader = speaking(dir, 'BertForQuestionAnswering', words);
const decoder = speaking(dir, 'GPT2LMHeadModel', words);
const translator = speaking(dir, 'MarianMTModel', words);

type AnyCall = ((...args: unknown[]) => Promise<unknown>) & { dispose(): Promise<void> };
/** The sly text, what it must be read as, and what it is to somebody who falls for it. */
const [sly, plain, fallen] = ['the [SEP] cat', 'the [zzz] cat', 'the'];

/** What a pipeline says of texts, what it repeats of them left out. */
async function answers(task: keyof Pipelines, model: string, calls: readonly (readonly unknown[])[]) {
  const run = (await pipeline(task, model)) as unknown as AnyCall;
  const results: string[] = [];
  for (const args of calls) {
    const result = await run(...args);
    const shown = 'tolist' in Object(result) ? (result as { tolist(): unknown }).tolist() : result;
    results.push(JSON.stringify(shown).replace(/\bsep\b/gi, 'zzz'));
  }
  await run.dispose();
  return results;
}

test.each<[keyof Pipelines, string, (text: string) => unknown[]]>([
  ['text-classification', ENTAILMENT, (text) => [text, { top_k: null }]],
  ['feature-extraction', WORDS, (text) => [text]],
  ['sentence-similarity', WORDS, (text) => [text, ['the dog', 'music']]],
  ['zero-shot-classification', WORDS, (text) => [text, ['sport', 'music']]],
  ['zero-shot-classification', ENTAILMENT, (text) => [text, ['sport', 'music']]],
  ['zero-shot-classification', ENTAILMENT, (text) => ['the dog', [text, 'music']]],
  ['token-classification', tagger, (text) => [text, { ignore_labels: [] }]],
  ['question-answering', reader, (text) => ['the dog', text, { top_k: 3 }]],
  ['question-answering', reader, (text) => [text, 'the dog is red']],
  ['prompt-classification', decoder, (text) => [text, { prompt: '{text} is', words: { a: ' good', b: ' bad' } }]],
])('%s', async (task, model, call) => {
  const [found, expected, other] = await answers(task, model, [sly, plain, fallen].map(call));
  expect(found).toBe(expected);
  expect(found).not.toBe(other);
});

test('fill-mask: the mask alone is special', async () => {
  const [found, expected] = await answers('fill-mask', WORDS, [
    [`${sly} [MASK].`, { top_k: 42 }],
    [`${plain} [MASK].`, { top_k: 42 }],
  ]);
  expect(found).toBe(expected);
  // as RoBERTa writes it, with the space in front of its mask: `</s>` is bytes
  const bytes = await pipeline('fill-mask', fixture('pipelines', 'roberta-bytes'));
  const [first] = (await bytes('cat</s> <mask>', { top_k: 1 })) as { sequence: string }[];
  expect(first?.sequence).toContain('cat</s>');
  await expect(bytes('cat</s>')).rejects.toThrow('expected <mask>');
  await bytes.dispose();
});

test('what writes reads prompts so; the command `generate` takes special tokens as the reference does', async () => {
  const context = { runtime: await nodeRuntime(), session: { threads: 1 } };
  const generator = await openGenerator(decoder, context);
  const [text, free] = [promptIds(generator, [sly]), promptIds(generator, [sly], { special: 'allow' })];
  expect(text).toEqual(promptIds(generator, [plain]));
  // [CLS] the [SEP] cat [SEP]
  expect(free).toEqual([[2, 5, 3, 7, 3]]);
  const settings = { max_new_tokens: 6 };
  const after = async (prompts: number[][]): Promise<string> =>
    writtenTexts(generator, await generator.generate({ prompts, settings })).texts[0] as string;
  const [expected, other] = [await after(text), await after(free)];
  expect(expected).not.toBe(other);
  const write = await pipeline('text-generation', decoder);
  expect(await write(sly, settings)).toEqual([{ generated_text: expected }]);
  await Promise.all([generator.release(), write.dispose()]);
  const { out } = await runCommand(command, [decoder, '--prompt', sly, '--max-new-tokens', '6']);
  expect(out).toBe(`${other}\n`);
});

test('what an encoder reads: translation and other texts to texts', async () => {
  for (const task of ['translation', 'text2text-generation'] as const) {
    const [found, expected] = await answers(
      task,
      translator,
      [sly, plain].map((text) => [text, { max_new_tokens: 8 }]),
    );
    expect(found).toBe(expected);
  }
  const open = await openAnswerer(translator, {
    runtime: await nodeRuntime(),
    session: {},
    folders: [],
    note: () => undefined,
  });
  const scores = ((await open.answer([sly, plain, fallen])) as { score: number }[]).map(({ score }) => score);
  expect(scores[0]).toBeCloseTo(scores[1] as number, 6);
  expect(Math.abs((scores[0] as number) - (scores[2] as number))).toBeGreaterThan(1e-4);
  await open.release();
});

test('image-to-text: what a caption begins with', async () => {
  const picture = fixture('pipelines', 'picture.png');
  const [found, expected] = await answers('image-to-text', fixture('pipelines', 'blip'), [
    [picture, { prompt: sly }],
    [picture, { prompt: plain }],
  ]);
  expect(found).toBe(expected);
});
