// The training fields of recipes, on real runs: what is published, what is frozen, what a stopped run goes on to.
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { cast, type NamedArrays, type NdArray, toNumbers } from '../src/array/index.ts';
import { openCheckpoint, saveCheckpoint } from '../src/checkpoints/index.node.ts';
import { decodeSafetensors } from '../src/checkpoints/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import {
  classify,
  evaluateRun,
  openClassifier,
  openModel,
  resumeRun,
  type TrainOptions,
  trainRun,
} from '../src/tasks/index.node.ts';
import { inspectText, type Recipe } from '../src/tasks/index.ts';
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

test('a run that cannot begin gives its lock back', async () => {
  const options = await optionsFor('no-such-layer');
  await expect(trainRun(trainedWith({ 'train.frozen': 'no such layer' }), options)).rejects.toThrow(RangeError);
  expect(readdirSync(options.out)).toContain('run.json');
  expect(readdirSync(options.out)).not.toContain('.lock');
});

test('longer texts are cut where training cut them, and told, whatever reads them afterwards', async () => {
  const notes: string[] = [];
  const note = (text: string): number => notes.push(text);
  const long = join(dir, 'long.csv');
  // what tells the labels apart stands behind the eighth token
  const filled = rows.map((row, i) => `${'so '.repeat(i % 3)}it went on and on and on ${row}`);
  writeFileSync(long, `text,label\n${filled.join('\n')}\n`);
  const fields = {
    ...{ 'data.id': long, 'tokenizer.kind': 'word', 'model.maxLength': 8, 'model.family': 'modernbert' },
    ...{ 'train.frozen': '', 'train.learningRate': 0.05, 'train.steps': 2, 'train.accumulate': 1 },
  };
  const options = await optionsFor('cut', { note });
  await trainRun(trainedWith(fields), options);
  const cut = 'texts are longer than 8 tokens and are cut';
  const all = new RegExp(`^(\\d+) of \\1 ${cut}$`, 'm');
  expect(notes.splice(0).join('\n')).toMatch(all);
  const { metrics } = JSON.parse(readFileSync(join(options.out, 'best.json'), 'utf8')) as { metrics: object };
  const { evaluation } = await evaluateRun(options.out, options, { split: 'validation' });
  expect(evaluation).toMatchObject(metrics);
  expect(notes.splice(0).join('\n')).toMatch(all);

  const open = await openClassifier(options.out, options);
  const [text, kept] = ['so it went on and on and on good fine', 'so it went on and on'];
  const [whole, begun] = await classify(open, [text, kept]);
  expect(whole).toEqual(begun);
  expect(notes.splice(0)).toEqual([`1 of 2 ${cut}`]);
  expect((await inspectText(open, text, options)).tokens).toEqual(['[CLS]', ...kept.split(' '), '[SEP]']);
  expect(notes.splice(0)).toEqual([`1 of 1 ${cut}`]);
  await open.classifier.release();

  // another length for a run that goes on from here; without the field, as in older runs, 512
  const settings = join(options.out, 'tokenizer_config.json');
  const config = JSON.parse(readFileSync(settings, 'utf8')) as Record<string, unknown>;
  const next = await optionsFor('cut-at-6');
  await trainRun(trainedWith({ ...fields, startFrom: options.out, 'model.maxLength': 6 }), next);
  expect(JSON.parse(readFileSync(join(next.out, 'tokenizer_config.json'), 'utf8'))).toEqual({
    ...{ ...config, model_max_length: 6 },
  });
  writeFileSync(settings, JSON.stringify({ ...config, model_max_length: undefined }));
  const older = await openClassifier(options.out, options);
  expect((await inspectText(older, text, options)).tokens).toHaveLength(12);
  await classify(older, [text, 'on '.repeat(511)]);
  expect(notes.splice(0)).toEqual(['1 of 2 texts are longer than 512 tokens and are cut']);
  await older.classifier.release();
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

test('data that have changed since are not gone on with', async () => {
  const own = join(dir, 'own.csv');
  const text = readFileSync(data, 'utf8');
  writeFileSync(own, text);
  const stop = new AbortController();
  const events: TrainOptions['events'] = { progress: ({ step }) => step === 2 && stop.abort() };
  const options = await optionsFor('changed', { signal: stop.signal, events });
  await trainRun(trainedWith({ 'data.id': own }), options);
  writeFileSync(own, `${text}good day,up\n`);
  await expect(resumeRun(options.out, await optionsFor('changed'))).rejects.toThrow(
    `expected the data that the run began with, got others: ${own}`,
  );
  writeFileSync(own, text);
  expect((await resumeRun(options.out, await optionsFor('changed'))).state.step).toBe(STEPS);
});

/** A disk of so many kilobytes, where this process may mount one. */
function smallDisk(kilobytes: number): string | undefined {
  const path = join(dir, 'disk');
  mkdirSync(path);
  const options = ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tesserae', path];
  return spawnSync('mount', options).status === 0 ? path : undefined;
}
const disk = smallDisk(2048);
afterAll(() => disk && spawnSync('umount', [disk]));

test.skipIf(disk === undefined)(
  'a disk that fills up while training is one error; with room again the run ends with the same bytes',
  async () => {
    const recipe = trainedWith({});
    await trainRun(recipe, await optionsFor('roomy'));
    const out = join(disk as string, 'run');
    const filler = join(disk as string, 'filler');
    const fill = (): void => {
      for (const size of [65536, 4096, 1]) {
        try {
          for (;;) appendFileSync(filler, Buffer.alloc(size));
        } catch {
          // full, up to pieces of this size
        }
      }
    };
    const events: TrainOptions['events'] = { progress: ({ step }) => step === 3 && fill() };
    await expect(trainRun(recipe, await optionsFor('', { out, events }))).rejects.toThrow(
      /full disk|disk or quota is full/,
    );
    rmSync(filler);
    await resumeRun(out, await optionsFor('', { out }));
    for (const file of ['metrics.jsonl', 'model.safetensors', `${state}/weights.safetensors`])
      expect(readFileSync(join(out, file)).equals(readFileSync(join(dir, 'roomy', file))), file).toBe(true);
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
