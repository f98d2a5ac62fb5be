// `tesserae generate` as scripts meet it: what it reads, what it prints, what it refuses. In this process, for speed.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { float32, int64 } from '../src/array/index.ts';
import { encodeSafetensors } from '../src/checkpoints/index.ts';
import { parseFlags } from '../src/cli/command.ts';
import { command } from '../src/cli/commands/generate.ts';
import type { GenerationStory } from '../src/lens/index.ts';
import { runCommand } from './run-command.ts';

const MODEL = (name: string): string => join(import.meta.dirname, 'fixtures', 'generation', name);
const dir = mkdtempSync(join(tmpdir(), 'tesserae-generate-'));

const generate = (...args: string[]) => runCommand(command, args);

const golden = (name: string) => JSON.parse(readFileSync(join(MODEL(name), 'expected.json'), 'utf8'));

test('ids from JSON and from a file; the mask from the pad token; the document', async () => {
  const { inputs, cases } = golden('gpt2');
  const expected = cases.find(
    (one: { inputs: string; settings: object }) =>
      one.inputs === 'batch' && JSON.stringify(one.settings) === '{"max_new_tokens":12,"num_beams":1}',
  );
  const ids = JSON.stringify(inputs.batch.input_ids);
  const document = JSON.parse(
    (await generate(MODEL('gpt2'), '--input-ids', ids, '--max-new-tokens', '12', '--json')).out,
  );
  expect(document.sequences).toEqual(expected.sequences);
  expect(document.finish).toHaveLength(3);
  expect(document.scores.every((score: number) => score < 0)).toBe(true);
  const flat = inputs.batch.input_ids.flat();
  const path = join(dir, 'in.safetensors');
  writeFileSync(
    path,
    encodeSafetensors({
      input_ids: int64([3, 6], flat),
      attention_mask: int64([3, 6], inputs.batch.attention_mask.flat()),
    }),
  );
  const lines = (await generate(MODEL('gpt2'), '--inputs', path, '--max-new-tokens', '12')).out;
  expect(lines).toBe(`${expected.sequences.map((row: number[]) => row.join(' ')).join('\n')}\n`);
});

test("the checkpoint's own settings hold; flags and --settings go over them", async () => {
  const { inputs, cases } = golden('marian');
  const own = cases.find(
    (one: { inputs: string; settings: object }) => one.inputs === 'single' && JSON.stringify(one.settings) === '{}',
  );
  const ids = JSON.stringify(inputs.single.input_ids[0]);
  const first = JSON.parse((await generate(MODEL('marian'), '--input-ids', ids, '--json')).out);
  expect(first.sequences).toEqual(own.sequences);
  const args = [
    '--num-beams',
    '3',
    '--num-return-sequences',
    '2',
    '--length-penalty',
    '0.5',
    '--early-stopping',
    'never',
    '--settings',
    '{"max_length":6}',
  ];
  const second = JSON.parse((await generate(MODEL('marian'), '--input-ids', ids, '--json', ...args)).out);
  expect(second.sequences).toHaveLength(2);
  expect(second.sequences[0].length).toBeLessThanOrEqual(6);
  expect(second.scores[0]).toBeGreaterThan(second.scores[1]);
});

test('captions: pictures from a file, with and without what they begin with', async () => {
  const { inputs, cases } = golden('blip');
  const path = join(dir, 'pictures.safetensors');
  const { input_ids: rows, pixel_values } = inputs.batch;
  const pixels = float32([3, 3, 8, 8], pixel_values.flat(3));
  const expected = cases.find(
    (one: { inputs: string; settings: object }) => one.inputs === 'batch' && Object.keys(one.settings).length === 0,
  );
  writeFileSync(path, encodeSafetensors({ pixel_values: pixels, input_ids: int64([3, 4], rows.flat()) }));
  expect(JSON.parse((await generate(MODEL('blip'), '--inputs', path, '--json')).out).sequences).toEqual(
    expected.sequences,
  );
  writeFileSync(path, encodeSafetensors({ pixel_values: pixels }));
  const { sequences } = JSON.parse((await generate(MODEL('blip'), '--inputs', path, '--json')).out);
  expect(sequences.map(([start]: number[]) => start)).toEqual([1, 1, 1]);
  await expect(generate(MODEL('blip'), '--input-ids', '[5]')).rejects.toThrow('expected pixels of pictures, got none');
  writeFileSync(path, encodeSafetensors({ pixel_values: pixels, input_ids: int64([2, 2], [5, 7, 5, 7]) }));
  await expect(generate(MODEL('blip'), '--inputs', path)).rejects.toThrow('expected 3 prompts of one length from 2');
  const text = join(dir, 'text.safetensors');
  writeFileSync(text, encodeSafetensors({ pixel_values: pixels, input_ids: int64([3, 1], [5, 5, 5]) }));
  await expect(generate(MODEL('gpt2'), '--inputs', text)).rejects.toThrow('expected prompts alone, got pixels too');
});

