// Checkpoints of timm's and torchvision's: what their configuration says is heeded or refused; files without head or pooler are bare models.
import { expect, test } from 'vitest';
import { float32, type NamedArrays, type NdArray, randomNormal, toNumbers } from '../array/index.ts';
import type { CheckpointSource } from '../checkpoints/index.ts';
import { input, interpret, trace } from '../graph/index.ts';
import { initializeParameters, Module } from '../nn/index.ts';
import type { HubConfig, Model } from './architecture.ts';
import { inKnownNames, renameForeign } from './foreign.ts';
import { loadParameters, parameterSpecs, toFileNames } from './load.ts';
import { modelFor, modelIn } from './registry.ts';

const array = (...shape: number[]): NdArray => float32(shape, new Float32Array(shape.reduce((a, b) => a * b, 1)));

/** A checkpoint in memory, and whether it was closed. */
function held(arrays: NamedArrays, config: HubConfig): CheckpointSource & { readonly closed: () => boolean } {
  let isClosed = false;
  const of = (name: string): NdArray => arrays[name] as NdArray;
  return {
    ...{ where: 'memory', names: () => Object.keys(arrays), info: of, read: async (name: string) => of(name) },
    config: async () => config,
    file: async () => undefined,
    close: async () => {
      isClosed = true;
    },
    closed: () => isClosed,
  } as unknown as CheckpointSource & { readonly closed: () => boolean };
}

test('heads are those of published models; another width must say how many it has', () => {
  const ofWidth = (dim: number): NamedArrays => ({
    'patch_embed.proj.weight': array(dim, 3, 2, 2),
    pos_embed: array(1, 5, dim),
  });
  const headsOf = (dim: number): unknown => renameForeign(ofWidth(dim)).config.num_attention_heads;
  // timm: vit_tiny, vit_base, vit_large, vit_so400m, vit_huge, vit_giant, vit_gigantic
  expect([192, 768, 1024, 1152, 1280, 1408, 1664].map(headsOf)).toEqual([3, 12, 16, 16, 16, 16, 16]);
  expect(() => renameForeign(ofWidth(128))).toThrow(
    /got none for width 128 \(timm\)\nWrite num_heads into config.json/,
  );
  expect(renameForeign(ofWidth(128), { heads: 4 }).config.num_attention_heads).toBe(4);
});

const timmArrays = {
  ...{ 'patch_embed.proj.weight': array(192, 3, 2, 2), pos_embed: array(1, 5, 192) },
  ...{ 'head.weight': array(4, 192), 'head.bias': array(4) },
};

test.each([
  ['an activation', { model_args: { act_layer: 'gelu_tanh' } }, { hidden_act: 'gelu_pytorch_tanh' }],
  ['sizes and what only training heeds', { model_args: { img_size: 4, drop_path_rate: 0.1 } }, { hidden_act: 'gelu' }],
  ['the class token', { global_pool: 'token' }, { num_labels: 4, architectures: ['ViTForImageClassification'] }],
])("timm's settings: %s", async (_, config, expected) => {
  const source = await inKnownNames(held(timmArrays, { architecture: 'vit', ...config }));
  expect(await source.config()).toMatchObject(expected);
});

test.each([
  [{ model_args: { fc_norm: false } }, 'config.model_args.fc_norm: expected nothing but a plain ViT, got false'],
  [{ model_args: { act_layer: 'mish' } }, 'config.model_args.act_layer: expected one of gelu'],
  [{ global_pool: 'avg' }, 'config.global_pool: expected "token", got "avg" (timm, memory)'],
  [{ model_args: { global_pool: 'avg' } }, 'config.global_pool: expected "token", got "avg"'],
])("timm's settings that a plain ViT does not have are refused, the file closed: %o", async (config, message) => {
  const source = held(timmArrays, config);
  await expect(inKnownNames(source)).rejects.toThrow(message);
  expect(source.closed()).toBe(true);
});

test('without a head a file is a bare model, whatever its pooling was', async () => {
  const { 'head.weight': _, 'head.bias': __, ...bare } = timmArrays;
  const config = await (await inKnownNames(held(bare, { global_pool: 'avg' }))).config();
  expect(config.architectures).toEqual(['ViTModel']);
  const distilled = { ...bare, dist_token: array(1, 1, 192), pos_embed: array(1, 6, 192) };
  expect((await (await inKnownNames(held(distilled, {}))).config()).architectures).toEqual(['DeiTModel']);
});

