// What reading texts meets is told: texts that are cut or read in windows, characters that the vocabulary lacks; and a tokenizer with more
// ids than the embedding has rows is refused when a model is opened.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { command as chat } from '../src/cli/commands/chat.ts';
import { command as evaluate } from '../src/cli/commands/evaluate.ts';
import { command as explain } from '../src/cli/commands/explain.ts';
import { command as generate } from '../src/cli/commands/generate.ts';
import { command as predict } from '../src/cli/commands/predict.ts';
import { openStart, type Pipelines, pipeline } from '../src/tasks/index.node.ts';
import { runCommand } from './run-command.ts';
import { fixture, speaking, tokenizerOf } from './speaking.ts';

const ENTAILMENT = fixture('pipelines', 'bert-entailment');
const WORDS = fixture('pipelines', 'bert-words');
const dir = mkdtempSync(join(tmpdir(), 'tesserae-notes-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const positions = (model: string): number =>
  JSON.parse(readFileSync(join(model, 'config.json'), 'utf8')).max_position_embeddings;
type AnyCall = ((...args: unknown[]) => Promise<unknown>) & { dispose(): Promise<void> };

/** One call's notes. */
async function notesOf(task: keyof Pipelines, model: string, ...args: unknown[]): Promise<string[]> {
  const notes: string[] = [];
  const run = (await pipeline(task, model, { note: (text) => notes.push(text) })) as unknown as AnyCall;
  await run(...args);
  await run.dispose();
  return notes;
}

// a row has [CLS] and [SEP] too; the smile is one character and two UTF-16 units
const long = 'the '.repeat(60);
const strange = '😀 is zzz';
const cut = (model: string): string => `1 of 2 texts are longer than ${positions(model)} tokens and are cut`;
const unknown = (model: string, more = 0): string =>
  `4 characters (2 of ${positions(model) - 2 + 3 + more} tokens) are unknown to the vocabulary of 42`;

test('a classifier of texts, by library and by command', async () => {
  const expected = [cut(ENTAILMENT), unknown(ENTAILMENT)];
  expect(await notesOf('text-classification', ENTAILMENT, [long, strange])).toEqual(expected);
  expect(await notesOf('text-classification', ENTAILMENT, ['the cat'])).toEqual([]);
  const { out, notes } = await runCommand(predict, [ENTAILMENT, long, strange]);
  expect(notes).toBe(expected.map((line) => `  ${line}\n`).join(''));
  expect(out.trim().split('\n')).toHaveLength(2);
  const data = join(dir, 'data.csv');
  writeFileSync(data, `text,label\n${long},ENTAILMENT\n${strange},ENTAILMENT\n`);
  expect((await runCommand(evaluate, [ENTAILMENT, '--data', data])).notes).toContain(expected.join('\n  '));
});

test('features, similarities, masks, labels without training', async () => {
  expect(await notesOf('feature-extraction', WORDS, [long, strange])).toEqual([cut(WORDS), unknown(WORDS)]);
  expect(await notesOf('sentence-similarity', WORDS, [long, strange])).toEqual([cut(WORDS), unknown(WORDS)]);
  expect(await notesOf('fill-mask', WORDS, [`[MASK] ${long}`, `[MASK] ${strange}`])).toEqual([
    cut(WORDS),
    unknown(WORDS, 1),
  ]);
  // each text once, however many statements are judged about it
  const [told, ...others] = await notesOf('zero-shot-classification', ENTAILMENT, [strange, 'the cat'], ['a', 'b']);
  expect(told).toBe('4 characters (2 of 5 tokens) are unknown to the vocabulary of 42');
  expect(others).toEqual([]);
});

test('what is explained is what is read: the rest is told', async () => {
  const { notes } = await runCommand(explain, [ENTAILMENT, long, '--methods', 'rollout']);
  expect(notes).toBe(`  1 of 1 texts are longer than ${positions(ENTAILMENT)} tokens and are cut\n`);
  expect((await runCommand(explain, [ENTAILMENT, strange, '--methods', 'rollout'])).notes).toBe(
    '  4 characters (2 of 3 tokens) are unknown to the vocabulary of 42\n',
  );
  expect((await runCommand(explain, [ENTAILMENT, 'the cat', '--methods', 'rollout'])).notes).toBe('');
});

test('a tagger reads long texts in windows', async () => {
  const model = speaking(dir, 'BertForTokenClassification', tokenizerOf('bert-words'));
  expect(await notesOf('token-classification', model, [long, strange])).toEqual([
    `1 of 2 texts are longer than ${positions(model)} tokens and are read in windows`,
    '4 characters (2 of 63 tokens) are unknown to the vocabulary of 42',
  ]);
});

test('a tokenizer with more ids than the embedding has rows', async () => {
  const bytes = tokenizerOf('roberta-bytes');
  const [decoder, encoder] = [speaking(dir, 'GPT2LMHeadModel', bytes), speaking(dir, 'BertModel', bytes)];
  const refused = /expected a tokenizer of at most \d+ ids, as the embedding has rows, got 317/;
  await expect(runCommand(generate, [decoder, '--prompt', 'x'])).rejects.toThrow(refused);
  await expect(runCommand(chat, [decoder, '--message', 'x'])).rejects.toThrow(refused);
  for (const task of ['text-generation', 'prompt-classification'] as const)
    await expect(pipeline(task, decoder)).rejects.toMatchObject({
      name: 'DataError',
      message: expect.stringMatching(refused),
    });
  for (const task of ['feature-extraction', 'sentence-similarity', 'zero-shot-classification'] as const)
    await expect(pipeline(task, encoder)).rejects.toThrow(refused);
  await expect(openStart(encoder, 'ForSequenceClassification')).rejects.toThrow(refused);
});
