// The same weights as different files spell them: shards, copies of tied tables, missing prefixes, buffers; and configurations that
// cannot be used.
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { float32, type NamedArrays, type NdArray, toNumbers } from '../src/array/index.ts';
import { saveCheckpoint } from '../src/checkpoints/index.node.ts';
import { decodeSafetensors } from '../src/checkpoints/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { ConfigError, type HubConfig, modelFor, toFileNames } from '../src/models/index.ts';
import { forwardCheckpoint, openModel } from '../src/tasks/index.node.ts';

const ROOT = join(import.meta.dirname, 'fixtures', 'models');
const arraysOf = async (name: string, file: string): Promise<NamedArrays> =>
  decodeSafetensors(await readFile(join(ROOT, name, file)), file).arrays;
const configOf = async (name: string): Promise<HubConfig> =>
  JSON.parse(await readFile(join(ROOT, name, 'config.json'), 'utf8'));

let parent = '';
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'tesserae-spellings-'));
});
afterAll(() => rm(parent, { recursive: true, force: true }));

/** Logits of a fixture whose weights were changed, and of the fixture as it is. */
async function both(
  name: string,
  change: (weights: NamedArrays) => NamedArrays,
  options: { readonly maxShardBytes?: number; readonly config?: HubConfig } = {},
): Promise<[number[], number[]]> {
  const folder = await mkdtemp(join(parent, 'model-'));
  await mkdir(folder, { recursive: true });
  const { config = {}, ...rest } = options;
  const arrays = change(await arraysOf(name, 'model.safetensors'));
  await saveCheckpoint(folder, { config: { ...(await configOf(name)), ...config }, arrays, ...rest });
  const inputs = await arraysOf(name, 'inputs.safetensors');
  const logits = async (dir: string): Promise<number[]> => {
    const run = await forwardCheckpoint(dir, inputs, { want: ['logits'], runtime: await nodeRuntime() });
    return toNumbers(run.logits ?? (run.last_hidden_state as NonNullable<typeof run.last_hidden_state>));
  };
  return [await logits(folder), await logits(join(ROOT, name))];
}

const renamed = (weights: NamedArrays, change: (name: string) => string): NamedArrays =>
  Object.fromEntries(Object.entries(weights).map(([name, array]) => [change(name), array]));

test.each(['LlamaForCausalLM', 'T5ForConditionalGeneration', 'AlbertForMaskedLM'])('%s in shards', async (name) => {
  const [sharded, whole] = await both(name, (weights) => weights, { maxShardBytes: 2000 });
  expect(sharded).toEqual(whole);
});

test.each([
  ['llama-tied-biased', 'lm_head.weight', 'model.embed_tokens.weight'],
  ['GPT2LMHeadModel', 'lm_head.weight', 'transformer.wte.weight'],
  ['T5ForConditionalGeneration', 'lm_head.weight', 'shared.weight'],
  ['T5ForConditionalGeneration', 'decoder.embed_tokens.weight', 'shared.weight'],
  ['MarianMTModel', 'lm_head.weight', 'model.shared.weight'],
  ['MarianMTModel', 'model.encoder.embed_tokens.weight', 'model.shared.weight'],
  ['BartForConditionalGeneration', 'model.decoder.embed_tokens.weight', 'model.shared.weight'],
  ['ElectraForMaskedLM', 'generator_lm_head.weight', 'electra.embeddings.word_embeddings.weight'],
  ['ModernBertForMaskedLM', 'decoder.weight', 'model.embeddings.tok_embeddings.weight'],
  ['AlbertForMaskedLM', 'predictions.decoder.bias', 'predictions.bias'],
])('%s: a stored copy, %s, changes nothing', async (name, copy, table) => {
  const [copied, plain] = await both(name, (weights) => {
    if (!weights[table]) throw new Error(`no ${table}`);
    return { ...weights, [copy]: weights[table] as NamedArrays[string] };
  });
  expect(copied).toEqual(plain);
});

