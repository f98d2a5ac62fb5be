// Classifiers of pictures, sounds and clips that start from another model: what training begins with, value by value. On files made here.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type NdArray, ndArray } from '../src/array/index.ts';
import { saveCheckpoint } from '../src/checkpoints/index.node.ts';
import { decodeSafetensors } from '../src/checkpoints/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { type HubConfig, modelFor, parameterSpecs, toFileNames } from '../src/models/index.ts';
import { initializeParameters } from '../src/nn/index.ts';
import { openModel, prepareJob, type TrainOptions, trainRun } from '../src/tasks/index.node.ts';
import { type Job, runForward } from '../src/tasks/index.ts';
import { pictures } from '../src/tasks/sense-classification/pictures.ts';
import { sounds } from '../src/tasks/sense-classification/sounds.ts';
import { pngOf } from '../src/tokens/index.node.ts';
import { imageProcessorFromJson, picture, processPicture, type Sound } from '../src/tokens/index.ts';
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

const small = { image_size: 8, num_channels: 3, patch_size: 4, num_labels: 2 };
const sizes = { hidden_size: 12, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 24 };
const imageNet = { image_mean: [0.485, 0.456, 0.406], image_std: [0.229, 0.224, 0.225] };

/** A checkpoint of random weights; biases too, which begin at 0. */
async function checkpoint(name: string, config: HubConfig, preprocessor?: object): Promise<string> {
  const model = modelFor({ ...small, ...sizes, ...config });
  const parameters = initializeParameters(parameterSpecs(model), 7);
  for (const [i, array] of Object.values(parameters).entries())
    array.data.forEach((_, at) => {
      array.data[at] = Math.sin(3 * at + i) / 2;
    });
  const files = preprocessor ? { 'preprocessor_config.json': JSON.stringify(preprocessor) } : {};
  await saveCheckpoint(join(dir, name), { config: model.config, arrays: toFileNames(model, parameters), files });
  return join(dir, name);
}

const speckled = picture(
  8,
  8,
  3,
  Uint8Array.from({ length: 192 }, (_, i) => (i * 97) % 256),
);

/** What `vit-finetune` begins with from a start, and what it tells. */
async function begun(start: string, settings: Readonly<Record<string, unknown>> = {}): Promise<[Job, string]> {
  const notes: string[] = [];
  for (const part of ['train', 'validation', 'test'])
    for (const label of ['a', 'b']) {
      mkdirSync(join(dir, 'still', part, label), { recursive: true });
      writeFileSync(join(dir, 'still', part, label, '0.png'), await pngOf(speckled));
    }
  const recipe = recipeWith('vit-finetune', {
    ...{ 'data.id': join(dir, 'still'), startFrom: start, 'train.batchSize': 2, augment: [] },
    ...{ 'tokens.size': 8, 'tokens.channels': 3, 'tokens.patch': 4 },
    ...{ 'model.dim': 12, 'model.layers': 2, 'model.heads': 2, 'model.ffnDim': 24, ...settings },
  });
  const job = await prepareJob(recipe, {
    ...{ runtime: await nodeRuntime(), session: { threads: 1 }, folders: [], versions: {} },
    note: (text) => void notes.push(text),
  });
  await job.release();
  return [job, notes.join('\n')];
}

/** States of `speckled` behind the last block, through a preprocessor. */
async function statesOf(
  { model, parameters }: Pick<Awaited<ReturnType<typeof openModel>>, 'model' | 'parameters'>,
  preprocessor: string,
): Promise<number[]> {
  const { shape, data } = processPicture(speckled, imageProcessorFromJson(JSON.parse(preprocessor)));
  const options = { want: ['hidden_states.2'], runtime: await nodeRuntime() };
  const inputs = { pixel_values: ndArray('float32', [1, ...shape], data) };
  const { 'hidden_states.2': states } = await runForward(model, parameters, inputs, options);
  return Array.from((states as NdArray).data, Number);
}

const plain = { image_processor_type: 'ViTImageProcessor', size: { height: 8, width: 8 }, resample: 3, ...imageNet };

