// Batches from threads: bit for bit those of the plain way, in any order of asking, with the maker's errors.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { imageProcessorFromJson } from '../tokens/index.ts';
import {
  type BatchPool,
  batchPool,
  type PictureBatchOptions,
  pictureBatches,
  pictureBatchSource,
} from './index.node.ts';
import { DataError } from './index.ts';

const root = mkdtempSync(join(tmpdir(), 'tesserae-pool-'));
const processor = imageProcessorFromJson({ image_processor_type: 'ViTImageProcessor', size: { height: 8, width: 8 } });
const options: PictureBatchOptions = {
  ...{ set: root, folders: [], processor, batchSize: 5, seed: 11 },
  augment: [{ kind: 'resized-crop' }, { kind: 'flip' }, { kind: 'rand-augment' }, { kind: 'erase' }, { kind: 'mixup' }],
};
const source = (changes: Partial<PictureBatchOptions> = {}) => pictureBatchSource({ ...options, ...changes });
const pools: BatchPool[] = [];
const open = (...given: Parameters<typeof batchPool>): BatchPool => {
  const pool = batchPool(...given);
  pools.push(pool);
  return pool;
};

beforeAll(async () => {
  for (const [l, label] of ['a', 'b'].entries()) {
    mkdirSync(join(root, label));
    for (let i = 0; i < 12; i++) {
      const data = Uint8Array.from({ length: 300 }, (_, k) => (k * (i + 3) + 90 * l) % 256);
      const png = sharp(data, { raw: { width: 10, height: 10, channels: 3 } }).png();
      writeFileSync(join(root, label, `${i}.png`), await png.toBuffer());
    }
  }
});
afterAll(() => Promise.all(pools.map((pool) => pool.close())));

test('threads give the same bytes as the plain way, over epochs, after a jump and back', async () => {
  const plain = await pictureBatches(options);
  const steps = [1, 2, 3, 4, 5, 6, 7, 12, 13, 2];
  const expected = [];
  for (const step of steps) expected.push(await plain(step));
  const [first] = expected[0] ?? [];
  expect(Object.fromEntries(Object.entries(first ?? {}).map(([name, { shape }]) => [name, shape]))).toEqual({
    pixel_values: [5, 3, 8, 8],
    labels: [5],
    partner_labels: [5],
    share: [1],
  });
  for (const threads of [2]) {
    const pool = open(source(), { threads, ahead: 3, last: 13 });
    for (const [i, step] of steps.entries()) expect(await pool.batchesAt(step), `step ${step}`).toEqual(expected[i]);
    expect(pool.waited()).toBeGreaterThan(0);
    await pool.close();
    await expect(pool.batchesAt(1)).rejects.toThrow('expected an open pool');
  }
});

test('one step asked for many times at once, and steps out of order', async () => {
  const plain = await pictureBatches(options);
  const pool = open(source(), { threads: 2 });
  const got = await Promise.all([3, 1, 2, 2].map((step) => pool.batchesAt(step)));
  for (const [i, step] of [3, 1, 2, 2].entries()) expect(got[i]).toEqual(await plain(step));
});

test('errors of the maker come out where they are asked for, with their class', async () => {
  const missing = open(source({ set: join(root, 'nowhere') }));
  await expect(missing.batchesAt(1)).rejects.toThrow(DataError);
  await expect(missing.batchesAt(2)).rejects.toThrow('nowhere');
  const wrong = open({ ...source(), name: 'nothing' });
  await expect(wrong.batchesAt(1)).rejects.toThrow('expected an export nothing, got');
  writeFileSync(join(root, 'a', 'broken.png'), 'no picture');
  const lenient = open(source({ batchSize: 25, skipBroken: true, augment: [] }));
  const [batch] = await lenient.batchesAt(1);
  const plain = await pictureBatches({ ...options, batchSize: 25, skipBroken: true, augment: [] });
  expect(batch).toEqual((await plain(1))[0]);
  expect(() => batchPool(source(), { threads: 0 })).toThrow('got 0');
}, 180_000);