test.each([
  ['bert-own-head', ['cls.predictions.bias']],
  ['roberta-own-head', ['lm_head.bias']],
  ['roberta-prelayernorm-own-head', ['lm_head.bias']],
  ['distilbert-own-head', []],
  ['electra-own-head', []],
  ['albert-own-head', ['predictions.bias']],
  ['modernbert-own-head', []],
  ['bart-own-tables', ['model.shared.weight']],
  ['bart-own-tables-bare', ['shared.weight']],
  ['marian-own-tables', ['model.shared.weight']],
])('%s is written as it was read, without %j, which nothing uses', async (name, unused) => {
  const { model, parameters } = await openModel(join(ROOT, name));
  const stored = await arraysOf(name, 'model.safetensors');
  const written = toFileNames(model, parameters);
  // the bare model's names may lack the prefix
  const storedName = (key: string): string => (key in stored ? key : key.slice(model.weights.prefix.length));
  expect(Object.keys(written).map(storedName).sort()).toEqual(
    Object.keys(stored)
      .filter((key) => !unused.includes(key))
      .sort(),
  );
  for (const [key, array] of Object.entries(written)) {
    expect(toNumbers(array), key).toEqual(toNumbers(stored[storedName(key)] as NdArray));
  }
});

test.each([
  'bert-own-head',
  'roberta-own-head',
  'distilbert-own-head',
  'electra-own-head',
  'albert-own-head',
  'modernbert-own-head',
])('%s: a stored head that differs from its table is used, though the configuration ties it', async (name) => {
  const [tied, plain] = await both(name, (weights) => weights, { config: { tie_word_embeddings: true } });
  expect(tied).toEqual(plain);
});

test('an own head without a bias of its layer has the one beside it', async () => {
  const [beside, plain] = await both('bert-own-head', (weights) => {
    const { 'cls.predictions.decoder.bias': bias, ...rest } = weights;
    return { ...rest, 'cls.predictions.bias': bias as NdArray };
  });
  expect(beside).toEqual(plain);
});

test('an own head is missed by its name', async () => {
  const drop = ({ 'vocab_projector.weight': _gone, ...rest }: NamedArrays): NamedArrays => rest;
  await expect(both('distilbert-own-head', drop)).rejects.toThrow("missing 'vocab_projector.weight'");
});

test('untied towers of files that know one table share it', async () => {
  const [one, three] = await Promise.all(
    [false, true].map((copies) =>
      both('bart-own-tables', (weights) => {
        const [encoder, decoder] = ['model.encoder.embed_tokens.weight', 'model.decoder.embed_tokens.weight'];
        const { [encoder]: _encoder, [decoder]: _decoder, ...rest } = weights;
        const shared = rest['model.shared.weight'] as NdArray;
        return copies ? { ...rest, [encoder]: shared, [decoder]: shared } : rest;
      }),
    ),
  );
  expect(one?.[0]).toEqual(three?.[0]);
  expect(one?.[0]).not.toEqual(one?.[1]);
});

test.each(['AlbertModel', 'DistilBertModel'])('%s knows no decoder: both fields of one are not read', async (name) => {
  const config = { is_decoder: true, add_cross_attention: true };
  const [other, plain] = await both(name, (weights) => weights, { config });
  expect(other).toEqual(plain);
});

test.each([
  ['LlamaForCausalLM', (name: string) => name.replace(/^model\./, '')],
  ['T5ForConditionalGeneration', (name: string) => name.replace(/^shared\./, 'encoder.embed_tokens.')],
  ['T5EncoderModel', (name: string) => `transformer.${name}`],
  ['BartModel', (name: string) => `model.${name}`],
  ['AlbertModel', (name: string) => `albert.${name}`],
  [
    'ElectraForTokenClassification',
    (name: string) =>
      name.replace(/LayerNorm\.weight$/, 'LayerNorm.gamma').replace(/LayerNorm\.bias$/, 'LayerNorm.beta'),
  ],
] as const)('%s under other names', async (name, change) => {
  const [other, plain] = await both(name, (weights) => renamed(weights, change));
  expect(other).toEqual(plain);
});

