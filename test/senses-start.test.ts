// A classifier of clips that starts from one of pictures: what training begins with, value by value. On files made here.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { NdArray } from '../src/array/index.ts';
import { saveCheckpoint } from '../src/checkpoints/index.node.ts';
import { decodeSafetensors } from '../src/checkpoints/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { modelFor, parameterSpecs, toFileNames } from '../src/models/index.ts';
import { initializeParameters } from '../src/nn/index.ts';
import { type TrainOptions, trainRun } from '../src/tasks/index.node.ts';
import { pngOf } from '../src/tokens/index.node.ts';
import { picture } from '../src/tokens/index.ts';
import { recipeWith } from './recipe-with.ts';

const dir = mkdtempSync(join(tmpdir(), 'tesserae-senses-start-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('tubes of several frames and another size start from the patches of a ViT, spread over time', async () => {
  const vit = modelFor({
    ...{
      architectures: ['ViTForImageClassification'],
      model_type: 'vit',
      image_size: 8,
      num_channels: 1,
      patch_size: 2,
    },
    ...{ hidden_size: 12, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 24, num_labels: 2 },
  });
  const parameters = initializeParameters(parameterSpecs(vit), 5);
  const still = toFileNames(vit, parameters);
  const given = still['vit.embeddings.patch_embeddings.projection.bias'] as NdArray<'float32'>;
  given.data.set(Array.from({ length: 12 }, (_, i) => i / 8 - 0.5));
  await saveCheckpoint(join(dir, 'vit'), { config: vit.config, arrays: still, dtype: 'float32', files: {} });
  for (const part of ['train', 'validation', 'test'])
    for (const [label, step] of Object.entries({ brighter: 30, darker: -30 })) {
      const clip = join(dir, 'clips', part, label, '0');
      mkdirSync(clip, { recursive: true });
      for (let t = 0; t < 3; t++)
        writeFileSync(join(clip, `${t}.png`), await pngOf(picture(8, 8, 1, new Uint8Array(64).fill(128 + step * t))));
    }
  const notes: string[] = [];
  const context: TrainOptions = {
    ...{ runtime: await nodeRuntime(), session: { threads: 1 }, folders: [], versions: {}, out: join(dir, 'run') },
    note: (text) => void notes.push(text),
  };
  const tubes = [
    { size: [3, 2, 4], stride: [3, 2, 4], offset: [0, 0, 0] },
    { size: [1, 8, 8], stride: [1, 8, 8], offset: [0, 0, 0] },
  ];
  const recipe = recipeWith('tube-motion', {
    ...{ 'data.id': join(dir, 'clips'), 'data.options': {}, startFrom: join(dir, 'vit'), 'tokens.tubes': tubes },
    ...{ 'tokens.frames': 3, 'tokens.size': 8, 'tokens.channels': 1, 'tokens.kernel': [3, 2, 4] },
    ...{ 'model.dim': 12, 'model.layers': 1, 'model.heads': 2, 'model.ffnDim': 24 },
    // steps too small to be seen
    ...{ 'train.learningRate': 1e-30, 'train.steps': 1, 'train.batchSize': 2, 'train.warmup': 0 },
    ...{ 'train.evaluateEvery': 1, 'train.saveEvery': 1 },
  });
  const { dir: run } = await trainRun(recipe, context);
  expect(notes.join('\n')).toMatch(/patches .*2.*2.* to tubes .*3.*2.*4.*, bilinear, spread over time/);
  const moving = decodeSafetensors(readFileSync(join(run, 'model.safetensors')), run).arrays;
  const valuesOf = ({ data }: NdArray): number[] => Array.from(data, Number);
  const of = (arrays: typeof moving, name: string): number[] => valuesOf(arrays[name] as NdArray);
  const patches = of(still, 'vit.embeddings.patch_embeddings.projection.weight');
  const kernel = of(moving, 'tubevit.embeddings.tube_kernel');
  expect(kernel).toHaveLength(12 * 3 * 2 * 4);
  for (let d = 0; d < 12; d++)
    for (let t = 0; t < 3; t++)
      for (let y = 0; y < 2; y++) {
        const [a, b] = patches.slice(4 * d + 2 * y, 4 * d + 2 * y + 2) as [number, number];
        // two columns as four: their centres lie a quarter of the way from the edges
        for (const [x, value] of [a, 0.75 * a + 0.25 * b, 0.25 * a + 0.75 * b, b].entries())
          expect(kernel[((d * 3 + t) * 2 + y) * 4 + x]).toBeCloseTo(value / 3, 7);
      }
  const bias = valuesOf(given);
  expect(of(moving, 'tubevit.embeddings.tube_bias')).toEqual([...bias, ...bias]);
  const query = 'encoder.layer.0.attention.attention.query.weight';
  expect(of(moving, `tubevit.${query}`)).toEqual(of(still, `vit.${query}`));
});
