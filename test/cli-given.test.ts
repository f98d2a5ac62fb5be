// What is given to the commands that answer and write: a seed, lines of standard input, options and settings, files of one's own to measure on.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, expect, test } from 'vitest';
import { type Command, UsageError } from '../src/cli/command.ts';
import { command as chat } from '../src/cli/commands/chat.ts';
import { command as evaluate } from '../src/cli/commands/evaluate.ts';
import { command as generate } from '../src/cli/commands/generate.ts';
import { command as pipeline } from '../src/cli/commands/pipeline.ts';
import { command as predict } from '../src/cli/commands/predict.ts';
import { questionsOfSquad } from '../src/data/sets/questions.node.ts';
import { runCommand } from './run-command.ts';
import { fixture, speaking, tokenizerOf } from './speaking.ts';

const dir = mkdtempSync(join(tmpdir(), 'tesserae-given-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const GPT2 = fixture('generation', 'gpt2');
const TALKER = 'tesserae/gpt-shakespeare';

const run = async (command: Command, ...words: string[]): Promise<string> => (await runCommand(command, words)).out;

/** A command with bytes on standard input. */
async function fed(bytes: string, command: Command, ...words: string[]): Promise<string> {
  const own = Object.getOwnPropertyDescriptor(process, 'stdin') as PropertyDescriptor;
  Object.defineProperty(process, 'stdin', { configurable: true, value: Readable.from([Buffer.from(bytes)]) });
  try {
    return await run(command, ...words);
  } finally {
    Object.defineProperty(process, 'stdin', own);
  }
}

test('--seed decides what pipeline and predict write', async () => {
  const options = ['--options', '{"do_sample":true,"max_new_tokens":12}'];
  const [one, again, two] = await Promise.all(
    ['1', '1', '2'].map((seed) => run(pipeline, 'text-generation', TALKER, 'ROMEO:', ...options, '--seed', seed)),
  );
  expect(again).toBe(one);
  expect(two).not.toBe(one);
  // what the options say goes before the flag
  const both = ['--options', '{"do_sample":true,"max_new_tokens":12,"seed":1}', '--seed', '2'];
  expect(await run(pipeline, 'text-generation', TALKER, 'ROMEO:', ...both)).toBe(one);
  const [first, second] = await Promise.all(['1', '2'].map((seed) => run(predict, TALKER, 'ROMEO:', '--seed', seed)));
  expect(second).not.toBe(first);
});

test('standard input: no byte order mark, no returns before line ends', async () => {
  expect(await fed('\ufeffhello\n', predict, 'tesserae/g2p')).toBe('HH EH L OW\n');
  const lines = await fed('good film\r\n\r\nbad film\r\n', predict, 'tesserae/sentiment-mr');
  expect(lines.split('\n').map((line) => line.split('\t').at(-1))).toEqual(['good film', 'bad film', '']);
  const prompt = (text: string): Promise<string> =>
    fed(text, generate, TALKER, '--prompt', '-', '--no-do-sample', '--max-new-tokens', '3');
  expect(await prompt('\ufeffROMEO')).toBe(await prompt('ROMEO'));
});

const ids = ['--input-ids', '[[21,22,23,24,25,26]]'];
const wrong: readonly [what: string, command: Command, words: readonly string[], message: string][] = [
  ['a strategy', pipeline, ['ner', 'M', 'x', '--aggregation-strategy', 'foo'], 'expected one of none, simple, first'],
  ['a strategy where there is none', pipeline, ['fill-mask', 'M', 'x', '--aggregation-strategy', 'max'], "got 'aggregation_strategy'; known are top_k, targets"],
  ['options that are no object', pipeline, ['ner', 'M', 'x', '--options', '[1]'], '--options: expected a JSON object'],
  ['options that are nothing', pipeline, ['ner', 'M', 'x', '--options', 'null'], '--options: expected a JSON object'],
  ['options that are no JSON', pipeline, ['ner', 'M', 'x', '--options', '{'], '--options: expected JSON'],
  ['an option', pipeline, ['text-classification', 'M', 'x', '--options', '{"top_kk":3}'], "got 'top_kk'; did you mean top_k?"],
  ['an option of what writes', pipeline, ['text-generation', 'M', 'x', '--options', '{"max_new_token":3}'], 'did you mean max_new_tokens'],
  ['an option out of range', pipeline, ['text-generation', TALKER, 'x', '--options', '{"num_beams":0}'], 'num_beams: expected'],
  ['beams that stream', generate, [GPT2, ...ids, '--stream', '--num-beams', '2'], 'expected one prompt, no beams, one row'],
  ['prompts that stream', generate, [GPT2, '--input-ids', '[[5],[6]]', '--stream'], 'got 2 prompts'],
  ['beams that talk', chat, ['BESIDE', '--message', 'the', '--num-beams', '2'], 'expected one prompt, no beams, one row'],
  ['an answer as long as the model', chat, ['BESIDE', '--message', 'the', '--max-new-tokens', '300'], "than the model's 40 positions, so that the conversation has room, got 300"],
  ['a setting', generate, [GPT2, ...ids, '--settings', '{"max_new_token":5}'], "got 'max_new_token' (the command line); did you mean max_new_tokens"],
  ['a setting that there is not', generate, [GPT2, ...ids, '--settings', '{"sequence_bias":[[[16],-100]]}'], "got 'sequence_bias'"],
  ['settings that are no object', generate, [GPT2, ...ids, '--settings', '[]'], '--settings: expected a JSON object'],
  ['lengths', generate, [GPT2, ...ids, '--max-length', '10', '--min-new-tokens', '30'], 'min_new_tokens: expected at most 4, got 30; max_length is 10'],
  ['lengths of rows', generate, [GPT2, ...ids, '--max-length', '10', '--min-length', '30'], 'min_length: expected at most 10, got 30'],
  ['a least length alone', generate, [GPT2, ...ids, '--min-new-tokens', '30'], '20 new tokens are written where nobody asks for more'],
]; // biome-ignore format: a table

const chatting = '{% for m in messages %}{{ m.content }} {% endfor %}';

/** A talker of 40 positions, whose own answers are longer; its file asks for what is not there. */
function talker(): string {
  const files = tokenizerOf('bert-words');
  const config = JSON.parse(files['tokenizer_config.json'] as string);
  const folder = speaking(dir, 'GPT2LMHeadModel', {
    ...files,
    'tokenizer_config.json': JSON.stringify({ ...config, chat_template: chatting }),
    'generation_config.json': JSON.stringify({ max_new_tokens: 40, sequence_bias: [[[3], -9]] }),
  });
  return folder;
}

test.each(wrong)('wrong usage: %s', async (_, command, words, message) => {
  const failed = run(command, ...words.map((word) => (word === 'BESIDE' ? talker() : word)));
  await expect(failed).rejects.toThrow(UsageError);
  await expect(failed).rejects.toThrow(message);
});

test('a length that is asked for goes before those of the folder; what its file asks for in vain is told', async () => {
  const rows = async (...words: string[]): Promise<number[][]> =>
    JSON.parse(await run(generate, TALKER, '--prompt', 'ROMEO:', '--json', ...words)).sequences;
  expect((await rows('--max-length', '10'))[0]).toHaveLength(10);
  const { out, notes } = await runCommand(chat, [talker(), '--message', 'the cat', '--max-length', '6', '--json']);
  expect(notes).toContain('sequence_bias is not supported and left out');
  const short = (JSON.parse(out).answer as string).split(' ').length;
  expect(short).toBeLessThanOrEqual(4);
  // half of the positions are left for what was said, however long the folder's answers are
  expect((await runCommand(chat, [talker(), '--message', 'the cat', '--json'])).out).toContain('"answer"');
});

test('measuring on one’s own files tells what was repaired and left out', async () => {
  const conll = join(dir, 'own.conll');
  writeFileSync(conll, '北 B-LOC\n京 I-LOC\n是 O\n\n上 I-LOC\n海 I-LOC\n');
  expect((await runCommand(evaluate, ['tesserae/ner-zh', '--data', conll])).notes).toContain(
    '1 labels I- go on with nothing (train ',
  );
  const reader = speaking(dir, 'BertForQuestionAnswering', tokenizerOf('bert-words'));
  const asked = (id: string, question: string, answer: string) => ({
    ...{ id, question },
    answers: [{ text: answer, answer_start: 0 }],
  });
  const qas = [asked('1', 'the cat', 'the'), asked('2', ' ', 'the'), asked('3', 'the dog', 'nowhere')];
  const json = JSON.stringify({ data: [{ paragraphs: [{ context: 'the cat is the dog', qas }] }] });
  const squad = join(dir, 'own.json');
  writeFileSync(squad, json);
  const told = [
    '1 questions have an answer that their context does not hold; those answers are left out, and so are 1 of the questions, which have no other',
    '1 questions have no words and are left out',
  ];
  expect(questionsOfSquad(json, 'x').notes).toEqual(told);
  const { out, notes } = await runCommand(evaluate, [reader, '--data', squad, '--json']);
  expect(JSON.parse(out).examples).toBe(1);
  expect(notes).toContain(told.join('\n  '));
});
