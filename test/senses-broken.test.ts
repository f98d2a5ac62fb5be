// Originals that load but are short, or cannot be read as the model needs them: filled up, named, left out by choice. On files made here.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { float32, type NdArray } from '../src/array/index.ts';
import { command as predict } from '../src/cli/commands/predict.ts';
import { DataError, type SenseDataset, type SenseExample } from '../src/data/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { openAnswerer, pipeline, prepareJob, type TrainOptions } from '../src/tasks/index.node.ts';
import { Originals } from '../src/tasks/sense-classification/originals.ts';
import { sounds } from '../src/tasks/sense-classification/sounds.ts';
import { wholeDataset } from '../src/tasks/sense-classification/whole.ts';
import { type Sound, sound, soundProcessorToJson, UnitsError } from '../src/tokens/index.ts';
import { recipeWith } from './recipe-with.ts';
import { runCommand } from './run-command.ts';

const dir = mkdtempSync(join(tmpdir(), 'tesserae-senses-broken-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** A WAV of 32-bit floats, one channel. */
function wav(path: string, rate: number, samples: readonly number[]): string {
  const bytes = Buffer.alloc(44 + 4 * samples.length);
  for (const [at, word] of Object.entries({ 0: 'RIFF', 8: 'WAVEfmt ', 36: 'data' })) bytes.write(word, Number(at));
  const size = 4 * samples.length;
  for (const [at, value] of Object.entries({ 4: 36 + size, 16: 16, 24: rate, 28: 4 * rate, 40: size }))
    bytes.writeUInt32LE(value, Number(at));
  for (const [at, value] of Object.entries({ 20: 3, 22: 1, 32: 4, 34: 32 })) bytes.writeUInt16LE(value, Number(at));
  for (const [i, value] of samples.entries()) bytes.writeFloatLE(value, 44 + 4 * i);
  writeFileSync(path, bytes);
  return path;
}

const noise = (count: number, seed: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.sin((i + 1) * (i + seed)) / 2);

async function contextFor(name: string): Promise<TrainOptions & { readonly notes: string[] }> {
  const notes: string[] = [];
  return {
    ...{ runtime: await nodeRuntime(), session: { threads: 1 }, folders: [], versions: {}, notes },
    ...{ note: (text: string) => void notes.push(text), out: join(dir, 'runs', name) },
  };
}

test('a sound of less than a frame is filled up with silence and trained on, whatever is said of broken ones', async () => {
  // 25 ms of 8 kHz are 200 samples
  const [short, filled] = [noise(50, 3), [...noise(50, 3), ...new Array<number>(150).fill(0)]];
  const rows: NdArray[] = [];
  for (const [name, samples] of Object.entries({ short, filled })) {
    const data = join(dir, name);
    for (const part of ['train', 'validation', 'test'])
      for (const label of ['a', 'b']) {
        mkdirSync(join(data, part, label), { recursive: true });
        wav(join(data, part, label, '0.wav'), 8000, noise(400, label.length));
      }
    wav(join(data, 'train', 'a', '0.wav'), 8000, samples);
    for (const broken of ['fail', 'skip']) {
      const context = await contextFor(name);
      const recipe = recipeWith('ast-digits', {
        ...{ 'data.id': data, 'data.options': {}, 'data.broken': broken, 'train.batchSize': 2 },
        ...{
          'tokens.rate': 8000,
          'tokens.mels': 16,
          'tokens.frames': 24,
          'model.dim': 12,
          'model.layers': 1,
          'model.heads': 2,
        },
      });
      const job = await prepareJob(recipe, context);
      const [batch] = await job.batchesAt(1);
      await job.release();
      expect(context.notes.filter((note) => note.startsWith('left out'))).toEqual([]);
      rows.push(batch?.input_values as NdArray);
    }
  }
  const [first] = rows as [NdArray<'float32'>];
  for (const other of rows) expect(other).toEqual(first);
  // one row of features of its own, then padding
  const lone = await sounds.readerOf(
    {},
    soundProcessorToJson({ kind: 'ast', rate: 8000, mels: 16, length: 24 }),
  )(sound(8000, Float32Array.from(short)));
  expect(new Set(lone.data.subarray(0, 16)).size).toBeGreaterThan(10);
  expect(lone.data.subarray(16).every((value) => value === 0)).toBe(true);
});

test('what loads but cannot be read is named, and left out by choice', async () => {
  const example = (id: string, size: number): SenseExample<number> => ({
    ...{ id, label: id.slice(0, 1), load: async () => size },
  });
  const [good, bad, other] = [example('a/1.mp4', 3), example('a/2.mp4', 7), example('b/1.mp4', 3)];
  const dataset: SenseDataset<number> = {
    ...{ name: 'set', labels: ['a', 'b'], checksums: {} },
    splits: { train: [good, bad, other], validation: [other], test: [good, other] },
    moreTests: { large: [bad, good] },
  };
  const read = (size: number): NdArray<'float32'> => {
    if (size === 7) throw new UnitsError('read: expected at most 3, got 7\nMake it smaller.');
    return float32([1], [size]);
  };
  const told: string[] = [];
  const { dataset: whole, leftOut } = await wholeDataset(
    async () => dataset,
    { broken: 'skip' },
    (note) => void told.push(note),
    read,
  );
  expect(leftOut).toEqual(['a/2.mp4', 'a/2.mp4']);
  expect(told[0]).toBe('left out: read: expected at most 3, got 7 (a/2.mp4)\nMake it smaller.');
  expect(whole.splits.train).toEqual([good, other]);
  expect(whole.moreTests).toEqual({ large: [good] });
  expect(whole.notes).toContain('left out 2 broken originals');

  const all = new Originals(dataset.splits.train, read);
  const message = /^read: expected at most 3, got 7 \(a\/2\.mp4\)\nMake it smaller\.$/;
  for (const asked of [all.rows([0, 1]), all.changed([1], (size) => size)]) {
    const error = await asked.catch((one: unknown) => one);
    expect(error).toBeInstanceOf(DataError);
    expect((error as Error).message).toMatch(message);
  }
  const nothing: SenseExample<Sound> = { id: 'c/0.wav', label: 'c', load: async () => sound(8000, new Float32Array()) };
  const tokens = { rate: 8000, mels: 16, frames: 24, patch: 8, stride: [8, 8] } as const;
  await expect(sounds.preprocessorOf(tokens, [nothing])).rejects.toThrow(
    /at least 200 samples \(one frame\), got 0.*\(c\/0\.wav\)/,
  );
});

test('a file among several that is broken inside is named, by the command line and by pipelines', async () => {
  const model = join(dir, 'ast');
  cpSync(join(import.meta.dirname, 'fixtures', 'models', 'ASTForAudioClassification'), model, { recursive: true });
  const processor = soundProcessorToJson({ kind: 'ast', rate: 8000, mels: 13, length: 11 });
  writeFileSync(join(model, 'preprocessor_config.json'), JSON.stringify(processor));
  const whole = wav(join(dir, 'ok.wav'), 8000, noise(800, 1));
  const broken = wav(join(dir, 'nan.wav'), 8000, [0, 0.5, 0.25, Number.NaN, ...noise(800, 2)]);
  const said = `expected finite samples, got NaN (sample 3 of channel 0, 0.000 s) (${broken})`;
  await expect(runCommand(predict, [model, whole, broken])).rejects.toThrow(said);
  expect((await runCommand(predict, [model, whole, whole])).out.trim().split('\n')).toHaveLength(2);
  const context = await contextFor('ast');
  const answerer = await openAnswerer(model, context);
  await expect(answerer.answer([broken])).rejects.toThrow(said);
  await answerer.release();
  const ask = await pipeline('audio-classification', model, { runtime: context.runtime });
  await expect(ask([whole, new Float32Array(0)])).rejects.toThrow(/got 0.*\(input 2\)/);
  await ask.dispose();
});
