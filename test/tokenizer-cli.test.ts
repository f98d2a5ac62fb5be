// `tesserae tokenizer train | replay | compare` as people meet them.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, expect, test } from 'vitest';
import type { Args, Command } from '../src/cli/command.ts';
import { command as compare } from '../src/cli/commands/tokenizer-compare.ts';
import { command as replay } from '../src/cli/commands/tokenizer-replay.ts';
import { command as train } from '../src/cli/commands/tokenizer-train.ts';
import type { Comparison, Replay } from '../src/tokens/index.ts';
import { cli } from './cli-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'tesserae-tokenizer-cli-'));
const at = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

async function run(command: Command, positionals: string[], values: Args['values'], json = false): Promise<string> {
  let out = '';
  const io = { out: (text: string) => (out += text), note: () => undefined, isTerminal: false, quiet: true, json };
  await command.run({ positionals, values }, io);
  return out;
}

const counts = { hug: 10, pug: 5, pun: 12, bun: 4, hugs: 5 };
const corpus = at('course.txt');
writeFileSync(
  corpus,
  Object.entries(counts)
    .map(([word, count]) => `${word} `.repeat(count))
    .join('\n'),
);

test('the course’s example as text in two languages, as JSON, as a page', async () => {
  const english = await run(replay, [corpus, 'bug', 'mug'], { algorithm: 'bpe', merges: '3', language: 'en' });
  const chosen = english.split('\n').filter((line) => line.includes('→ ') && line.startsWith('  '));
  expect(chosen.map((line) => line.replace(/^.*?: /, ''))).toEqual([
    'u g (20) → ug',
    'u n (16) → un',
    'h ug (15) → hug',
  ]);
  expect(english).toContain('bug → b ug');
  expect(english).toContain('mug → [UNK] ug');
  const chinese = await run(replay, [corpus, 'bug'], { algorithm: 'bpe', merges: '3', language: 'zh' });
  expect(chinese).toMatch(/[\u4e00-\u9fff].*u g \(20\) → ug/);
  const data = JSON.parse(await run(replay, [corpus], { algorithm: 'wordpiece', score: 'likelihood' }, true)) as Replay;
  expect(data.steps.map(({ chosen: { token } }) => token)).toEqual(['##gs', 'hu', 'hugs', 'hug', 'pu']);
  await run(replay, [corpus, 'hugs'], {
    algorithm: 'unigram',
    'vocab-size': '12',
    html: at('replay.html'),
    language: 'en',
  });
  const page = readFileSync(at('replay.html'), 'utf8');
  expect(page).toMatch(/^<!doctype html>/i);
  expect(page).not.toMatch(/(?:src|href)="(?:https?:)?\/\//); // self-contained
  expect(page).toContain('<button');
  const pruned = JSON.parse(
    await run(replay, [corpus, 'hugs'], { algorithm: 'unigram', 'vocab-size': '12' }, true),
  ) as Replay;
  expect(pruned.prunings.length).toBeGreaterThan(0);
  expect(pruned.words[0]?.lattice?.some((edge) => edge.chosen)).toBe(true);
});

test.each(['Apple is red', 'unhappiness', '我喜欢这道菜'])('%s under all granularities', async (text) => {
  const found = JSON.parse(await run(compare, [text], {}, true)) as Comparison;
  expect(found.rows.length).toBeGreaterThanOrEqual(4);
  for (const row of found.rows) {
    expect(row.tokens.length).toBe(row.count);
    expect(row.misspelt.count).toBe(row.misspelt.tokens.length);
  }
  expect(await run(compare, [text], { language: 'zh' })).toMatch(/[\u4e00-\u9fff]/);
  await run(compare, [text], { html: at('compare.html') });
  expect(readFileSync(at('compare.html'), 'utf8')).toContain('<');
});

test('a trained file by the command; options that continue it', async () => {
  const out = at('a.json');
  await run(train, [at('*.txt')], { algorithm: 'bpe', 'vocab-size': '12', 'special-tokens': '[UNK]', out });
  const first = JSON.parse(readFileSync(out, 'utf8')) as { model: { merges: unknown[] } };
  expect(first.model.merges.length).toBeGreaterThan(0);
  await run(train, [corpus], { continue: out, 'vocab-size': '16', out: at('b.json') });
  const second = JSON.parse(readFileSync(at('b.json'), 'utf8')) as typeof first;
  expect(second.model.merges.slice(0, first.model.merges.length)).toEqual(first.model.merges);
  expect(second.model.merges.length).toBeGreaterThan(first.model.merges.length);
});

/** Runs with another standard input. */
async function withInput<T>(input: string | Uint8Array, work: () => Promise<T>): Promise<T> {
  const before = Object.getOwnPropertyDescriptor(process, 'stdin') as PropertyDescriptor;
  Object.defineProperty(process, 'stdin', { configurable: true, value: Readable.from([Buffer.from(input)]) });
  try {
    return await work();
  } finally {
    Object.defineProperty(process, 'stdin', before);
  }
}

interface Vocabulary {
  readonly model: { readonly vocab: Record<string, number> };
  readonly pre_tokenizer: unknown;
}
const read = (path: string): Vocabulary => JSON.parse(readFileSync(path, 'utf8')) as Vocabulary;

test('a corpus from standard input, as text and as JSON with a field', async () => {
  const out = at('stdin.json');
  await withInput('hug hug\npug\n', () => run(train, ['-'], { algorithm: 'word', out }));
  expect(read(out).model.vocab).toEqual({ '[UNK]': 0, hug: 1, pug: 2 });
  const lines = '{"body": "pug pug", "text": "no"}\n{"body": "hug"}\n';
  await withInput(lines, () => run(train, ['-'], { algorithm: 'word', out, 'text-field': 'body' }));
  expect(read(out).model.vocab).toEqual({ '[UNK]': 0, pug: 1, hug: 2 });
  await expect(
    withInput(lines, () => run(train, ['-'], { algorithm: 'word', out, 'text-field': 'title' })),
  ).rejects.toThrow('expected a text in the field title, got only body, text (-, line 1)');
});

test('seed tokens, a segmenter, an alphabet’s limit; flags that an algorithm would ignore', async () => {
  const out = at('flags.json');
  const lines = '我喜欢这道菜\n我喜欢\n';
  const values = { algorithm: 'word', segmenter: 'zh', 'seed-tokens': ' x,苹果', out };
  await withInput(lines, () => run(train, ['-'], values));
  expect(read(out).pre_tokenizer).toEqual({ type: 'TesseraeWords', locale: 'zh' });
  expect(Object.keys(read(out).model.vocab).slice(0, 3)).toEqual(['[UNK]', ' x', '苹果']);
  expect(read(out).model.vocab).toHaveProperty('喜欢');
  await withInput(lines, () => run(train, ['-'], { algorithm: 'grapheme', 'limit-alphabet': '2', out }));
  expect(Object.keys(read(out).model.vocab)).toHaveLength(3);
  await expect(
    withInput(lines, () => run(train, ['-'], { algorithm: 'word', 'max-token-length': '3', out })),
  ).rejects.toThrow('Leave out --max-token-length.');
});

test('Ctrl-C while standard input is still open: exit 130, nothing half-written', { timeout: 120_000 }, async () => {
  const entry = [...cli];
  const args = ['tokenizer', 'train', '--algorithm', 'byte-bpe', '--vocab-size', '300', '--out', at('half.json'), '-'];
  const child = spawn(process.execPath, [...entry, ...args], { stdio: ['pipe', 'ignore', 'pipe'] });
  child.stdin.on('error', () => undefined);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let notes = '';
  child.stderr.on('data', (chunk: Buffer) => (notes += chunk.toString()));
  // Taken in full: it is reading by now.
  await new Promise<void>((resolve) => child.stdin.write('some words of a corpus\n'.repeat(100_000), () => resolve()));
  child.kill('SIGINT');
  expect(await ended).toBe(130);
  expect(notes).toContain('nothing was written');
  expect(existsSync(at('half.json'))).toBe(false);
  expect(readdirSync(folder).filter((name) => name.startsWith('half'))).toEqual([]);
});
