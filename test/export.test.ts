// Exports by value: each kind of model in each precision against our forward pass; int8 weights against onnxruntime's own; what goes
// wrong and how it is told. `test/transformers-js.test.ts` opens exports with Transformers.js.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// the hub's own list of tasks, which comes with @huggingface/hub
import { PIPELINE_DATA } from '@huggingface/tasks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recipes } from '../recipes/index.ts';
import { float32, int64, type NamedArrays, type NdArray, toNumbers } from '../src/array/index.ts';
import { decodeSafetensors } from '../src/checkpoints/index.ts';
import { catalogue } from '../src/data/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import * as g from '../src/graph/index.ts';
import { withDtype, withFields } from '../src/tasks/export/config-text.ts';
import { exportFolder, openModel } from '../src/tasks/index.node.ts';
import { exportOnnx, exportTarget, knownClass, type Precision, type Recipe } from '../src/tasks/index.ts';
import { modelCard } from '../src/tasks/model-card.ts';
import { type FitState, START } from '../src/train/index.ts';
import { forwardOf } from './exported.ts';
import golden from './fixtures/export/quantize.json' with { type: 'json' };

const FIXTURES = join(import.meta.dirname, 'fixtures', 'models');
let runtime: g.Runtime;
let dir: string;
beforeAll(async () => {
  runtime = await nodeRuntime();
  dir = mkdtempSync(join(tmpdir(), 'tesserae-export-test-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const counted = ([rows = 0, columns = 0]: readonly number[]): NdArray =>
  int64(
    [rows, columns],
    Array.from({ length: rows * columns }, (_, i) => i % columns),
  );
const filled = (shape: readonly number[], value: number): NdArray =>
  int64(shape, Array<number>(shape.reduce((a, b) => a * b, 1)).fill(value));

/** What an export reads: the fixture's arrays, all tokens seen, positions in order, an empty cache. */
function feedsOf(inputs: readonly g.ModelInput[], given: NamedArrays): NamedArrays {
  const ids = given.input_ids?.shape ?? [];
  const otherwise = ({ name, shape }: g.ModelInput): NdArray => {
    if (name.startsWith('past_key_values.'))
      return float32([ids[0] as number, shape[1] as number, 0, shape[3] as number], []);
    if (name === 'position_ids') return counted(ids);
    return filled(ids, name === 'attention_mask' ? 1 : 0);
  };
  return Object.fromEntries(inputs.map((input) => [input.name, given[input.name] ?? otherwise(input)]));
}

/** Largest difference, relative to the largest value. */
function distance(got: NdArray | undefined, expected: NdArray): number {
  const values = toNumbers(expected);
  const scale = Math.max(...values.map(Math.abs));
  expect(got?.shape).toEqual(expected.shape);
  return Math.max(...toNumbers(got as NdArray).map((value, i) => Math.abs(value - (values[i] as number)) / scale));
}

const tolerances: Readonly<Record<Precision, number>> = { fp32: 2e-6, fp16: 4e-3, q8: 0.15 };

test.each([
  'AlbertForMaskedLM',
  'ModernBertForTokenClassification',
  'GPT2LMHeadModel',
  'Qwen3ForCausalLM',
  'llama-rope-llama3',
  'ASTForAudioClassification',
  'CLIPModel',
  'BlipForImageTextRetrieval',
  'TubeViTForVideoClassification',
  'dnabert2-class',
])('%s in three precisions', async (name) => {
  const opened = await openModel(join(FIXTURES, name));
  const given = decodeSafetensors(readFileSync(join(FIXTURES, name, 'inputs.safetensors'))).arrays;
  const forward = await forwardOf(opened);
  const precisions = Object.keys(tolerances) as Precision[];
  for (const { name: file, precision, written } of exportOnnx(opened.model, opened.parameters, { precisions })) {
    if (!file.startsWith('model')) continue;
    const feeds = feedsOf(written.inputs, given);
    const session = await runtime.createSession(written.bytes);
    const got = await session.run(feeds);
    await session.release();
    const plain = Object.fromEntries(Object.entries(feeds).filter(([input]) => !input.startsWith('past_')));
    for (const [output, expected] of Object.entries(await forward(plain)))
      expect(distance(got[output], expected), `${file} ${output}`).toBeLessThan(tolerances[precision]);
    // float32 at the borders, whatever is inside
    expect(written.inputs.every(({ dtype }) => dtype !== 'float16')).toBe(true);
  }
});

test('half precision: masks stay finite, rows of padding say nothing that is no number', async () => {
  const opened = await openModel(join(FIXTURES, 'GPT2LMHeadModel'));
  const [file] = exportOnnx(opened.model, opened.parameters, { precisions: ['fp16'] });
  const mask = int64([2, 4], [0, 0, 1, 1, 0, 0, 0, 0]);
  const given = { input_ids: filled([2, 4], 5), attention_mask: mask };
  const session = await runtime.createSession(file?.written.bytes as Uint8Array);
  const { logits } = await session.run(feedsOf(file?.written.inputs ?? [], given));
  await session.release();
  expect(toNumbers(logits as NdArray).every(Number.isFinite)).toBe(true);
});

test('half precision: large constants are clamped, angles stay exact', () => {
  const x = g.input('x', 'float32', [2]);
  const places = g.castTo(g.range(2), 'float32');
  const angles = g.cos(g.multiply(g.add(places, 5000), 1.001));
  const outputs = [g.add(g.multiply(x, 0), -1e9), g.multiply(angles, g.add(g.multiply(x, 0), 1))];
  const half = g.inHalfPrecision({ outputs, parameters: {} });
  const [masked, turned] = g.interpret(half.outputs, { x: float32([2], [1, 2]) });
  expect([...(masked?.data ?? [])]).toEqual([-65504, -65504]);
  // 5005.0 and 5006.0 are one number in float16
  turned?.data.forEach((value, i) => {
    expect(value).toBeCloseTo(Math.cos((5000 + i) * 1.001), 3);
  });
});

test.each(golden.cases)('int8 weights as quantize_dynamic makes them: per column $perColumn, up to $largest', (one) => {
  const { perColumn, largest } = one as { perColumn: boolean; largest: 64 | 127 };
  const w = float32(golden.shape, golden.weight);
  const y = g.matmul(g.input('x', 'float32', ['rows', 6]), g.parameter('w', 'float32', [6, 4]));
  const { parameters } = g.inDynamicInt8({ outputs: [y], parameters: { w } }, { perColumn, largest });
  expect(toNumbers(parameters.w_quantized as NdArray)).toEqual(one.q);
  toNumbers(parameters.w_scale as NdArray).forEach((scale, i) => {
    expect(scale).toBeCloseTo(one.scale[i] as number, 9);
  });
});

test('int8: a product in any spelling, a table, and what is left alone', async () => {
  const w = float32([3, 2], [0.5, -1, 2, 0.25, -0.125, 1]);
  const wt = float32([2, 3], [0.5, 2, -0.125, -1, 0.25, 1]);
  const [x, ids] = [g.input('x', 'float32', [2, 3]), g.input('ids', 'int64', [2])];
  const products = [
    g.matmul(x, g.parameter('w', 'float32', [3, 2])),
    g.fusedMatmul(x, g.parameter('wt', 'float32', [2, 3]), { transB: true }),
    g.gemm(x, g.parameter('wt', 'float32', [2, 3]), undefined, { transB: true }),
    g.gemm(x, g.parameter('w', 'float32', [3, 2])),
  ];
  const outputs = [
    ...products,
    g.gather(g.parameter('w', 'float32', [3, 2]), ids),
    g.fusedMatmul(x, x, { transB: true }),
  ];
  const int8 = g.inDynamicInt8({ outputs, parameters: { w, wt } });
  expect(int8.outputs[5]).toBe(outputs[5]);
  const feeds = { x: float32([2, 3], [1, -2, 0.5, 3, 0, 1]), ids: int64([2], [2, 0]) };
  const exact = g.interpret(outputs, { ...feeds, w, wt });
  const values = g.interpret(int8.outputs, { ...feeds, ...int8.parameters });
  const named = Object.fromEntries(int8.outputs.map((tensor, i) => [`y${i}`, tensor]));
  const session = await runtime.createSession(
    g.writeOnnx(named, { backend: g.PORTABLE, initializers: int8.parameters }).bytes,
  );
  const run = await session.run(feeds);
  await session.release();
  for (const [i, { data }] of exact.entries()) {
    const ours = toNumbers(run[`y${i}`] as NdArray);
    data.forEach((value, k) => {
      expect(Math.abs((values[i]?.data[k] as number) - value)).toBeLessThan(0.1);
      expect(ours[k]).toBeCloseTo(values[i]?.data[k] as number, 4);
    });
  }
  expect(values[0]?.data).toEqual(values[1]?.data);
});

test('an input behind a switch: given, or computed of another', async () => {
  const [states, kept] = [
    g.input('states', 'float32', ['batch', 'tokens', 2]),
    g.input('kept', 'float32', ['batch', 'tokens', 3]),
  ];
  const w = g.parameter('w', 'float32', [2, 3]);
  const outputs = { total: g.sum(kept, { axes: [1] }), again: kept };
  const written = g.writeOnnx(outputs, {
    backend: g.PORTABLE,
    initializers: { w: float32([2, 3], [1, 2, 3, 4, 5, 6]) },
    otherwise: { condition: 'use_kept', values: { kept: g.matmul(states, w) }, sizeNames: { tokens: 'kept_tokens' } },
    sizeNames: { batch: 'batch_size' },
  });
  const session = await runtime.createSession(written.bytes);
  const feeds = { states: float32([1, 2, 2], [1, 0, 0, 1]), kept: float32([1, 0, 3], []) };
  const flag = (on: number): NdArray => ({ dtype: 'bool', shape: [1], data: Uint8Array.of(on) });
  const off = await session.run({ ...feeds, use_kept: flag(0) });
  expect(toNumbers(off.total as NdArray)).toEqual([5, 7, 9]);
  expect(toNumbers(off.again as NdArray)).toEqual([1, 2, 3, 4, 5, 6]);
  const on = await session.run({ ...feeds, use_kept: flag(1), kept: float32([1, 2, 3], [1, 1, 1, 2, 2, 2]) });
  expect(toNumbers(on.total as NdArray)).toEqual([3, 3, 3]);
  await session.release();
  const text = Buffer.from(written.bytes).toString('latin1');
  for (const name of ['batch_size', 'kept_tokens', 'tokens']) expect(text).toContain(name);
});

test('a folder holds what Transformers.js reads, and its card says what is in it', async () => {
  const opened = await openModel(join(FIXTURES, 'MarianMTModel'));
  const out = join(dir, 'marian');
  const exported = await exportFolder(opened, out, exportTarget('onnx', ['q8', 'fp16', 'q8']));
  expect(readdirSync(join(out, 'onnx')).sort()).toEqual([
    'decoder_model_merged_fp16.onnx',
    'decoder_model_merged_quantized.onnx',
    'encoder_model_fp16.onnx',
    'encoder_model_quantized.onnx',
  ]);
  const json = (name: string): Record<string, unknown> => JSON.parse(readFileSync(join(out, name), 'utf8'));
  expect(json('config.json')).toMatchObject({ is_encoder_decoder: true, 'transformers.js_config': { dtype: 'q8' } });
  expect(json('generation_config.json')).toMatchObject({ decoder_start_token_id: 42, forced_eos_token_id: 0 });
  const card = readFileSync(join(out, 'README.md'), 'utf8');
  expect(card).toContain("pipeline('translation', FOLDER, { dtype: 'q8' })");
  expect(card).toMatch(/`onnx\/encoder_model_fp16.onnx` \| fp16 \| 0\.0\d/);
  expect(exported.known).toEqual({ kind: 'encoder-decoder', task: 'translation' });
  expect(exported.notes).toEqual(['no tokenizer was found: pipelines of Transformers.js need tokenizer.json']);
  for (const [path, bytes] of Object.entries(exported.files)) expect(readFileSync(join(out, path)).length).toBe(bytes);
});

test('a class that Transformers.js does not know is said so, and still is an ONNX file', async () => {
  const opened = await openModel(join(FIXTURES, 'BlipForConditionalGeneration'));
  const out = join(dir, 'blip');
  const { notes, known } = await exportFolder(opened, out, exportTarget('onnx', []));
  expect(known).toBeUndefined();
  expect(knownClass(opened.model)).toBeUndefined();
  expect(notes[0]).toContain('Transformers.js does not know BlipForConditionalGeneration (model_type blip)');
  expect(readFileSync(join(out, 'README.md'), 'utf8')).toContain('run on ONNX Runtime itself');
  expect(existsSync(join(out, 'onnx', 'model.onnx'))).toBe(true);
});

test('config.json keeps its spelling: 1.0 stays a float for Python', () => {
  const text =
    '{\n  "factor": 1.0,\n  "dtype": "float32",\n  "text_config": {"dtype": null, "scale": 2.0},\n  "n": 3\n}\n';
  expect(withFields(text, { n: 3, more: { a: 1 } })).toBe(text.replace('{\n', '{\n  "more": {"a":1},\n'));
  expect(withFields('{"a":1.0}', { b: 2 })).toBe('{\n  "b": 2,\n"a":1.0}');
  expect(JSON.parse(withFields(text, { n: 4 }))).toEqual({ ...JSON.parse(text), n: 4 });
  const half = withDtype(text, 'float16');
  expect(half).toBe(text.replace('"float32"', '"float16"').replace('null', '"float16"'));
  expect(withDtype('{"a": 1}', 'bfloat16')).toBe('{\n  "dtype": "bfloat16",\n"a": 1}');
});

const BERT = { modelType: 'bert', className: 'BertForSequenceClassification' };

test('the card of a run: metrics, data with its licence, recipe, three ways to use it', () => {
  const recipe = recipes['sentiment-zh'] as Recipe;
  const card = modelCard(recipe, BERT, { step: 42 } as FitState, { accuracy: 0.91234 });
  const entry = catalogue[recipe.data.id];
  for (const part of [
    'pipeline_tag: text-classification',
    '| accuracy | 0.9123 |',
    `| licence | ${entry?.licence} |`,
    entry?.source,
    'weights of step 42',
    'tesserae train sentiment-zh',
    'tesserae export . --format onnx --out onnx-export',
    "await pipeline('text-classification', './onnx-export')",
    'pipeline("text-classification", model=".")',
  ])
    expect(card).toContain(part);
});

test('a card names a start without the path to it', () => {
  const card = (startFrom: string): string =>
    modelCard({ ...recipes['sentiment-zh'], startFrom } as Recipe, BERT, START, {});
  expect(card('')).toContain(', from scratch. ');
  expect(card('/home/me/runs/mlm-zh/')).toContain('starting from `mlm-zh`');
  expect(card('C:\\runs\\mlm-zh')).toContain('starting from `mlm-zh`');
  expect(card('google/vit-base-patch16-224')).toContain('starting from `google/vit-base-patch16-224`');
});

test('cards say their task as the hub does; what it has no name for is a tag', () => {
  const front = (name: string): string =>
    modelCard(recipes[name] as Recipe, BERT, START, {}).split('---\n')[1] as string;
  expect(front('translate-de-en')).toBe('library_name: tesserae\npipeline_tag: translation\nlanguage: [de, en]\n');
  expect(front('g2p')).toContain('pipeline_tag: text-generation\ntags: [text2text-generation]\n');
  const known = Object.keys(PIPELINE_DATA);
  for (const name of Object.keys(recipes)) {
    const [, tag] = /^pipeline_tag: (.*)$/m.exec(front(name)) ?? [];
    expect(known, name).toContain(tag);
  }
  // Transformers 5 has no pipelines for these
  const gone = ['translate-en-de', 'g2p', 'qa-zh'].map((name) => modelCard(recipes[name] as Recipe, BERT, START, {}));
  for (const card of gone) {
    expect(card).not.toContain('from transformers import pipeline');
    expect(card).toMatch(/AutoModelFor(Seq2SeqLM|QuestionAnswering)\.from_pretrained/);
  }
});

test.each([
  ['float16', ['fp16']],
  ['bfloat16', ['bf16']],
  ['float32', []],
] as const)('a checkpoint in %s opens again', async (dtype, names) => {
  const opened = await openModel(join(FIXTURES, 'T5ForConditionalGeneration'));
  const out = join(dir, `t5-${dtype}`);
  const { files } = await exportFolder(opened, out, exportTarget('safetensors', names));
  expect(Object.keys(files).sort()).toEqual(['config.json', 'model.safetensors']);
  const { arrays } = decodeSafetensors(readFileSync(join(out, 'model.safetensors')));
  expect(new Set(Object.values(arrays).map((array) => array.dtype))).toEqual(new Set([dtype]));
  const again = await openModel(out);
  const name = 'encoder.block.0.layer.0.attention.query.weight';
  const key = Object.keys(opened.parameters).find((one) => one.includes('query')) ?? name;
  expect(distance(again.parameters[key], opened.parameters[key] as NdArray)).toBeLessThan(
    dtype === 'bfloat16' ? 5e-3 : 1e-3,
  );
});

test.each([
  ['tflite', [], "format: expected one of onnx, safetensors, got 'tflite'"],
  ['toString', [], "format: expected one of onnx, safetensors, got 'toString'"],
  ['onnx', ['fp32', 'int4'], "dtype: expected one of fp32, fp16, q8, got 'int4' (format onnx)"],
  ['safetensors', ['q8'], "got 'q8' (format safetensors)"],
  ['safetensors', ['fp16', 'bf16'], 'dtype: expected one, got fp16, bf16 (format safetensors)'],
])('%s with %j is refused', (format, dtypes, message) => {
  expect(() => exportTarget(format, dtypes)).toThrow(message);
});

test('a folder that holds something is not written into, unless that is asked for', async () => {
  const opened = await openModel(join(FIXTURES, 'ViTModel'));
  const out = mkdtempSync(join(dir, 'full-'));
  writeFileSync(join(out, 'mine.txt'), 'x');
  const target = exportTarget('onnx', []);
  await expect(exportFolder(opened, out, target)).rejects.toThrow(
    'expected an empty folder or none, got one with 1 files',
  );
  expect(readdirSync(out)).toEqual(['mine.txt']);
  await exportFolder(opened, out, target, { overwrite: true });
  expect(readdirSync(out)).toContain('onnx');
  await expect(exportFolder(opened, join(out, 'mine.txt'), target)).rejects.toThrow('got ENOTDIR');
});

test('a checkpoint keeps the tokenizer that it came with, when that is no tokenizer.json', async () => {
  const source = join(import.meta.dirname, 'fixtures', 'explain', 'dnabert');
  const out = join(dir, 'own-tokenizer');
  await exportFolder(await openModel(source), out, { format: 'safetensors', dtype: 'float32' });
  expect(readFileSync(join(out, 'vocab.txt'), 'utf8')).toBe(readFileSync(join(source, 'vocab.txt'), 'utf8'));
  expect(existsSync(join(out, 'tokenizer_config.json'))).toBe(true);
});