test('buffers of old files are not read; a bias of logits may be absent and is zero', async () => {
  const buffer = float32([3], [1, 2, 3]);
  const [withBuffers, llama] = await both('LlamaForCausalLM', (weights) => ({
    ...weights,
    'model.layers.0.self_attn.rotary_emb.inv_freq': buffer,
  }));
  expect(withBuffers).toEqual(llama);
  const [without] = await both('MarianMTModel', ({ final_logits_bias: _gone, ...weights }) => weights);
  const [zero] = await both('MarianMTModel', (weights) => ({
    ...weights,
    final_logits_bias: float32([1, 43], new Float32Array(43)),
  }));
  expect(without).toEqual(zero);
});

test('a missing weight is named', async () => {
  const drop = (weights: NamedArrays): NamedArrays => {
    const { 'model.layers.1.mlp.up_proj.weight': _gone, ...rest } = weights;
    return rest;
  };
  await expect(both('LlamaForCausalLM', drop)).rejects.toThrow("missing 'model.layers.1.mlp.up_proj.weight'");
});

test('a weight under a wrong name is missing and unexpected, each with the other as the nearest', async () => {
  const [name, wrong] = ['model.layers.1.mlp.up_proj.weight', 'model.layers.1.mlp.upproj.weight'];
  const renamed = both('LlamaForCausalLM', ({ [name]: moved, ...rest }) => ({ ...rest, [wrong]: moved as NdArray }));
  await expect(renamed).rejects.toThrow(`missing '${name}' (nearest in the file: '${wrong}')`);
  await expect(renamed).rejects.toThrow(`unexpected '${wrong}' (nearest expected: '${name}')`);
});

test('a weight too many is named, without a nearest where none is near', async () => {
  const more = both('LlamaForCausalLM', (weights) => ({ ...weights, q: float32([1], [0]) }));
  await expect(more).rejects.toThrow(/unexpected 'q'\n/);
});

test.each([
  ['llama', { num_key_value_heads: 3 }, 'num_key_value_heads: expected a divisor of 4 heads, got 3'],
  ['llama', { rope_parameters: { rope_type: 'spiral' } }, 'rope_type: expected one of default, linear, dynamic, yarn'],
  [
    'llama',
    { rope_parameters: { rope_type: 'linear' } },
    "factor: expected a number for rope_type 'linear', got nothing",
  ],
  ['llama', { head_dim: 5 }, 'expected heads of even width, got 5'],
  [
    'llama',
    { rope_parameters: { rope_type: 'longrope', short_factor: [1], long_factor: [1, 2, 3] } },
    'short_factor: expected 3 numbers, got [1]',
  ],
  ['t5', { feed_forward_proj: 'relu-gated' }, "feed_forward_proj: expected 'relu', 'gelu', … or 'gated-gelu'"],
  ['modernbert', { classifier_pooling: 'max' }, "classifier_pooling: expected cls or mean, got 'max'"],
  ['marian', { decoder_attention_heads: 5 }, 'expected heads that divide d_model 12, got 2 and 5'],
  ['bert', { add_cross_attention: true }, 'config.add_cross_attention: expected false, since cross-attention is not'],
  ['roberta', { is_decoder: true, add_cross_attention: true }, 'add_cross_attention: expected false'],
  ['electra', { is_decoder: true, add_cross_attention: true }, 'got true (model_type electra)'],
  ['bert', { is_decoder: 'yes' }, 'is_decoder: expected true or false, got "yes"'],
  ['llama', { problem_type: 'guess' }, 'problem_type: expected one of single_label_classification'],
] as const)('%s with %j is refused', async (family, patch, message) => {
  const fixtures = {
    llama: 'LlamaForSequenceClassification',
    t5: 'T5ForConditionalGeneration',
    modernbert: 'ModernBertForSequenceClassification',
    marian: 'MarianMTModel',
    bert: 'BertModel',
    roberta: 'RobertaPreLayerNormModel',
    electra: 'ElectraModel',
  };
  const config = { ...(await configOf(fixtures[family])), ...patch };
  expect(() => modelFor(config)).toThrow(ConfigError);
  expect(() => modelFor(config)).toThrow(message);
});