test.each([
  [
    'a ViT with ReLU and norms of its own, without biases of queries',
    { architectures: ['ViTForImageClassification'], model_type: 'vit' },
    { hidden_act: 'relu', layer_norm_eps: 1e-2, qkv_bias: false, initializer_range: 0.5 },
  ],
  ['a ViT that says nothing of it', { architectures: ['ViTModel'], model_type: 'vit' }, {}],
  [
    'a DINOv2, whose layer scale goes into the projections',
    { architectures: ['Dinov2ForImageClassification'], model_type: 'dinov2', mlp_ratio: 2, layerscale_value: 0.3 },
    {},
  ],
])('a run begins with the function and the scale of its start: %s', async (name, config, more) => {
  const start = await checkpoint(name, { ...config, ...more }, plain);
  const [job, notes] = await begun(start);
  const preprocessor = job.files['preprocessor_config.json'] as string;
  const before = await statesOf(await openModel(start), JSON.stringify(plain));
  const after = await statesOf({ model: job.model, parameters: job.initial }, preprocessor);
  after.forEach((value, i) => {
    expect(value).toBeCloseTo(before[i] as number, 4);
  });
  expect(JSON.parse(preprocessor)).toMatchObject({ ...imageNet, resample: 3 });
  const silent = { layer_norm_eps: config.model_type === 'vit' ? 1e-12 : 1e-6, hidden_act: 'gelu' };
  expect(job.model.config).toMatchObject({ ...silent, ...more });
  expect(notes).not.toContain('preprocessor');
  expect(notes.includes('layer scale folded: 4 factors')).toBe(config.model_type === 'dinov2');
});

test('what cannot be taken from a start is told, other heads are refused', async () => {
  const vit = { architectures: ['ViTForImageClassification'], model_type: 'vit' };
  const cropping = { ...plain, image_processor_type: 'BitImageProcessor', size: { shortest_edge: 20 }, crop_size: 16 };
  const [grey, told] = await begun(await checkpoint('cropping', vit, cropping), { 'tokens.channels': 1 });
  expect(told).toContain(
    'preprocessor resized: pictures the shorter side to 20, cropped to 16×16 before, to 8×8 now\npreprocessor channels: mean and deviation of 3 averaged for 1',
  );
  const { image_mean, image_std } = JSON.parse(grey.files['preprocessor_config.json'] as string);
  expect([...image_mean, ...image_std]).toEqual([expect.closeTo(0.449, 9), expect.closeTo(0.226, 9)]);
  const ast = { feature_extractor_type: 'ASTFeatureExtractor', mean: -4, std: 4 };
  for (const [name, other, reason] of [
    ['bare', undefined, 'it has no preprocessor_config.json'],
    ['heard', ast, 'imageProcessorFromJson: expected image_processor_type of ViT'],
  ] as const) {
    const [job, notes] = await begun(await checkpoint(name, vit, other));
    expect(notes).toContain(`preprocessor initialized: mean and deviation are not the start's, ${reason}`);
    expect(JSON.parse(job.files['preprocessor_config.json'] as string)).toMatchObject({ image_mean: [0.5, 0.5, 0.5] });
  }
  await expect(begun(await checkpoint('many', { ...vit, num_attention_heads: 3 }, plain))).rejects.toThrow(
    'startFrom: expected an encoder of 2 heads, as model.heads says, got 3 (ViTForImageClassification)',
  );
  const repeated = pictures.preprocessorOf({ size: 8, channels: 3, patch: 4 }, [], {
    preprocessor: { do_convert_rgb: false, image_mean: [0.13], image_std: [0.3], do_rescale: false },
    note: () => undefined,
  });
  expect(await repeated).toMatchObject({
    image_mean: [0.13, 0.13, 0.13],
    image_std: [0.3, 0.3, 0.3],
    do_rescale: false,
  });
});

test('sounds keep the mean and deviation of a start whose features are of the same kind', async () => {
  const tokens = { rate: 8000, mels: 16, frames: 8, patch: 8, stride: [8, 8] } as const;
  const preprocessor = { feature_extractor_type: 'ASTFeatureExtractor', sampling_rate: 8000, num_mel_bins: 16 };
  const tone: Sound = { rate: 8000, channels: [Float32Array.from({ length: 900 }, (_, i) => Math.sin(i / 3))] };
  const sample = [{ id: 'tone', label: 'a', load: async () => tone }];
  const notes: string[] = [];
  const made = (start: object): unknown =>
    sounds.preprocessorOf(tokens, sample, {
      preprocessor: { ...preprocessor, ...start },
      note: (text) => notes.push(text),
    });
  expect(await made({ mean: -4, std: 3 })).toMatchObject({ do_normalize: true, mean: -4, std: 3, max_length: 8 });
  expect(await made({ do_normalize: false })).toMatchObject({ do_normalize: false });
  expect(notes).toEqual([]);
  const measured = await sounds.preprocessorOf(tokens, sample);
  expect(await made({ mean: -4, std: 3, num_mel_bins: 128 })).toEqual(measured);
  expect(await made({ feature_extractor_type: 'ViTFeatureExtractor' })).toEqual(measured);
  expect(notes).toEqual([
    "preprocessor measured: mean and deviation are not the start's, which are for 128 mels at 8000 Hz, not 16 mels at 8000 Hz",
    expect.stringContaining(
      "preprocessor initialized: mean and deviation are not the start's, soundProcessorFromJson: ",
    ),
  ]);
});