const small = { hidden_size: 12, num_hidden_layers: 1, num_attention_heads: 2, intermediate_size: 10 };
const pictures = { image_size: 8, patch_size: 4 };

async function outputs(
  model: Model,
  parameters: NamedArrays,
  arrays: NamedArrays,
): Promise<Record<string, readonly number[]>> {
  const { result } = trace(() =>
    model.forward(
      Module.root({ training: false }),
      Object.fromEntries(
        Object.keys(arrays).map((name) => {
          const spec = model.inputs[name] as Model['inputs'][string];
          return [name, input(name, spec.dtype, spec.shape)];
        }),
      ),
    ),
  );
  const names = Object.keys(result.values);
  const values = interpret(Object.values(result.values), { ...parameters, ...arrays });
  return Object.fromEntries(names.map((name, i) => [name, Array.from(values[i]?.data ?? [], Number)]));
}

test.each([
  ['ViTModel', { model_type: 'vit', ...small, ...pictures }, 'pixel_values'],
  ['DeiTModel', { model_type: 'deit', ...small, ...pictures }, 'pixel_values'],
  [
    'BertModel',
    { model_type: 'bert', vocab_size: 9, max_position_embeddings: 8, type_vocab_size: 1, ...small },
    'input_ids',
  ],
] as const)('%s: a file without a pooler has the same states, and no pooled vector', async (name, more, given) => {
  const config = { architectures: [name], ...more };
  const whole = modelFor(config);
  const parameters = initializeParameters(parameterSpecs(whole), 5);
  const arrays = toFileNames(whole, parameters);
  const cut = Object.fromEntries(Object.entries(arrays).filter(([file]) => !file.includes('pooler')));
  expect(Object.keys(cut)).toHaveLength(Object.keys(arrays).length - 2);
  const source = held(cut, config);
  const model = await modelIn(source);
  const loaded = await loadParameters(model, source);
  const inputs =
    given === 'input_ids'
      ? { input_ids: { dtype: 'int64' as const, shape: [1, 3], data: BigInt64Array.of(1n, 5n, 2n) } }
      : { pixel_values: randomNormal({ seed: 2, site: 'pixels' }, [1, 3, 8, 8], 1) };
  const [before, after] = [
    await outputs(whole, parameters, inputs as unknown as NamedArrays),
    await outputs(model, loaded.parameters, inputs as unknown as NamedArrays),
  ];
  expect(Object.keys(before)).toEqual(['last_hidden_state', 'pooler_output']);
  expect(after).toEqual({ last_hidden_state: before.last_hidden_state });
});

test('a bare model with the token for hidden patches takes a mask, as the painter does', async () => {
  const config = { model_type: 'vit', ...small, ...pictures, encoder_stride: 4 };
  const painter = modelFor({ ...config, architectures: ['ViTForMaskedImageModeling'] });
  const own = initializeParameters(parameterSpecs(painter), 5);
  const parameters = { ...own, 'embeddings.mask_token': randomNormal({ seed: 3, site: 'mask' }, [1, 1, 12], 1) };
  const arrays = Object.fromEntries(
    Object.entries(toFileNames(painter, parameters)).filter(([name]) => !name.startsWith('decoder.')),
  );
  const source = held(arrays, { ...config, architectures: ['ViTModel'] });
  const model = await modelIn(source);
  const loaded = await loadParameters(model, source);
  const pixels = { pixel_values: randomNormal({ seed: 2, site: 'pixels' }, [1, 3, 8, 8], 1) };
  const mask = (...hidden: number[]): NamedArrays =>
    ({ ...pixels, bool_masked_pos: { dtype: 'bool', shape: [1, 4], data: Uint8Array.from(hidden) } }) as NamedArrays;
  const state = async (given: NamedArrays): Promise<readonly number[]> =>
    (await outputs(model, loaded.parameters, given)).last_hidden_state ?? [];
  const plain = await state(pixels);
  expect(await state(mask(0, 0, 0, 0))).toEqual(plain);
  expect(await state(mask(1, 0, 0, 1))).not.toEqual(plain);
  expect(toNumbers(loaded.parameters['embeddings.mask_token'] as NdArray)).toEqual(
    toNumbers(parameters['embeddings.mask_token']),
  );
});
