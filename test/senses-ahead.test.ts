// Coded clips and sounds in threads ahead of the device: the same batches, and the decoder, which two threads of a process may not load, never
// in them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { NdArray } from '../src/array/index.ts';
import { batchPool } from '../src/data/index.node.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { prepareJob, type TrainOptions } from '../src/tasks/index.node.ts';
import { greyMp4, opusWebm } from './coded-media.ts';
import { recipeWith } from './recipe-with.ts';
import { readHere } from './senses-thread.ts';

const dir = mkdtempSync(join(tmpdir(), 'tesserae-senses-ahead-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Four grey frames of 32 × 32 that get brighter from the first one's grey by a step. */
const clip = (first: number, step: number): Promise<Uint8Array> =>
  greyMp4(
    32,
    [0, 1, 2, 3].map((i) => new Uint8Array(32 * 32).fill(first + step * i)),
  );

/** A tenth of a second of a tone. */
const tone = (): Promise<Uint8Array> => opusWebm(Float32Array.from({ length: 4800 }, (_, i) => Math.sin(i / 10) / 2));

beforeAll(async () => {
  for (const part of ['train', 'validation', 'test'])
    for (const [label, step] of Object.entries({ brighter: 20, darker: -20 })) {
      mkdirSync(join(dir, 'clips', part, label), { recursive: true });
      for (let i = 0; i < 2; i++)
        writeFileSync(join(dir, 'clips', part, label, `${i}.mp4`), await clip(110 + 10 * i, step));
    }
  writeFileSync(join(dir, 'tone.webm'), await tone());
});

test('a thread has the clips and sounds of the main thread without loading their decoder', async () => {
  const [path, broken] = [join(dir, 'clips', 'train', 'brighter', '0.mp4'), join(dir, 'broken.mp4')];
  writeFileSync(broken, 'no video');
  const options = [path, join(dir, 'tone.webm'), broken];
  const module = new URL('./senses-thread.ts', import.meta.url).href;
  const pool = batchPool({ module, name: 'readHere', options });
  const here = await readHere(options);
  for (const step of [1, 2]) {
    const [[ours], [theirs]] = [await pool.batchesAt(step), await here(step)];
    expect(ours?.values).toEqual(theirs?.values);
    expect([ours?.decoders?.data[0], theirs?.decoders?.data[0]]).toEqual([0, 1]);
  }
  const error = (await pool.batchesAt(3).catch((one: unknown) => one)) as Error;
  expect(error).toMatchObject({ name: 'UnitsError', message: expect.stringContaining(`(${broken})`) });
  await pool.close();
  // video's greys go from 16 to 235
  const brightness = Array.from((await here(1))[0]?.values?.data as Float32Array);
  expect(brightness).toHaveLength(4);
  for (const [i, value] of brightness.entries())
    expect(Math.abs(value - ((110 + 20 * i - 16) * 255) / 219)).toBeLessThan(4);
});

test('a classifier of coded clips trains on the same batches with a thread ahead', async () => {
  const context: TrainOptions = {
    ...{ runtime: await nodeRuntime(), session: { threads: 1 }, folders: [], versions: {}, note: () => undefined },
    out: join(dir, 'run'),
  };
  const recipe = recipeWith('tube-motion', {
    ...{
      'data.id': join(dir, 'clips'),
      'data.options': {},
      'train.batchSize': 4,
      'tokens.size': 16,
      'tokens.frames': 4,
    },
    ...{ 'tokens.channels': 1, 'tokens.kernel': [4, 4, 4], 'model.dim': 12, 'model.layers': 1, 'model.heads': 2 },
    'tokens.tubes': [{ size: [4, 4, 4], stride: [4, 4, 4], offset: [0, 0, 0] }],
  });
  const [plain, ahead] = [await prepareJob(recipe, context), await prepareJob(recipe, { ...context, ahead: 1 })];
  for (const step of [1, 2]) expect(await ahead.batchesAt(step)).toEqual(await plain.batchesAt(step));
  const [batch = {}] = await plain.batchesAt(1);
  const pixels = batch.pixel_values as NdArray<'float32'>;
  expect(pixels.shape).toEqual([4, 4, 1, 16, 16]);
  // the frames of every clip get brighter or darker, as its label says
  for (const [row, label] of Array.from((batch.labels as NdArray).data, Number).entries()) {
    const of = (t: number): number => pixels.data[(4 * row + t) * 256 + 100] as number;
    expect(Math.sign(of(3) - of(0))).toBe(label === 0 ? 1 : -1);
  }
  await Promise.all([plain.release(), ahead.release()]);
});
