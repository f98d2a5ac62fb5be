// Commands that look into models and run tasks, on tiny checkpoints: what they print, and what they write.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { command as align } from '../src/cli/commands/align.ts';
import { command as extract } from '../src/cli/commands/extract.ts';
import { command as pipeline } from '../src/cli/commands/pipeline.ts';
import { command as trace } from '../src/cli/commands/trace.ts';
import { runCommand } from './run-command.ts';
import { fixture, speaking, tokenizerOf } from './speaking.ts';

const dir = mkdtempSync(join(tmpdir(), 'tesserae-commands-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('pipeline: one JSON line an input, or one document, as the Python pipeline has it', async () => {
  const model = fixture('pipelines', 'bert-words');
  const calls = JSON.parse(readFileSync(join(model, 'expected.json'), 'utf8'))['fill-mask'] as {
    args: [string];
    options: object;
    result: { token: number; score: number }[];
  }[];
  const call = calls.find(({ args, result }) => typeof args[0] === 'string' && !Array.isArray(result[0]));
  if (!call) throw new Error('expected a call with one mask');
  const words = ['fill-mask', model, call.args[0], call.args[0], '--options', JSON.stringify(call.options)];
  const lines = (await runCommand(pipeline, words)).out.trim().split('\n');
  expect(lines).toHaveLength(2);
  for (const line of lines) {
    const found = JSON.parse(line) as typeof call.result;
    expect(found.map(({ token }) => token)).toEqual(call.result.map(({ token }) => token));
    found.forEach(({ score }, i) => {
      expect(score).toBeCloseTo(call.result[i]?.score as number, 5);
    });
  }
  const { out } = await runCommand(pipeline, [...words, '--json']);
  expect(JSON.parse(out)).toEqual(lines.map((line) => JSON.parse(line)));
  await expect(runCommand(pipeline, ['fill-masks', model, 'x'])).rejects.toThrow("got 'fill-masks'");
  await expect(runCommand(pipeline, ['fill-mask', model, 'x', '--options', '{'])).rejects.toThrow(
    '--options: expected JSON',
  );
});

test('align: what every written token looked at, as text, JSON and pictures', async () => {
  const model = speaking(dir, 'MarianMTModel', tokenizerOf('bert-words'));
  const [svg, html] = [join(dir, 'a.svg'), join(dir, 'a.html')];
  const { out, notes } = await runCommand(align, [model, 'the cat', '--json', '--svg', svg, '--html', html]);
  const alignment = JSON.parse(out) as {
    source: string;
    sourceTokens: string[];
    targetTokens: string[];
    weights: number[][];
  };
  // [CLS] the cat [SEP]
  expect(alignment.sourceTokens).toHaveLength(4);
  expect(alignment.weights).toHaveLength(alignment.targetTokens.length);
  for (const row of alignment.weights) {
    expect(row).toHaveLength(4);
    expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
  }
  expect(notes).toBe(`wrote ${html}\nwrote ${svg}\n`);
  expect(readFileSync(svg, 'utf8')).toMatch(/^<svg[\s\S]*<\/svg>\s*$/);
  expect(readFileSync(html, 'utf8')).toContain('<svg');
  expect((await runCommand(align, [model, 'the cat'])).out).toContain('the cat →');
});

test('extract: facts of documents as JSON Lines, and how fast', async () => {
  const model = speaking(dir, 'BertForTokenClassification', tokenizerOf('bert-words'));
  const texts = ['the cat sat on 😀', ' ', 'the '.repeat(60).trim()];
  const file = join(dir, 'documents.jsonl');
  writeFileSync(file, texts.map((text, i) => JSON.stringify({ id: `d${i}`, text })).join('\n'));
  const { out, notes } = await runCommand(extract, [model, file]);
  const facts = out
    .trim()
    .split('\n')
    .map(
      (line) =>
        JSON.parse(line) as { document: string; type: string; text: string; start: number; end: number; score: number },
    );
  expect(new Set(facts.map(({ document }) => document))).toEqual(new Set(['d0', 'd2']));
  for (const { document, text, start, end, score } of facts) {
    expect(texts[Number(document.slice(1))]?.slice(start, end)).toBe(text);
    expect(score > 0 && score <= 1).toBe(true);
  }
  const characters = (texts[0] as string).length + (texts[2] as string).length;
  expect(notes).toMatch(
    new RegExp(
      `^  2 documents, ${characters} characters in \\d+\\.\\d\\d s: [\\d,]+ documents/s, [\\d,]+ characters/s\n`,
    ),
  );
  expect(notes).toContain('1 of 2 texts are longer than 40 tokens and are read in windows');
  expect(notes).toContain('1 characters (1 of 65 tokens) are unknown to the vocabulary of 42');
  expect(JSON.parse((await runCommand(extract, [model, file, '--json'])).out)).toEqual(facts);
  const sure = JSON.parse((await runCommand(extract, [model, file, '--json', '--min-score', '0.5'])).out);
  expect(sure).toEqual(facts.filter(({ score }) => score >= 0.5));
  await expect(runCommand(extract, [model, file, '--min-score', '2'])).rejects.toThrow('expected a number in [0, 1]');
});

test('trace: the graph as text, as Mermaid, and its taps with their shapes', async () => {
  const model = fixture('models', 'BertForSequenceClassification');
  const config = JSON.parse(readFileSync(join(model, 'config.json'), 'utf8'));
  const { taps } = JSON.parse((await runCommand(trace, [model, '--json'])).out) as {
    taps: Record<string, (string | number)[]>;
  };
  const weights = Object.entries(taps).filter(([name]) => /layers\.\d+\.attention\.weights$/.test(name));
  expect(weights).toHaveLength(config.num_hidden_layers);
  for (const [, shape] of weights) expect(shape).toEqual(['batch', config.num_attention_heads, 'tokens', 'tokens']);
  const { out } = await runCommand(trace, [model]);
  for (const name of Object.keys(taps)) expect(out).toContain(`\n  ${name} [`);
  expect(out).toMatch(/Softmax/);
  expect((await runCommand(trace, [model, '--mermaid'])).out).toMatch(/^(flowchart|graph) /);
});
