// A trained Llama (test data `stories260k`, converted on the spot) tells the story that its source tells, token by token from the cache.
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { convertStories260k } from '../scripts/convert-stories260k.ts';
import { float32, int64, type NamedArrays, type NdArray } from '../src/array/index.ts';
import { dataFolders, findDataset } from '../src/data/index.node.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { openModel } from '../src/tasks/index.node.ts';
import { ModelRunner } from '../src/tasks/index.ts';

const STORY =
  'Once upon a time, there was a little girl named Lily. She loved to play outside in the park. One day, she saw a big, red ball. She wanted to play with it, but it was too high.';
const source = await findDataset('stories260k', dataFolders(process.env));

test.skipIf(!source)('stories260K tells its story (needs TESSERAE_DATA with weights/stories260k)', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'tesserae-stories-'));
  try {
    const folder = join(parent, 'model');
    await mkdir(folder);
    await convertStories260k(source as string, folder);
    const { model, parameters } = await openModel(folder);
    const past = Object.entries(model.precomputed ?? {});
    const runner = await ModelRunner.create(model, {
      runtime: await nodeRuntime(),
      inputs: ['input_ids', ...past.map(([name]) => name)],
      want: ['logits', 'cache'],
    });
    let cache: NamedArrays = Object.fromEntries(
      past.map(([name, { shape }]) => [name, float32([1, shape[1] as number, 0, shape[3] as number], [])]),
    );
    const { vocab } = JSON.parse(await readFile(join(folder, 'tokenizer.json'), 'utf8')).model;
    const pieces = new Map(Object.entries(vocab as Record<string, number>).map(([piece, id]) => [id, piece]));
    let [token, text] = [1, ''];
    while (text.length < STORY.length + 1) {
      const out = await runner.run(parameters, { input_ids: int64([1, 1], [token]), ...cache });
      const scores = (out.logits as NdArray<'float32'>).data;
      token = scores.reduce((best, score, id) => (score > (scores[best] as number) ? id : best), 0);
      text += pieces.get(token)?.replaceAll('▁', ' ').replace('<0x0A>', '\n');
      cache = Object.fromEntries(
        past.map(([name]) => [name, out[name.replace('past_key_values', 'present')] as NdArray]),
      );
    }
    await runner.release();
    expect(text).toBe(` ${STORY}`);
  } finally {
    await rm(parent, { recursive: true, force: true });
  }
});
