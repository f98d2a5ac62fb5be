// Adapters: equal to PEFT's on three models (outputs, loss, gradients of the adapters), the same when merged, back when unmerged, and
// through files both ways.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type NamedArrays, type NdArray, toNumbers } from '../src/array/index.ts';
import { decodeSafetensors } from '../src/checkpoints/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import {
  adaptedLayers,
  fromPeft,
  isAdapter,
  mergeLora,
  modelFor,
  parameterSpecs,
  toPeft,
  unmergeLora,
  withLora,
} from '../src/models/index.ts';
import { initializeParameters } from '../src/nn/index.ts';
import { openModel, saveAdapter, trainRun } from '../src/tasks/index.node.ts';
import { runForward, type TextClassificationRecipe } from '../src/tasks/index.ts';
import { recipeWith } from './recipe-with.ts';

const ROOT = join(import.meta.dirname, 'fixtures');
const dir = mkdtempSync(join(tmpdir(), 'tesserae-lora-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const arraysOf = (path: string): NamedArrays => decodeSafetensors(readFileSync(path), path).arrays;
const sourceOf = (arrays: NamedArrays) => ({
  names: () => Object.keys(arrays),
  read: async (name: string) => arrays[name] as NdArray,
});
const configOf = (folder: string) => JSON.parse(readFileSync(join(folder, 'adapter_config.json'), 'utf8'));
const largest = (values: readonly number[]): number => values.reduce((most, one) => Math.max(most, Math.abs(one)), 0);

function expectClose(ours: NdArray | undefined, theirs: NdArray | undefined, tolerance: number, scale?: number): void {
  if (!ours || !theirs) throw new Error('expected both arrays');
  const [x, y] = [toNumbers(ours), toNumbers(theirs)];
  expect(ours.shape).toEqual(theirs.shape);
  const off = largest(x.map((value, i) => value - (y[i] as number)));
  expect(off / (scale ?? largest(y))).toBeLessThan(tolerance);
}

test.each(['BertForSequenceClassification', 'GPT2LMHeadModel', 'LlamaForCausalLM'])('%s', async (name) => {
  const runtime = await nodeRuntime();
  const [base, folder] = [join(ROOT, 'models', name), join(ROOT, 'lora', name)];
  const inputs = arraysOf(join(base, 'inputs.safetensors'));
  const expected = arraysOf(join(folder, 'expected.safetensors'));
  const theirs = arraysOf(join(folder, 'adapter_model.safetensors'));
  const { model, parameters } = await openModel(base);
  const { lora, parameters: own } = await fromPeft(model, configOf(folder), sourceOf(theirs));
  const adapted = withLora(model, lora);
  const all = { ...parameters, ...own };

  const ours = await runForward(adapted, all, inputs, { runtime, want: ['logits', 'loss', 'gradients'] });
  expectClose(ours.logits, expected.logits, 2e-5);
  expectClose(ours.loss, expected.loss, 2e-5);
  const named = toPeft(
    adapted,
    Object.fromEntries(
      Object.entries(ours)
        .filter(([key]) => key.startsWith('gradients.'))
        .map(([key, array]) => [key.slice('gradients.'.length), array]),
    ),
    lora,
    { base: '' },
  ).arrays;
  const wanted = Object.entries(expected).filter(([key]) => key.startsWith('gradients.'));
  const scale = largest(wanted.flatMap(([, array]) => toNumbers(array)));
  expect(wanted.length).toBeGreaterThan(0);
  for (const [key, array] of wanted) expectClose(named[key.slice('gradients.'.length)], array, 1e-4, scale);

  const merged = mergeLora(adapted, all, lora);
  expect(Object.keys(merged).filter(isAdapter)).toEqual([]);
  const plain = await runForward(model, merged, inputs, { runtime, want: ['logits'] });
  expectClose(plain.logits, expected.logits, 2e-5);
  const adapters = Object.fromEntries(Object.entries(own).filter(([key]) => isAdapter(key)));
  const again = unmergeLora(adapted, merged, adapters, lora);
  for (const layer of adaptedLayers(adapted))
    expectClose(again[`${layer}.weight`], parameters[`${layer}.weight`], 1e-6);

  // through files: what we write, we and PEFT read again (scripts/golden-lora.py CASE FOLDER)
  const head = name.startsWith('Bert') ? ['classifier'] : [];
  const written = toPeft(adapted, all, lora, { base, head });
  for (const [key, array] of Object.entries(theirs)) expect(written.arrays[key], key).toEqual(array);
  const out = join(dir, name);
  await saveAdapter(out, written);
  const opened = await openModel(out);
  const answer = await runForward(opened.model, opened.parameters, inputs, { runtime, want: ['logits'] });
  expectClose(answer.logits, expected.logits, 2e-5);
});

test('a new adapter changes nothing at first', async () => {
  const { model, parameters } = await openModel(join(ROOT, 'models', 'BertForSequenceClassification'));
  const lora = { rank: 4, alpha: 8, dropout: 0.1, targets: /\.(query|value)$/ };
  const adapted = withLora(model, lora);
  const fresh = { ...initializeParameters(parameterSpecs(adapted), 3), ...parameters };
  const inputs = arraysOf(join(ROOT, 'models', 'BertForSequenceClassification', 'inputs.safetensors'));
  const runtime = await nodeRuntime();
  const [before, after] = [
    await runForward(model, parameters, inputs, { runtime, want: ['logits'] }),
    await runForward(adapted, fresh, inputs, { runtime, want: ['logits'] }),
  ];
  expect(after.logits).toEqual(before.logits);
  expect(largest(toNumbers(fresh['encoder.layers.0.attention.query.lora.a.weight'] as NdArray))).toBeGreaterThan(0);
});

test('what is no plain adapter of this model is one clear error', async () => {
  const { model } = await openModel(join(ROOT, 'models', 'BertForSequenceClassification'));
  const nothing = sourceOf({});
  const config = { peft_type: 'LORA', r: 2, lora_alpha: 4 };
  await expect(fromPeft(model, { ...config, use_dora: true }, nothing)).rejects.toThrow(/use_dora false.*got true/);
  await expect(fromPeft(model, { ...config, peft_type: 'IA3' }, nothing)).rejects.toThrow(
    /peft_type "LORA", got "IA3"/,
  );
  const other = arraysOf(join(ROOT, 'lora', 'GPT2LMHeadModel', 'adapter_model.safetensors'));
  await expect(fromPeft(model, config, sourceOf(other))).rejects.toThrow(
    /layers of BertForSequenceClassification, got/,
  );
  const none = withLora(modelFor(model.config), { rank: 1, alpha: 1, dropout: 0, targets: /nowhere/ });
  expect(() => adaptedLayers(none)).toThrow(/expected targets that match linear layers, got none/);
  writeFileSync(join(dir, 'adapter_config.json'), '{}');
  await expect(openModel(dir)).rejects.toThrow(/base_model_name_or_path/);
});

test('a run trains adapters and the head alone; its adapter folder opens to the same model', async () => {
  const data = join(dir, 'data.csv');
  const rows = Array.from(
    { length: 60 },
    (_, i) => `${i % 2 ? 'good fine' : 'bad sad'} ${i % 7},${i % 2 ? 'up' : 'down'}`,
  );
  writeFileSync(data, `text,label\n${rows.join('\n')}\n`);
  const settings = {
    'data.id': data,
    'train.steps': 20,
    'train.batchSize': 8,
    'train.warmup': 2,
    'train.evaluateEvery': 10,
    'model.dim': 16,
    'model.layers': 1,
    'model.heads': 2,
    'model.ffnDim': 16,
    'tokenizer.vocabSize': 60,
  };
  const base = recipeWith('emoji-groups', { 'model.family': 'bert', 'model.pooling': 'cls', ...settings });
  const runtime = await nodeRuntime();
  const options = { runtime, session: { threads: 1 }, folders: [], note: () => undefined, versions: {} };
  const first = await trainRun(base, { ...options, out: join(dir, 'base') });
  const tuned = {
    ...(base as TextClassificationRecipe),
    startFrom: first.dir,
    lora: { rank: 2, alpha: 4, dropout: 0.1, targets: '(query|value)$' },
  };
  const second = await trainRun(tuned, { ...options, out: join(dir, 'tuned') });
  const [before, after] = [await openModel(first.dir), await openModel(second.dir)];
  const changed = Object.keys(after.parameters).filter(
    (name) =>
      toNumbers(after.parameters[name] as NdArray).join() !== toNumbers(before.parameters[name] as NdArray).join(),
  );
  expect(changed.length).toBeGreaterThan(2);
  expect(changed.filter((name) => !/^(classifier|pooler)\.|\.(query|value)\.weight$/.test(name))).toEqual([]);
  const adapter = await openModel(join(second.dir, 'adapter'));
  for (const [name, array] of Object.entries(after.parameters)) {
    const other = toNumbers(adapter.parameters[name] as NdArray);
    const off = largest(toNumbers(array).map((value, i) => value - (other[i] as number)));
    expect(off, name).toBeLessThan(1e-6);
  }
  await expect(
    trainRun({ ...tuned, train: { ...tuned.train, frozen: 'embed' } }, { ...options, out: join(dir, 'both') }),
  ).rejects.toThrow(/expected none beside adapters/);
});
