// What the command line promises whoever scripts it: nothing that is said is ignored, 2 is wrong usage, 1 is failed work. In this process, for
// speed.
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { int64 } from '../src/array/index.ts';
import { encodeSafetensors } from '../src/checkpoints/index.ts';
import { type Command, integer, parseFlags, UsageError } from '../src/cli/command.ts';
import { command as data } from '../src/cli/commands/data.ts';
import { command as doctor } from '../src/cli/commands/doctor.ts';
import { command as evaluate } from '../src/cli/commands/evaluate.ts';
import { command as forward } from '../src/cli/commands/forward.ts';
import { command as generate } from '../src/cli/commands/generate.ts';
import { command as pipeline } from '../src/cli/commands/pipeline.ts';
import { command as predict } from '../src/cli/commands/predict.ts';
import { command as train } from '../src/cli/commands/train.ts';
import { runCommand } from './run-command.ts';

const dir = mkdtempSync(join(tmpdir(), 'tesserae-promises-'));

/** What a command printed. */
const run = async (command: Command, ...words: string[]): Promise<string> => (await runCommand(command, words)).out;

test('a flag that takes a list takes every word up to the next flag', async () => {
  const parse = (...words: string[]) => parseFlags(words, generate.flags);
  expect(parse('M', '--prompt', 'a', 'b', '--stop', 'x', '-', '--stream').values).toMatchObject({
    prompt: ['a', 'b'],
    stop: ['x', '-'],
    stream: true,
  });
  expect(parse('M', '--prompt=a', 'b', '--prompt', 'c').values.prompt).toEqual(['a', 'b', 'c']);
  expect(parse('M', '--prompt', 'a', '--', 'b').positionals).toEqual(['M', 'b']);
  expect(parse('--temperature', '-1', 'M').positionals).toEqual(['M']);
  const both = await run(generate, 'tesserae/g2p', '--prompt', 'apple', 'dog', '--json');
  const { texts } = JSON.parse(both) as { texts: string[] };
  const [apple, dog] = await Promise.all(
    ['apple', 'dog'].map((word) => run(generate, 'tesserae/g2p', '--prompt', word)),
  );
  expect(texts).toEqual([apple?.trim(), dog?.trim()]);
});

test('a flag that is on by configuration is switched off by its no', async () => {
  const written = (...more: string[]) =>
    run(...[generate, 'tesserae/gpt-shakespeare', '--prompt', 'ROMEO:', '--max-new-tokens', '12'], ...more);
  const greedy = await written('--no-do-sample', '--seed', '1');
  expect(await written('--no-do-sample', '--seed', '2')).toBe(greedy);
  // the greedy reading is that of the largest score at each step, whatever the temperature
  expect(await written('--no-do-sample')).toBe(greedy);
  expect(() => parseFlags(['--no-prompt'], generate.flags)).toThrow('--no-prompt');
});

test.each<[string, Command, string[], string]>([
  ['a word too many', train, ['emoji-groups', 'and', 'more'], "expected one word beside flags, got 'and' too"],
  ['lines where there are none', data, ['list', '--jsonl'], '--jsonl: this command has no lines to answer'],
  ['settings of a run that has its own', train, ['--resume', 'R', '--set', 'train.steps=2'], '--resume: expected the'],
  ['a field that is not there', train, ['emoji-groups', '--set', 'foo=1'], "got 'foo'"],
  ['a value of another type', train, ['emoji-groups', '--set', 'train.steps=abc'], 'expected a number like'],
  [
    'no first values',
    train,
    ['emoji-groups', '--set', 'model.initializerRange=0'],
    'expected a deviation above 0, got 0',
  ],
  ['no steps', train, ['emoji-groups', '--set', 'train.steps=0'], 'train.steps: expected a whole number >= 1, got 0'],
  ['steps below none', train, ['emoji-groups', '--set', 'train.steps=-5'], 'expected a whole number >= 1, got -5'],
  ['half a step', train, ['emoji-groups', '--set', 'train.saveEvery=0.5'], 'train.saveEvery: expected a whole'],
  ['a part that no set has', evaluate, ['R', '--split', 'nope'], '--split: expected one of train, validation, test'],
  ['a set that is not known', data, ['show', 'mnits'], "expected a data set, got 'mnits'; did you mean mnist?"],
  ['a runtime that is not known', predict, ['R', 'x', '--runtime', 'nope'], '--runtime: expected one of node'],
  [
    'a file where a run would be',
    train,
    ['emoji-groups', '--out', import.meta.filename],
    'expected a folder or nothing',
  ],
  ['no threads', predict, ['R', 'x', '--threads', '0'], '--threads: expected a whole number from 1 to 1024'],
  ['too many threads', predict, ['R', 'x', '--threads', '100000'], '--threads: expected a whole number from 1'],
  ['labels to choose from', pipeline, ['zero-shot-classification', 'M', 'x'], "expected --candidate-labels 'one,"],
])('wrong usage: %s', async (_, command, words, message) => {
  const failed = run(command, ...words);
  await expect(failed).rejects.toThrow(UsageError);
  await expect(failed).rejects.toThrow(message);
});

