// What recipes of the senses say beyond the encoder: broken originals, stochastic depth, layer scale, changed genes. On files made here.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type NamedArrays, type NdArray, Random } from '../src/array/index.ts';
import { decodeSafetensors } from '../src/checkpoints/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { evaluateRun, pipeline, prepareJob, type TrainOptions, trainRun } from '../src/tasks/index.node.ts';
import type { ClassificationEvaluation, Recipe } from '../src/tasks/index.ts';
import { senseBatchesAt, senseBatchSource } from '../src/tasks/sense-classification/batches.node.ts';
import { wholeDataset } from '../src/tasks/sense-classification/whole.ts';
import { pngOf } from '../src/tokens/index.node.ts';
import { picture } from '../src/tokens/index.ts';
import { recipeWith } from './recipe-with.ts';

const dir = mkdtempSync(join(tmpdir(), 'tesserae-sense-recipes-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function contextFor(name: string): Promise<TrainOptions & { readonly notes: string[] }> {
  const notes: string[] = [];
  return {
    ...{ runtime: await nodeRuntime(), session: { threads: 1 }, folders: [], versions: {}, notes },
    ...{ note: (text: string) => void notes.push(text), out: join(dir, 'runs', name) },
  };
}

const tiny = {
  ...{ 'model.dim': 12, 'model.layers': 2, 'model.heads': 2, 'model.ffnDim': 12, 'train.batchSize': 6 },
  ...{ 'train.steps': 4, 'train.warmup': 1, 'train.evaluateEvery': 4, 'train.saveEvery': 4 },
};

test('a broken picture is fatal with its path, or left out of training and evaluation and told', async () => {
  const data = join(dir, 'pictures');
  const random = new Random({ seed: 2, site: 'sense-recipes' });
  for (const [part, count] of Object.entries({ train: 7, validation: 2, test: 3 }))
    for (const label of ['dark', 'light']) {
      mkdirSync(join(data, part, label), { recursive: true });
      for (let i = 0; i < count; i++) {
        const pixels = Uint8Array.from({ length: 64 }, () => random.integer(100) + (label === 'dark' ? 0 : 150));
        writeFileSync(join(data, part, label, `${i}.png`), await pngOf(picture(8, 8, 1, pixels)));
      }
    }
  const [learnt, measured] = [join(data, 'train', 'dark', '3.png'), join(data, 'test', 'light', '1.png')];
  for (const path of [learnt, measured]) writeFileSync(path, readFileSync(path).subarray(0, 60));
  const settings = { ...tiny, 'data.id': data, 'tokens.size': 8, 'model.dropPath': 0.2, 'model.layerScale': 0.01 };
  const context = await contextFor('pictures');
  const failing = recipeWith('vit-mnist', settings);
  await expect(trainRun(failing, context)).rejects.toThrow(learnt);
  for (const channels of [0, 2, 4])
    await expect(
      trainRun(recipeWith('vit-mnist', { ...settings, 'tokens.channels': channels }), await contextFor('channels')),
    ).rejects.toThrow(`tokens.channels: expected 1 or 3, got ${channels}`);

  const recipe = recipeWith('vit-mnist', { ...settings, 'data.broken': 'skip' });
  const { dir: run } = await trainRun(recipe, { ...context, out: join(dir, 'runs', 'skipped') });
  const told = (path: string): string[] =>
    context.notes.filter((note) => note.startsWith('left out: ') && note.includes(path));
  expect([told(learnt).length, told(measured).length]).toEqual([1, 1]);
  expect(context.notes).toContain('left out 2 broken originals');
  expect(context.notes.some((note) => note.startsWith('13 to train on'))).toBe(true);
  context.notes.length = 0;
  const { evaluation } = await evaluateRun<ClassificationEvaluation>(run, context);
  expect(evaluation.examples).toBe(5);
  expect(told(measured)).toHaveLength(1);
  expect(context.notes).toContain('left out 2 broken originals');

  // the file is that of a plain ViT; the state goes on with the factors
  const published = decodeSafetensors(readFileSync(join(run, 'model.safetensors')), 'model').arrays;
  const config = JSON.parse(readFileSync(join(run, 'config.json'), 'utf8'));
  expect(Object.keys(published).filter((name) => /scale|lambda/.test(name))).toEqual([]);
  expect([config.layerscale_value, config.drop_path_rate]).toEqual([undefined, 0.2]);
  const state = decodeSafetensors(
    readFileSync(join(run, 'state', 'step-000000004', 'weights.safetensors')),
    'state',
  ).arrays;
  const [scale, bias] = ['attention_scale.scale', 'attention.output.weight'].map(
    (name) => state[`encoder.layers.1.${name}`] as NdArray<'float32'>,
  ) as [NdArray<'float32'>, NdArray<'float32'>];
  const written = published['vit.encoder.layer.1.attention.output.dense.weight'] as NdArray<'float32'>;
  for (const at of [0, 17, 143])
    expect(written.data[at]).toBe(Math.fround((bias.data[at] as number) * (scale.data[Math.floor(at / 12)] as number)));

  // threads ahead of the device make the same batches, without reading everything again
  const job = await prepareJob(recipe, context);
  const order = senseBatchSource({ sense: 'image' }, recipe as never, job, context, ['train/dark/3.png']);
  const ahead = await senseBatchesAt(JSON.parse(JSON.stringify(order.options)));
  for (const step of [1, 2, 3]) expect(await ahead(step)).toEqual(await job.batchesAt(step));
  await job.release();
});

test('a broken WAV is left out; other words than skip and fail are refused', async () => {
  const data = join(dir, 'sounds');
  const wav = (samples: number): Buffer => {
    const bytes = Buffer.alloc(44 + 2 * samples);
    for (const [at, word] of Object.entries({ 0: 'RIFF', 8: 'WAVEfmt ', 36: 'data' })) bytes.write(word, Number(at));
    for (const [at, value] of Object.entries({ 4: 36 + 2 * samples, 16: 16, 24: 8000, 28: 16000, 40: 2 * samples }))
      bytes.writeUInt32LE(value, Number(at));
    for (const [at, value] of Object.entries({ 20: 1, 22: 1, 32: 2, 34: 16 })) bytes.writeUInt16LE(value, Number(at));
    for (let i = 0; i < samples; i++) bytes.writeInt16LE((i * 977) % 12000, 44 + 2 * i);
    return bytes;
  };
  for (const part of ['train', 'validation', 'test'])
    for (const label of ['a', 'b']) {
      mkdirSync(join(data, part, label), { recursive: true });
      for (let i = 0; i < 3; i++) writeFileSync(join(data, part, label, `${i}.wav`), wav(800));
    }
  const [broken, nothing] = [join(data, 'train', 'b', '1.wav'), join(data, 'validation', 'a', '2.wav')];
  writeFileSync(broken, 'RIFF and nothing more');
  writeFileSync(nothing, '');
  const context = await contextFor('sounds');
  const settings = { ...tiny, 'data.id': data, 'tokens.mels': 16, 'tokens.frames': 24, 'tokens.patch': 8 };
  const skipping: Recipe = recipeWith('ast-digits', {
    ...settings,
    'tokens.stride': [8, 8],
    'data.options': {},
    'data.broken': 'skip',
  });
  const job = await prepareJob(skipping, context);
  await job.release();
  for (const path of [broken, nothing]) expect(context.notes.filter((note) => note.includes(path))).toHaveLength(1);
  expect(context.notes).toContain('left out 2 broken originals');
  expect(context.notes.some((note) => note.startsWith('5 to train on, 5 to validate'))).toBe(true);
  await expect(
    wholeDataset(
      async () => Promise.reject(),
      { broken: 'maybe' as 'skip' },
      () => undefined,
    ),
  ).rejects.toThrow('data.broken: expected skip or fail, got "maybe"');
});

test('genes are changed as the recipe says: the other strand, spelled and read as any other', async () => {
  const random = new Random({ seed: 4, site: 'genes' });
  const table = ['sequence,label'];
  for (let i = 0; i < 60; i++)
    table.push(`${Array.from({ length: 12 }, () => 'ACGT'[random.integer(4)]).join('')},${i % 2 ? 'x' : 'y'}`);
  writeFileSync(join(dir, 'genes.csv'), `${table.join('\n')}\n`);
  const settings = { ...tiny, 'data.id': join(dir, 'genes.csv'), 'tokens.k': 1, 'model.maxLength': 16 };
  const context = await contextFor('genes');
  const jobOf = async (augment: unknown) => prepareJob(recipeWith('dna-splice', { ...settings, augment }), context);
  const [plain, other, noisy] = [
    await jobOf([]),
    await jobOf([{ kind: 'reverse-complement', probability: 1 }]),
    await jobOf([{ kind: 'substitute', rate: 0.25 }]),
  ];
  // DNABERT's vocabulary: five special tokens, then A, T, C, G
  const pair: Readonly<Record<number, number>> = { 5: 6, 6: 5, 7: 8, 8: 7 };
  const rowsOf = ({ input_ids }: NamedArrays): number[][] => {
    const [rows = 0, width = 0] = input_ids?.shape ?? [];
    return Array.from({ length: rows }, (_, r) =>
      Array.from((input_ids as NdArray).data.slice(r * width, (r + 1) * width), Number),
    );
  };
  let [changed, bases] = [0, 0];
  for (const step of [1, 2, 3]) {
    const [[a], [b], [c]] = (await Promise.all([plain, other, noisy].map((job) => job.batchesAt(step)))) as [
      NamedArrays[],
      NamedArrays[],
      NamedArrays[],
    ];
    expect(b?.labels).toEqual(a?.labels);
    const [mine, theirs, noise] = [rowsOf(a as NamedArrays), rowsOf(b as NamedArrays), rowsOf(c as NamedArrays)];
    for (const [r, [start, ...row]] of mine.entries()) {
      const inner = row.slice(0, -1);
      expect(inner).toHaveLength(12);
      expect(theirs[r]).toEqual([start, ...inner.toReversed().map((id) => pair[id]), row.at(-1)]);
      changed += inner.filter((id, i) => id !== noise[r]?.[i + 1]).length;
      bases += inner.length;
    }
    // the same step gives the same batch again
    expect(await noisy.batchesAt(step)).toEqual([c]);
  }
  expect(changed / bases).toBeGreaterThan(0.15);
  expect(changed / bases).toBeLessThan(0.35);
  await Promise.all([plain, other, noisy].map((job) => job.release()));
  await expect(jobOf([{ kind: 'flip' }])).rejects.toThrow(/flip/);
});

test('a sequence longer than the positions is read as far as they go, and told with both numbers', async () => {
  writeFileSync(
    join(dir, 'long.csv'),
    `sequence,label,split\n${['train', 'validation', 'test'].map((part) => `ACGTACGTACGTACGT,x,${part}\nGGGGCCCCAAAATTTT,y,${part}`).join('\n')}\n`,
  );
  const settings = { ...tiny, 'data.id': join(dir, 'long.csv'), 'tokens.k': 1, 'model.maxLength': 10 };
  const context = await contextFor('long');
  const { dir: run } = await trainRun(recipeWith('dna-splice', settings), context);
  const told = (count: string): string =>
    `${count} sequences are longer than the 10 positions of the model, the longest with 16 bases as 18 tokens: what is behind is not read`;
  expect(context.notes).toContain(told('2 of 2'));
  const notes: string[] = [];
  const ask = await pipeline('dna-classification', run, {
    runtime: context.runtime,
    note: (message) => notes.push(message),
  });
  const [first] = await ask(['ACGTACGT', 'ACGTACGTACGTACGT']);
  expect(notes).toContain(told('1 of 2'));
  // what is behind the cut changes nothing
  const [again] = await ask(['ACGTACGTGGGG']);
  expect((again as { score: number }).score).toBeCloseTo((first as { score: number }).score, 5);
  await ask.dispose();
});