test('negative numbers follow their flag with or without =', async () => {
  const flags = {
    'length-penalty': { type: 'string' },
    prompt: { type: 'string' },
    stream: { type: 'boolean' },
  } as const;
  const parsed = (...words: string[]) => parseFlags(words, flags);
  expect(parsed('M', '--length-penalty', '-1')).toMatchObject({
    positionals: ['M'],
    values: { 'length-penalty': '-1' },
  });
  expect(parsed('--length-penalty', '-.5', '--prompt=-2')).toMatchObject({
    values: { 'length-penalty': '-.5', prompt: '-2' },
  });
  expect(() => parsed('--stream', '-1')).toThrow("Unknown option '-1'");
  expect(() => parsed('--prompt', '-x')).toThrow('argument is ambiguous');
  expect(parsed('--', '--prompt', '-1').positionals).toEqual(['--prompt', '-1']);
  const ids = JSON.stringify(golden('marian').inputs.single.input_ids[0]);
  const scores = async (...penalty: string[]): Promise<number[]> =>
    JSON.parse((await generate(MODEL('marian'), '--input-ids', ids, '--num-beams', '2', '--json', ...penalty)).out)
      .scores;
  expect(await scores('--length-penalty', '-1')).toEqual(await scores('--length-penalty=-1'));
  expect(await scores('--length-penalty', '-1')).not.toEqual(await scores('--length-penalty', '1'));
});

test('the next-token view: data, table, page', async () => {
  const page = join(dir, 'why.html');
  const args = [
    MODEL('gpt2'),
    '--input-ids',
    '[15,22]',
    '--num-beams',
    '2',
    '--max-new-tokens',
    '3',
    '--language',
    'en',
  ];
  const { explained } = JSON.parse((await generate(...args, '--html', page, '--json')).out) as {
    explained: GenerationStory;
  };
  const stored = /<script type="application\/json" id="story">(.*?)<\/script>/s.exec(readFileSync(page, 'utf8'))?.[1];
  expect(JSON.parse(stored as string)).toEqual(explained);
  expect(explained.tree?.nodes.filter(({ step }) => step === 0)).toHaveLength(4);
  expect(explained.rows).toHaveLength(2);
  const table = (
    await generate(...args.slice(0, 3), '--max-new-tokens', '2', '--do-sample', '--explain', '2', '--language', 'en')
  ).out;
  expect(table).toMatch(
    /Text 1 \(%: model → top_k\)\n {3}1 \d+ +\d+\.\d\d bits entropy \d\.\d\d→\d\.\d\d {2}\d+ \d+\.\d→\d+\.\d/,
  );
});

test('what is wrong is said', async () => {
  const model = MODEL('gpt2');
  await expect(generate(model)).rejects.toThrow('expected one of --prompt, --input-ids and --inputs, got none');
  await expect(generate(model, '--input-ids', '[1,"a"]')).rejects.toThrow('--input-ids: expected a list of ids');
  await expect(generate(model, '--input-ids', '[1')).rejects.toThrow('--input-ids: expected JSON');
  await expect(generate(model, '--input-ids', '[1]', '--num-beams', '0')).rejects.toMatchObject({
    name: 'UsageError',
    message: 'num_beams: expected a whole number >= 1, got 0 (the command line)',
  });
  await expect(generate(model, '--input-ids', '[1]', '--top-p', 'x')).rejects.toThrow(
    "--top-p: expected a number, got 'x'",
  );
  await expect(generate(model, '--input-ids', '[1]', '--num-return-sequences', '2')).rejects.toMatchObject({
    name: 'UsageError',
  });
  await expect(generate(model, '--prompt', 'x')).rejects.toThrow('expected a tokenizer beside the model, got none');
  const { notes } = await generate(model, '--input-ids', '[5]', '--temperature', '0.5', '--max-new-tokens', '1');
  expect(notes).toContain('note: temperature has no effect without do_sample');
});
