// Training on a thread: the same bytes as without one, a free event loop, stopping, errors that keep their class.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { CheckpointError } from '../src/checkpoints/index.ts';
import { ffiRuntime, nodeRuntime } from '../src/graph/index.node.ts';
import type { Runtime } from '../src/graph/index.ts';
import { resumeInThread, type TrainOptions, trainInThread, trainRun } from '../src/tasks/index.node.ts';
import { override } from '../src/tasks/index.ts';
import { recipeWith } from './recipe-with.ts';

const dir = mkdtempSync(join(tmpdir(), 'tesserae-thread-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const STEPS = 24;
const data = join(dir, 'data.csv');
const rows = Array.from(
  { length: 60 },
  (_, i) => `${i % 2 ? 'good fine' : 'bad sad'} ${i % 7},${i % 2 ? 'up' : 'down'}`,
);
writeFileSync(data, `text,label\n${rows.join('\n')}\n`);
const settings = {
  'data.id': data,
  'train.steps': STEPS,
  'train.batchSize': 8,
  'train.warmup': 2,
  'train.saveEvery': 6,
  'train.evaluateEvery': 6,
  'train.logEvery': 2,
  'model.dim': 16,
  'model.layers': 1,
  'model.heads': 2,
  'model.ffnDim': 16,
  'tokenizer.vocabSize': 40,
};
const recipe = recipeWith('emoji-groups', settings);

function optionsFor(runtime: Runtime, name: string, more: Partial<TrainOptions> = {}): TrainOptions {
  const out = join(dir, name);
  return { runtime, session: { threads: 1 }, folders: [], note: () => undefined, out, versions: {}, ...more };
}

function bytesOf(name: string): string[] {
  const state = `state/step-${String(STEPS).padStart(9, '0')}`;
  const files = [
    'metrics.jsonl',
    'model.safetensors',
    `${state}/weights.safetensors`,
    `${state}/optimizer.safetensors`,
  ];
  return files.map((file) => readFileSync(join(dir, name, file)).toString('base64'));
}

test('gives the same bytes with and without a thread, stopped and resumed, over node and over ffi', async () => {
  const runtime = await nodeRuntime();
  const plain = await trainRun(recipe, optionsFor(runtime, 'plain'));
  const steps: number[] = [];
  const events = { progress: ({ step }: { step: number }) => steps.push(step) };
  const threaded = await trainInThread(recipe, optionsFor(runtime, 'threaded', { events }));
  expect(threaded.state).toEqual(plain.state);
  expect(steps).toEqual(Array.from({ length: STEPS }, (_, i) => i + 1));
  expect(bytesOf('threaded')).toEqual(bytesOf('plain'));

  const controller = new AbortController();
  const stopAt = { progress: ({ step }: { step: number }) => step === 3 && controller.abort() };
  const stopping = optionsFor(runtime, 'stopped', { signal: controller.signal, events: stopAt as never });
  const stopped = await trainInThread(recipe, stopping);
  expect(stopped.state.step).toBeGreaterThanOrEqual(3);
  const resumed = await resumeInThread(join(dir, 'stopped'), optionsFor(runtime, 'stopped'));
  expect(resumed.state.step).toBe(STEPS);
  expect(bytesOf('stopped')).toEqual(bytesOf('plain'));

  await trainInThread(recipe, optionsFor(await ffiRuntime(), 'ffi'));
  expect(bytesOf('ffi')).toEqual(bytesOf('plain'));
});

test('errors keep their class and message', async () => {
  const runtime = await nodeRuntime();
  const again = trainInThread(recipe, optionsFor(runtime, 'plain'));
  await expect(again).rejects.toThrow(CheckpointError);
  const missing = override(recipe, 'data.id', join(dir, 'none.csv'));
  await expect(trainInThread(missing, optionsFor(runtime, 'missing'))).rejects.toThrow('none.csv');
});
