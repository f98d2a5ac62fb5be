// Stochastic depth in ViT's relatives: rates grow with depth, a branch is left out for whole examples, evaluation knows nothing of it.
import { expect, test } from 'vitest';
import { float32, Random } from '../array/index.ts';
import { input, interpret, type Tensor, trace, writeOnnx } from '../graph/index.ts';
import { initializeParameters, Module } from '../nn/index.ts';
import type { HubConfig } from './architecture.ts';
import { modelFor } from './registry.ts';

const config: HubConfig = {
  ...{ model_type: 'vit', architectures: ['ViTModel'], hidden_size: 8, num_hidden_layers: 3, num_attention_heads: 2 },
  ...{ intermediate_size: 8, image_size: 4, patch_size: 2, num_channels: 1, hidden_dropout_prob: 0 },
};
const random = new Random({ seed: 2 });
const pixel_values = float32(
  [2, 1, 4, 4],
  Array.from({ length: 32 }, () => random.normal()),
);

function traced(rate: number, training: boolean) {
  const model = modelFor({ ...config, drop_path_rate: rate });
  const module = Module.root({ training });
  const { result } = trace(() => {
    const { states } = model.forward(module, { pixel_values: input('pixel_values', 'float32', [2, 1, 4, 4]) });
    return ['hidden_states.3', 'hidden_states.1'].map((name) => states[name] as Tensor);
  });
  return { result, feeds: { ...initializeParameters(module.context.specs, 3), pixel_values } };
}

const masksOf = ([last]: readonly Tensor[]) =>
  writeOnnx({ last: last as Tensor }, { backend: { fusedKernels: false } }).inputs.filter(
    ({ kind }) => kind === 'mask',
  );

test('masks: one number an example and sub-layer, with rates from 0 in the first block to the rate in the last', () => {
  const masks = masksOf(traced(0.4, true).result);
  expect(Object.fromEntries(masks.map(({ name, rate }) => [name, rate]))).toEqual({
    'mask:encoder.layers.1.attention_drop_path': 0.2,
    'mask:encoder.layers.1.feed_forward_drop_path': 0.2,
    'mask:encoder.layers.2.attention_drop_path': 0.4,
    'mask:encoder.layers.2.feed_forward_drop_path': 0.4,
  });
  for (const { shape } of masks) expect(shape).toEqual([2, 1, 1]);
  expect(masksOf(traced(0.4, false).result)).toEqual([]);
  expect(masksOf(traced(0, true).result)).toEqual([]);
});

test('an example whose branches are left out leaves the first block as it came; the other is as in evaluation', () => {
  const { result, feeds } = traced(0.4, true);
  const names = [1, 2].flatMap((layer) =>
    ['attention', 'feed_forward'].map((part) => `mask:encoder.layers.${layer}.${part}_drop_path`),
  );
  const masks = Object.fromEntries(names.map((name) => [name, float32([2, 1, 1], [0, 1])]));
  const [last, first] = interpret(result, { ...feeds, ...masks });
  const [evaluated] = interpret(traced(0.4, false).result, feeds);
  const half = (last?.data.length ?? 0) / 2;
  expect(Array.from(last?.data.slice(0, half) ?? [])).toEqual(Array.from(first?.data.slice(0, half) ?? []));
  expect(Array.from(last?.data.slice(half) ?? [])).toEqual(Array.from(evaluated?.data.slice(half) ?? []));
  expect(Array.from(last?.data.slice(0, half) ?? [])).not.toEqual(Array.from(evaluated?.data.slice(0, half) ?? []));
});
