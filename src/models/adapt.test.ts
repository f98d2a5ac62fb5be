// Encoders adapted: arrays against torch, whole models against what the adapted weights must still compute.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { float32, type NamedArrays, type NdArray, randomNormal, toNumbers } from '../array/index.ts';
import { input, interpret, trace } from '../graph/index.ts';
import { initializeParameters, Module } from '../nn/index.ts';
import { adaptParameters, type Change } from './adapt.ts';
import type { HubConfig, Model } from './architecture.ts';
import { renameForeign } from './foreign.ts';
import { parameterSpecs } from './load.ts';
import { modelFor } from './registry.ts';
import { adaptChannels, inflateKernel, resamplePositions, resizeKernel } from './resample.ts';
import { settle } from './settle.ts';

const file = join(import.meta.dirname, '..', '..', 'test', 'fixtures', 'resample', 'torch.json');
const golden = JSON.parse(readFileSync(file, 'utf8')) as Record<string, { shape: number[]; data: number[] }>;
const arrayOf = (name: string): NdArray => {
  const { shape, data } = golden[name] as { shape: number[]; data: number[] };
  return float32(shape, data);
};

function expectClose(ours: NdArray, reference: NdArray, tolerance = 1e-5): void {
  expect(ours.shape).toEqual(reference.shape);
  const [x, y] = [toNumbers(ours), toNumbers(reference)];
  expect(Math.max(...x.map((value, i) => Math.abs(value - (y[i] as number))))).toBeLessThan(tolerance);
}

const tower = { hidden_size: 12, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 10 };
const vit = (more: HubConfig = {}): Model =>
  modelFor({
    model_type: 'vit',
    architectures: ['ViTForImageClassification'],
    ...tower,
    image_size: [8, 12],
    patch_size: 4,
    num_labels: 3,
    ...more,
  });
const parametersOf = (model: Model): NamedArrays => initializeParameters(parameterSpecs(model), 3);

/** One output of a model by the reference interpreter. */
function run(model: Model, parameters: NamedArrays, arrays: NamedArrays, output: string): NdArray {
  const settled = settle(model, arrays);
  const { result } = trace(() => {
    const inputs = Object.entries(settled.inputs).map(([name]) => {
      const spec = settled.model.inputs[name] as Model['inputs'][string];
      return [name, input(name, spec.dtype, spec.shape)] as const;
    });
    return settled.model.forward(Module.root({ training: false }), Object.fromEntries(inputs));
  });
  const wanted = result.values[output];
  if (!wanted) throw new Error(`no ${output}`);
  const [value] = interpret([wanted], { ...parameters, ...settled.inputs });
  return float32(value?.shape ?? [], Float32Array.from(value?.data ?? []));
}

const pixels = (...shape: number[]): NdArray => randomNormal({ seed: 7, site: 'pixels' }, shape, 1);
const told = (changes: readonly Change[]): string[] =>
  changes.map(({ parameter, what }) => `${parameter} ${what}`).sort();

test('positions, kernels and tubes as torch resamples them', () => {
  const table = arrayOf('table');
  const grids = [
    { special: 2, grid: [3, 4] },
    { special: 2, grid: [5, 2] },
  ] as const;
  expectClose(resamplePositions(table, grids[0], grids[1]), arrayOf('positions'));
  expect(toNumbers(resamplePositions(table, grids[0], grids[0]))).toEqual(toNumbers(table));
  const one = resamplePositions(table, grids[0], { special: 1, grid: [3, 4] });
  expect(toNumbers(one)).toEqual([...toNumbers(table).slice(0, 3), ...toNumbers(table).slice(6)]);
  const kernel = arrayOf('kernel');
  expectClose(resizeKernel(kernel, [6, 7]), arrayOf('larger'), 2e-5);
  expectClose(resizeKernel(kernel, [3, 2]), arrayOf('smaller'), 2e-5);
  expectClose(resizeKernel(kernel, [6, 3], 'interpolate'), arrayOf('interpolated'));
  expectClose(inflateKernel(kernel, [2, 3, 3]), arrayOf('inflated'));
});

test('a grey picture gives what its colour copy gave; repeated channels keep the sum', () => {
  const kernel = arrayOf('kernel');
  const sums = (array: NdArray): number[] => {
    const [dim = 0, channels = 0, ...size] = array.shape;
    const area = size.reduce((a, b) => a * b, 1);
    const values = toNumbers(array);
    return Array.from({ length: dim * area }, (_, i) => {
      const [d, at] = [Math.floor(i / area), i % area];
      return Array.from({ length: channels }, (_, c) => values[(d * channels + c) * area + at] as number).reduce(
        (a, b) => a + b,
      );
    });
  };
  sums(adaptChannels(kernel, 1)).forEach((sum, i) => {
    expect(sum).toBeCloseTo(sums(kernel)[i] as number, 5);
  });
  sums(adaptChannels(kernel, 6)).forEach((sum, i) => {
    expect(sum).toBeCloseTo(sums(kernel)[i] as number, 5);
  });
});

