// Pictures, sounds, clips and bases through the same loop, on sets made here: each is trained, measured, asked by path and by bytes,
// and resumed. What is to be learned is easy, so a model that learns nothing fails.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../src/array/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import {
  evaluateRun,
  openAnswerer,
  pipeline,
  type SenseClassificationPipeline,
  type TrainOptions,
  trainRun,
} from '../src/tasks/index.node.ts';
import type { ClassificationEvaluation, Recipe } from '../src/tasks/index.ts';
import { recipeWith } from './recipe-with.ts';

const dir = mkdtempSync(join(tmpdir(), 'tesserae-senses-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const SIZE = 16;
const parts = { train: 48, validation: 12, test: 20 };

/** A grey picture with a bright square of 6 pixels at a place. */
async function square(path: string, x: number, y: number): Promise<void> {
  const pixels = Buffer.alloc(SIZE * SIZE, 20);
  for (let dy = 0; dy < 6; dy++) pixels.fill(230, (y + dy) * SIZE + x, (y + dy) * SIZE + x + 6);
  mkdirSync(dirname(path), { recursive: true });
  await sharp(pixels, { raw: { width: SIZE, height: SIZE, channels: 1 } })
    .png()
    .toFile(path);
}

/** A mono 16-bit WAV of a tone at 8 kHz, 0.4 s. */
function tone(path: string, hertz: number, phase: number): void {
  const count = 3200;
  const bytes = Buffer.alloc(44 + 2 * count);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + 2 * count, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(8000, 24);
  bytes.writeUInt32LE(16000, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(2 * count, 40);
  for (let i = 0; i < count; i++)
    bytes.writeInt16LE(Math.round(12000 * Math.sin((2 * Math.PI * hertz * i) / 8000 + phase)), 44 + 2 * i);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}

beforeAll(async () => {
  const random = new Random({ seed: 7, site: 'senses.test' });
  const table = ['sequence,label,split'];
  for (const [part, count] of Object.entries(parts))
    for (let i = 0; i < count; i++) {
      const first = i % 2 === 0;
      const place = random.integer(SIZE - 5);
      await square(join(dir, 'pictures', part, first ? 'left' : 'right', `${i}.png`), first ? 1 : 9, place);
      tone(join(dir, 'sounds', part, first ? 'high' : 'low', `${i}.wav`), (first ? 2000 : 400) + place, place);
      // one step to the left or to the right: no single frame tells
      const frames = [2, 4, 6, 8].map((x) => x + random.integer(2));
      for (const [t, x] of (first ? frames : frames.toReversed()).entries())
        await square(join(dir, 'clips', part, first ? 'rightward' : 'leftward', `${i}`, `${t}.png`), x, place);
      const bases = Array.from({ length: 24 }, () => 'ACGT'[random.integer(4)]).join('');
      table.push(`${bases.slice(0, 10)}${first ? 'TATA' : 'GCGC'}${bases.slice(14)},${first ? 'box' : 'none'},${part}`);
    }
  writeFileSync(join(dir, 'bases.csv'), `${table.join('\n')}\n`);
});

const small = {
  'train.batchSize': 12,
  'train.warmup': 4,
  'train.evaluateEvery': 30,
  'train.saveEvery': 30,
  'train.labelSmoothing': 0,
  'model.dim': 24,
  'model.layers': 2,
  'model.heads': 2,
  'model.ffnDim': 48,
  'model.dropout': 0,
};
const cases = [
  {
    recipe: 'vit-mnist',
    data: 'pictures',
    settings: {
      'train.steps': 90,
      'train.learningRate': 3e-3,
      'tokens.size': SIZE,
      augment: [{ kind: 'flip-vertical' }, { kind: 'mixup' }],
    },
    labels: ['left', 'right'],
    example: 'pictures/test/left/0.png',
    task: 'image-classification',
  },
  {
    recipe: 'ast-digits',
    data: 'sounds',
    settings: {
      'train.steps': 60,
      'train.learningRate': 2e-3,
      'tokens.mels': 16,
      'tokens.frames': 40,
      augment: [{ kind: 'noise' }, { kind: 'spec-augment', timeWidth: 6, frequencyMasks: 1, frequencyWidth: 2 }],
    },
    labels: ['high', 'low'],
    example: 'sounds/test/high/0.wav',
    task: 'audio-classification',
  },
  {
    recipe: 'tube-motion',
    data: 'clips',
    settings: {
      'train.steps': 120,
      'train.learningRate': 3e-3,
      'tokens.size': SIZE,
      'tokens.frames': 4,
      'tokens.channels': 1,
      'tokens.kernel': [4, 4, 4],
      'tokens.tubes': [{ size: [4, 4, 4], stride: [4, 4, 4], offset: [0, 0, 0] }],
    },
    labels: ['leftward', 'rightward'],
    example: 'clips/test/rightward/0',
    task: 'video-classification',
  },
] as const;

const optionsFor = async (name: string): Promise<TrainOptions> => ({
  ...{ runtime: await nodeRuntime(), session: { threads: 1 }, folders: [], note: () => undefined, versions: {} },
  out: join(dir, 'runs', name),
});

const recipeOf = (name: string, settings: Readonly<Record<string, unknown>>): Recipe =>
  recipeWith(name, { ...small, ...settings });

describe.each(cases)('$task', ({ recipe: name, data, settings, labels, example, task }) => {
  test('is trained, measured, asked', async () => {
    const options = await optionsFor(name);
    const recipe = recipeOf(name, { ...settings, 'data.id': join(dir, data) });
    const { state, dir: run } = await trainRun(recipe, options);
    expect(state.best?.value).toBeGreaterThanOrEqual(0.9);
    const { evaluation } = await evaluateRun<ClassificationEvaluation>(run, options);
    expect(evaluation).toMatchObject({ examples: parts.test, labels, split: 'test' });
    expect(evaluation.accuracy).toBeGreaterThanOrEqual(0.9);
    expect(evaluation.confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(parts.test);
    expect(evaluation.baselines.majority_class).toBe(0.5);
    const answerer = await openAnswerer(run, options);
    const path = join(dir, example);
    const [answer] = (await answerer.answer([path])) as [{ label: string; score: number }];
    await answerer.release();
    expect(labels).toContain(answer.label);
    const ask = (await pipeline(task, run, { runtime: options.runtime })) as SenseClassificationPipeline<never>;
    const all = await ask(path, { top_k: null });
    expect(all[0]).toEqual(answer);
    expect(all.reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(1, 5);
    if (task !== 'video-classification') {
      const [bytes, address] = await ask([new Uint8Array(readFileSync(path)), pathToFileURL(path)], { top_k: null });
      for (const again of [bytes, address]) {
        expect(again?.map(({ label }) => label)).toEqual(all.map(({ label }) => label));
        expect(again?.[0]?.score).toBeCloseTo(answer.score, 5);
      }
    }
    await ask.dispose();
  });
});

test('dna-classification is trained, measured, asked, with k-mers and with byte pairs', async () => {
  for (const kind of ['kmer', 'bpe']) {
    const options = await optionsFor(`dna-${kind}`);
    const recipe = recipeOf('dna-splice', {
      'data.id': join(dir, 'bases.csv'),
      'tokens.kind': kind,
      'tokens.k': 2,
      'tokens.vocabSize': 40,
      'train.steps': 90,
      'train.learningRate': 3e-3,
    });
    const { dir: run } = await trainRun(recipe, options);
    const { evaluation } = await evaluateRun<ClassificationEvaluation>(run, options);
    expect(evaluation.labels).toEqual(['box', 'none']);
    // chance is 0.5; byte pairs cut the box apart in many ways and learn less from 48 examples
    expect(evaluation.accuracy).toBeGreaterThanOrEqual(kind === 'kmer' ? 0.85 : 0.6);
    expect(evaluation.baselines.naive_bayes_by_position).toBeGreaterThan(0.9);
    const ask = await pipeline('dna-classification', run, { runtime: options.runtime });
    expect(await ask('acgtacgtacTATAacgtacgtac', { top_k: null })).toHaveLength(2);
    await expect(ask('MKVLA')).rejects.toThrow(/input 1/);
    await ask.dispose();
  }
});
