// Rows, seeds and signals of the pipelines that go from text to text, and one answer a text for everything else.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { speaking, tokenizerOf } from '../../../test/speaking.ts';
import { nodeRuntime } from '../../graph/index.node.ts';
import { openAnswerer, pipeline } from '../index.node.ts';

const dir = mkdtempSync(join(tmpdir(), 'tesserae-rows-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const translator = speaking(dir, 'MarianMTModel', tokenizerOf('bert-words'));
const TEXTS = ['moon', 'red', 'good', 'sun'];
const beams = { num_beams: 4, num_return_sequences: 2, max_new_tokens: 6 };

test('several rows of each text are its own rows', async () => {
  const run = await pipeline('text2text-generation', translator);
  const alone = [];
  for (const text of TEXTS) alone.push(await run(text, beams));
  for (const rows of alone) expect(new Set(rows.map((row) => row.generated_text)).size).toBe(2);
  expect(new Set(alone.map((rows) => JSON.stringify(rows))).size).toBe(TEXTS.length);
  expect(await run(TEXTS, beams)).toEqual(alone);
  expect(await run([TEXTS[1] as string], beams)).toEqual([alone[1]]);
  // one row: as many results as texts, the best of each
  const best = alone.map(([first]) => first);
  expect(await run(TEXTS, { ...beams, num_return_sequences: 1 })).toEqual(best);
  expect(await run(TEXTS[1] as string, { ...beams, num_return_sequences: 1 })).toEqual([best[1]]);
  await expect(run('good', { num_beams: 0 })).rejects.toThrow('num_beams: expected a whole number >= 1, got 0');
  await run.dispose();
  const translate = await pipeline('translation', translator);
  expect(await translate(TEXTS, beams)).toEqual(
    alone.map((rows) => rows.map((row) => ({ translation_text: row.generated_text }))),
  );
  await translate.dispose();
});

test('a folder that asks for several rows: answers are the best one', async () => {
  writeFileSync(join(translator, 'generation_config.json'), JSON.stringify(beams));
  try {
    const run = await pipeline('text2text-generation', translator);
    const alone = [];
    for (const text of TEXTS) alone.push(await run(text));
    await run.dispose();
    expect(alone.map(({ length }) => length)).toEqual([2, 2, 2, 2]);
    const best = alone.map(([first]) => first?.generated_text);
    const context = { runtime: await nodeRuntime(), session: {}, folders: [], note: () => undefined };
    const answerer = await openAnswerer(translator, context);
    const answers = (await answerer.answer(TEXTS)) as { generated_text: string }[];
    expect(answers.map((answer) => answer.generated_text)).toEqual(best);
    await answerer.release();
  } finally {
    rmSync(join(translator, 'generation_config.json'));
  }
});

test('the seed decides what is drawn, the signal ends it', async () => {
  const run = await pipeline('text2text-generation', translator);
  const drawn = (seed?: number): Promise<unknown> =>
    run(TEXTS, { do_sample: true, temperature: 3, max_new_tokens: 8, ...(seed === undefined ? {} : { seed }) });
  expect(await drawn(1)).toEqual(await drawn(1));
  expect(await drawn(1)).not.toEqual(await drawn(2));
  expect(await drawn()).toEqual(await drawn(0));
  const signal = AbortSignal.abort(new Error('stopped'));
  await expect(run(TEXTS, { signal })).rejects.toThrow('stopped');
  await run.dispose();
});
