// Stochastic depth and layer scale in ViT's relatives: rates grow with depth, a branch is left out for whole examples, evaluation knows
// nothing of it; factors are learned beside the projections and folded into them.
import { expect, test } from 'vitest';
import { float32, type NamedArrays, type NdArray, Random, toNumbers } from '../array/index.ts';
import { gradients, input, interpret, multiply, sum, type Tensor, trace, writeOnnx } from '../graph/index.ts';
import { initializeParameters, Module } from '../nn/index.ts';
import { fillMask } from '../train/mask-kernel.ts';
import type { HubConfig } from './architecture.ts';
import { foldLayerScales } from './layer-scale.ts';
import { parameterSpecs } from './load.ts';
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

test('the mean over many masks is the undropped branch', () => {
  const COUNT = 2000;
  const { result, feeds } = traced(0.4, true);
  const own = 'mask:encoder.layers.2.feed_forward_drop_path';
  const at = (value: number): readonly number[] => {
    const others = ['1.attention', '1.feed_forward', '2.attention'].map(
      (name) => `mask:encoder.layers.${name}_drop_path`,
    );
    const ones = Object.fromEntries(others.map((name) => [name, float32([2, 1, 1], [1, 1])]));
    const [last] = interpret(result, { ...feeds, ...ones, [own]: float32([2, 1, 1], [value, value]) });
    return Array.from(last?.data ?? [], Number);
  };
  // the stream is linear in the last mask, so the mean of the streams is the stream at the mean of the masks
  const masks = new Float32Array(COUNT);
  fillMask(masks, 0.4, { seed: 5, step: 1, site: own });
  expect(masks.filter((value) => value === 0).length / COUNT).toBeCloseTo(0.4, 1);
  const mean = masks.reduce((total, value) => total + value, 0) / COUNT;
  const [undropped, averaged, without] = [at(1), at(mean), at(0)];
  const branch = Math.max(...undropped.map((value, i) => Math.abs(value - (without[i] as number))));
  const off = Math.max(...undropped.map((value, i) => Math.abs(value - (averaged[i] as number))));
  // four standard errors of a mask that is 0 or 1 / 0.6
  expect(off / branch).toBeLessThan(4 * Math.sqrt(0.4 / 0.6 / COUNT));
});

const scaledConfig = { ...config, architectures: ['ViTForImageClassification'], layerscale_value: 0.3, num_labels: 3 };

/** A scaled model with factors that differ, and the plain one with the factors folded. */
function scaledAndFolded() {
  const [scaled, plain] = [modelFor(scaledConfig), modelFor({ ...scaledConfig, layerscale_value: 0 })];
  const first = initializeParameters(parameterSpecs(scaled), 3);
  const changed = Object.entries(first).map(([name, array]) => {
    // wide enough that every path matters
    const values = toNumbers(array).map((value) => value + 0.3 * random.normal());
    return [name, float32(array.shape, values)];
  });
  const parameters: NamedArrays = Object.fromEntries(changed);
  return { scaled, plain, first, parameters };
}

function lossOf(model: ReturnType<typeof modelFor>, training = false) {
  const module = Module.root({ training });
  return trace(() => {
    const { logits } = model.forward(module, { pixel_values: input('pixel_values', 'float32', [2, 1, 4, 4]) }).values;
    const loss = sum(multiply(logits as Tensor, logits as Tensor));
    const scales = [...module.context.tensors].filter(([name]) => name.endsWith('_scale.scale'));
    return { loss, logits: logits as Tensor, scales };
  }).result;
}

test('layer scale: a factor a channel for both sub-layers of every block, of the first value; folded, the plain model gives the same', () => {
  const { scaled, plain, first, parameters } = scaledAndFolded();
  const names = Object.keys(first).filter((name) => name.endsWith('.scale'));
  expect(names).toEqual(
    [0, 1, 2].flatMap((layer) =>
      ['attention', 'feed_forward'].map((part) => `encoder.layers.${layer}.${part}_scale.scale`),
    ),
  );
  for (const name of names)
    expect(Array.from(first[name]?.data as Float32Array)).toEqual(Array(8).fill(Math.fround(0.3)));
  const folded = foldLayerScales(parameters);
  expect(Object.keys(folded)).toEqual([...parameterSpecs(plain).keys()]);
  const [expected] = interpret([lossOf(scaled).logits], { ...parameters, pixel_values });
  const [found] = interpret([lossOf(plain).logits], { ...folded, pixel_values });
  const unfolded = Object.fromEntries(Object.entries(parameters).filter(([name]) => !name.endsWith('.scale')));
  const [other] = interpret([lossOf(plain).logits], { ...unfolded, pixel_values });
  const difference = (a: typeof found): number =>
    Math.max(...Array.from(expected?.data ?? [], (value, i) => Math.abs(Number(value) - Number(a?.data[i]))));
  expect(difference(found)).toBeLessThan(1e-5);
  expect(difference(other)).toBeGreaterThan(0.05);
  const { 'encoder.layers.0.attention.output.bias': _, ...lacking } = parameters;
  expect(() => foldLayerScales(lacking)).toThrow(/expected 'encoder.layers.0.attention.output.bias' beside/);
});

test('layer scale under stochastic depth: gradients of the factors are central differences', () => {
  const { parameters } = scaledAndFolded();
  const model = modelFor({ ...scaledConfig, drop_path_rate: 0.5 });
  const { loss, scales } = lossOf(model, true);
  const derived = gradients(
    loss,
    scales.map(([, tensor]) => tensor),
  );
  const masks = [1, 2].flatMap((layer) =>
    ['attention', 'feed_forward'].map((part) => `mask:encoder.layers.${layer}.${part}_drop_path`),
  );
  // kept for one example, left out for the other, in turn
  const drawn = Object.fromEntries(masks.map((name, i) => [name, float32([2, 1, 1], i % 2 ? [2, 0] : [0, 2])]));
  const feeds = { ...parameters, ...drawn, pixel_values };
  const found = interpret(derived, feeds);
  const lossAt = (name: string, channel: number, step: number): number => {
    const array = parameters[name] as NdArray<'float32'>;
    const moved = Float32Array.from(array.data);
    moved[channel] = (moved[channel] as number) + step;
    return Number(interpret([loss], { ...feeds, [name]: float32(array.shape, moved) })[0]?.data[0]);
  };
  for (const [i, [name]] of scales.entries()) {
    const central = (lossAt(name, 3, 1e-3) - lossAt(name, 3, -1e-3)) / 2e-3;
    expect(Math.abs(central)).toBeGreaterThan(1e-4);
    expect(Math.abs(Number(found[i]?.data[3]) - central)).toBeLessThan(1e-3 * Math.max(1, Math.abs(central)));
  }
});
