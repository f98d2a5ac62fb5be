// The training fields of recipes, on real runs: what is published, what is frozen, what a stopped run goes on to.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { cast, type NamedArrays, type NdArray, toNumbers } from '../src/array/index.ts';
import { openCheckpoint, saveCheckpoint } from '../src/checkpoints/index.node.ts';
import { decodeSafetensors } from '../src/checkpoints/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { openModel, resumeRun, type TrainOptions, trainRun } from '../src/tasks/index.node.ts';
import type { Recipe } from '../src/tasks/index.ts';
import { recipeWith } from './recipe-with.ts';

const dir = mkdtempSync(join(tmpdir(), 'tesserae-recipe-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const data = join(dir, 'data.csv');
const rows = Array.from(
  { length: 40 },
  (_, i) => `${i % 2 ? 'good fine' : 'bad sad'} ${i % 7},${i % 2 ? 'up' : 'down'}`,
);
writeFileSync(data, `text,label\n${rows.join('\n')}\n`);

const STEPS = 6;
const settings = {
  ...{ 'data.id': data, 'tokenizer.vocabSize': 40, 'model.dim': 16, 'model.layers': 2, 'model.heads': 2 },
  ...{ 'model.ffnDim': 16, 'train.steps': STEPS, 'train.batchSize': 4, 'train.warmup': 2, 'train.logEvery': 1 },
  ...{ 'train.saveEvery': 2, 'train.evaluateEvery': 2, 'train.accumulate': 2, 'train.recompute': true },
  ...{ 'train.optimizer': 'lion', 'train.learningRate': 0.01, 'train.layerDecay': 0.8, 'train.frozen': 'embeddings' },
};
const trainedWith = (more: Readonly<Record<string, unknown>>): Recipe =>
  recipeWith('emoji-groups', { 'model.family': 'bert', 'model.pooling': 'cls', ...settings, ...more });
const optionsFor = async (name: string, more: Partial<TrainOptions> = {}): Promise<TrainOptions> => ({
  ...{ runtime: await nodeRuntime(), session: { threads: 1 }, folders: [], note: () => undefined },
  ...{ out: join(dir, name), versions: {}, ...more },
});
const state = `state/step-${String(STEPS).padStart(9, '0')}`;
const arraysOf = (name: string, file: string): NamedArrays =>
  decodeSafetensors(readFileSync(join(dir, name, file)), file).arrays;

test('the average is published in the recipe’s element type, what is frozen stays, the state is float32', async () => {
  const recipe = trainedWith({ 'train.averageDecay': 0.9, 'train.storage': 'bfloat16', 'train.evaluateEvery': STEPS });
  await trainRun(recipe, await optionsFor('averaged'));
  const [kept, weights] = [
    arraysOf('averaged', `${state}/optimizer.safetensors`),
    arraysOf('averaged', `${state}/weights.safetensors`),
  ];
  const { model, parameters } = await openModel(join(dir, 'averaged'));
  expect(model.config.torch_dtype).toBe('bfloat16');
  const source = await openCheckpoint(join(dir, 'averaged'));
  expect(new Set(source.names().map((name) => source.info(name).dtype))).toEqual(new Set(['bfloat16']));
  await source.close();
  const name = Object.keys(parameters).find((each) => each.endsWith('attention.query.weight')) as string;
  const average = kept[`average/${name}`] as NdArray;
  expect(average.dtype).toBe('float32');
  expect(toNumbers(parameters[name] as NdArray)).toEqual(toNumbers(cast(average, 'bfloat16')));
  expect(toNumbers(average)).not.toEqual(toNumbers(weights[name] as NdArray));
  const frozen = Object.keys(parameters).filter((each) => each.includes('embeddings'));
  expect(frozen.length).toBeGreaterThan(2);
  for (const each of frozen) {
    expect(kept[`average/${each}`]).toBeUndefined();
    expect(toNumbers(parameters[each] as NdArray)).toEqual(toNumbers(cast(weights[each] as NdArray, 'bfloat16')));
  }
});

test.each(['averageDecay', 'averageLast'])(
  'stopped and resumed with %s, it ends with the same bytes',
  async (field) => {
    const recipe = trainedWith({ [`train.${field}`]: field === 'averageLast' ? 2 : 0.9 });
    const files = [
      'metrics.jsonl',
      'model.safetensors',
      `${state}/weights.safetensors`,
      `${state}/optimizer.safetensors`,
    ];
    await trainRun(recipe, await optionsFor(`${field}-whole`));
    const stop = new AbortController();
    const events: TrainOptions['events'] = { progress: ({ step }) => step === 3 && stop.abort() };
    const halted = await trainRun(recipe, await optionsFor(`${field}-parts`, { signal: stop.signal, events }));
    expect([halted.interrupted, halted.state.step]).toEqual([true, 3]);
    await resumeRun(join(dir, `${field}-parts`), await optionsFor(`${field}-parts`));
    for (const file of files)
      expect(
        readFileSync(join(dir, `${field}-parts`, file)).equals(readFileSync(join(dir, `${field}-whole`, file))),
        file,
      ).toBe(true);
  },
);

test('an unknown word ends before anything is made, weights too large for float16 are refused', async () => {
  const options = await optionsFor('never');
  await expect(trainRun(trainedWith({ 'train.optimizer': 'adam' }), options)).rejects.toThrow('expected one of adamw');
  await expect(resumeRun(options.out, options)).rejects.toThrow('expected a run folder');
  const arrays = { w: { dtype: 'float32', shape: [2], data: new Float32Array([1, 70000]) } } as const;
  await expect(saveCheckpoint(join(dir, 'large'), { config: {}, arrays, dtype: 'float16' })).rejects.toThrow(
    "float16 can hold (at most 65504), got 70000 in 'w'",
  );
});