test('a ViT for larger pictures computes what the old one computes with interpolated positions', () => {
  const [small, large] = [vit(), vit({ image_size: [16, 8] })];
  const source = { model: small, parameters: parametersOf(small) };
  const { parameters, changes } = adaptParameters(source, large, { seed: 1 });
  expect(changes).toEqual([
    { parameter: 'embeddings.positions', what: 'resampled', detail: 'grid 2×3 to 4×2, bicubic' },
  ]);
  const picture = { pixel_values: pixels(2, 3, 16, 8) };
  const flag = { interpolate_pos_encoding: float32([], [1]) };
  expectClose(
    run(large, parameters, picture, 'logits'),
    run(small, source.parameters, { ...picture, ...flag }, 'logits'),
  );
});

test('other patches, channels and classes are told; what did not change is copied', () => {
  const small = vit();
  const source = { model: small, parameters: parametersOf(small) };
  const target = vit({ image_size: [12, 18], patch_size: 6, num_channels: 1, num_labels: 5 });
  const { parameters, changes } = adaptParameters(source, target, { seed: 1 });
  expect(told(changes)).toEqual([
    'classifier.bias initialized',
    'classifier.weight initialized',
    'embeddings.patches.weight channels',
    'embeddings.patches.weight resized',
  ]);
  expect(parameters['embeddings.positions']).toBe(source.parameters['embeddings.positions']);
  // a patch and its kernel enlarged together keep their product
  const grey = resizeKernel(adaptChannels(source.parameters['embeddings.patches.weight'] as NdArray, 1), [6, 6]);
  expect(toNumbers(parameters['embeddings.patches.weight'] as NdArray)).toEqual(toNumbers(grey));
  const again = adaptParameters(source, small, { seed: 1, replace: /^classifier\.weight$/ });
  expect(told(again.changes)).toEqual(['classifier.weight initialized']);
  expect(() => adaptParameters(source, vit({ hidden_size: 24 }), { seed: 1 })).toThrow(
    /expected '.*' \[.*24.*\] in ViTForImageClassification/,
  );
});

test('a ViT becomes an audio encoder and a video encoder', () => {
  const small = vit();
  const source = { model: small, parameters: parametersOf(small) };
  const ast = modelFor({
    model_type: 'audio-spectrogram-transformer',
    ...tower,
    patch_size: 4,
    frequency_stride: 2,
    time_stride: 3,
    max_length: 14,
    num_mel_bins: 8,
  });
  const sound = adaptParameters(source, ast, { seed: 1 });
  expect(told(sound.changes)).toEqual([
    'classifier.bias dropped',
    'classifier.weight dropped',
    'embeddings.distillation_token copied from',
    'embeddings.patches.weight channels',
    'embeddings.positions resampled',
  ]);
  expect(run(ast, sound.parameters, { input_values: pixels(1, 14, 8) }, 'pooler_output').shape).toEqual([1, 12]);
  const clips = modelFor({
    model_type: 'tube-vit',
    ...tower,
    kernel_size: [1, 4, 4],
    num_frames: 4,
    image_size: 8,
    tubes: [{ size: [1, 4, 4], stride: [2, 4, 4] }],
  });
  const video = adaptParameters(source, clips, { seed: 1 });
  expect(told(video.changes)).toEqual([
    'classifier.bias dropped',
    'classifier.weight dropped',
    'embeddings.bias copied from',
    'embeddings.kernel inflated',
    'embeddings.positions dropped',
    'pooling.bias initialized',
    'pooling.weight initialized',
  ]);
  // a tube of one frame is the patch itself
  expect(toNumbers(video.parameters['embeddings.kernel'] as NdArray)).toEqual(
    toNumbers(source.parameters['embeddings.patches.weight'] as NdArray),
  );
});

test('weights of other libraries that are no plain ViT are refused by name', () => {
  const array = (...shape: number[]): NdArray => float32(shape, new Float32Array(shape.reduce((a, b) => a * b, 1)));
  const timm = { 'patch_embed.proj.weight': array(12, 3, 4, 4), pos_embed: array(1, 7, 12) };
  expect(() => renameForeign({ 'conv1.weight': array(1) })).toThrow("timm's or torchvision's names, got conv1.weight");
  expect(() => renameForeign({ ...timm, 'fc_norm.weight': array(12) })).toThrow(
    "plain ViT or DeiT, got 'fc_norm.weight'",
  );
  expect(() => renameForeign(timm)).toThrow('got none for width 12 (timm)');
  expect(() => renameForeign(timm, { heads: 2 })).toThrow('6 positions are no square');
  expect(renameForeign(timm, { heads: 2, imageSize: [8, 12] }).config).toMatchObject({
    image_size: [8, 12],
    patch_size: 4,
  });
});