test('a recipe of one’s own that lacks what every recipe has', async () => {
  writeFileSync(join(dir, 'own.mjs'), 'export const own = { task: "text-classification", name: "own" };\n');
  await expect(run(train, join(dir, 'own.mjs'))).rejects.toThrow(
    'expected a recipe with seed, data, train, got task, name',
  );
  writeFileSync(join(dir, 'none.mjs'), 'export const answer = 42;\n');
  await expect(run(train, join(dir, 'none.mjs'))).rejects.toThrow(
    'expected a module that exports a recipe, got answer',
  );
});

test('words with --jsonl are answered, each on a line of JSON', async () => {
  const out = await run(predict, 'tesserae/ner-zh', '北京', '的', '--jsonl');
  const [first, second] = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(first).toMatchObject([{ word: '北京' }]);
  expect(second).toEqual([]);
});

test('labels of every token, and labels to choose from, by flags', async () => {
  const out = await run(
    ...[
      pipeline,
      'token-classification',
      'tesserae/ner-zh',
      '北京',
      '--aggregation-strategy',
      'none',
      '--threads',
      '1',
    ],
  );
  expect(JSON.parse(out)).toMatchObject([
    { entity: 'B-LOC', word: '北' },
    { entity: 'I-LOC', word: '京' },
  ]);
});

test('one label is nothing to learn: told before anything is made', async () => {
  writeFileSync(join(dir, 'one.csv'), 'text,label\nfoo,a\nbar,a\nbaz,a\n');
  const words = ['emoji-groups', '--set', `data.id=${join(dir, 'one.csv')}`, '--out', join(dir, 'never')];
  await expect(run(train, ...words)).rejects.toThrow('expected at least two labels, got a');
  expect(readdirSync(dir)).not.toContain('never');
});

test('forward: what cannot be read, what cannot be asked for', async () => {
  const inputs = join(dir, 'in.safetensors');
  writeFileSync(inputs, encodeSafetensors({ input_ids: int64([1, 3], [1, 2, 3]) }));
  const out = join(dir, 'out.safetensors');
  const model = 'tesserae/gpt-shakespeare';
  await expect(run(forward, model, dir, '--out', out)).rejects.toThrow(`expected a file, got a folder (${dir})`);
  await expect(run(forward, model, join(dir, 'no'), '--out', out)).rejects.toThrow('got nothing there');
  await expect(run(forward, model, inputs, '--out', out, '--want', 'loss')).rejects.toThrow(
    'expected labels among the inputs for the loss, got none',
  );
});

test('doctor names folders of data that are not there', async () => {
  const before = process.env.TESSERAE_DATA;
  process.env.TESSERAE_DATA = '/nowhere/at/all';
  try {
    expect(await run(doctor)).toMatch(/missing TESSERAE_DATA +no folder \/nowhere\/at\/all/);
  } finally {
    if (before === undefined) delete process.env.TESSERAE_DATA;
    else process.env.TESSERAE_DATA = before;
  }
});

test('whole numbers', () => {
  const args = parseFlags(['--seed', ' '], {});
  expect(() => integer(args, 'seed')).toThrow('expected a whole number >= 0');
});
