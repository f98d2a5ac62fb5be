// Painting hidden patches through the common loop, fine-tuning what it learnt, and the comparison with training from nothing, on pictures
// made here.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { vitTransfer } from '../recipes/vit-transfer.ts';
import { type NamedArrays, type NdArray, Random } from '../src/array/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { intervalsSvg, reportPage, reportText } from '../src/lens/index.ts';
import {
  compareTransfer,
  evaluateRun,
  inspectPainting,
  openModel,
  type PaintingEvaluation,
  paintingReport,
  prepareJob,
  type TrainOptions,
  trainRun,
} from '../src/tasks/index.node.ts';
import { type Recipe, runForward, type TransferRecipe, traceForward, transferReport } from '../src/tasks/index.ts';
import { recipeWith } from './recipe-with.ts';

const dir = mkdtempSync(join(tmpdir(), 'tesserae-masked-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const SIZE = 16;

/** A grey picture with a bright square of 8 pixels, left or right, at any height. */
async function square(path: string, x: number, y: number): Promise<void> {
  const pixels = Buffer.alloc(SIZE * SIZE, 20);
  for (let dy = 0; dy < 8; dy++) pixels.fill(230, (y + dy) * SIZE + x, (y + dy) * SIZE + x + 8);
  mkdirSync(dirname(path), { recursive: true });
  await sharp(pixels, { raw: { width: SIZE, height: SIZE, channels: 1 } })
    .png()
    .toFile(path);
}

const encoder = { 'model.dim': 16, 'model.layers': 2, 'model.heads': 2, 'model.ffnDim': 32, 'model.dropout': 0 };
const small = {
  'data.id': join(dir, 'pictures'),
  'tokens.size': SIZE,
  'train.batchSize': 16,
  'train.warmup': 4,
  'train.learningRate': 4e-3,
  ...encoder,
};
const painting = (settings: Readonly<Record<string, unknown>> = {}): Recipe =>
  recipeWith('vit-pretrain-mae', {
    ...small,
    'decoder.dim': 16,
    'train.steps': 240,
    'train.evaluateEvery': 120,
    normalizesTarget: false,
    // of 16 patches: with fewer to see, the square is often not among them
    maskRatio: 0.5,
    ...settings,
  });

const notes: string[] = [];
let options: TrainOptions;
let run: string;
let losses: number[];
beforeAll(async () => {
  const random = new Random({ seed: 3, site: 'masked.test' });
  for (const [part, count] of Object.entries({ train: 48, validation: 16, test: 16 }))
    for (let i = 0; i < count; i++)
      await square(
        join(dir, 'pictures', part, i % 2 === 0 ? 'left' : 'right', `${i}.png`),
        i % 2 === 0 ? 0 : 8,
        4 * random.integer(3),
      );
  const runtime = await nodeRuntime();
  const note = (text: string): void => void notes.push(text);
  options = { runtime, session: { threads: 1 }, folders: [], note, versions: {}, out: join(dir, 'painter') };
  ({ dir: run } = await trainRun(painting(), options));
  losses = readFileSync(join(run, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .flatMap((line) => (JSON.parse(line) as { loss?: number }).loss ?? []);
}, 60_000);

const arraysOf = (array: NdArray | undefined): number[] => Array.from((array as NdArray<'float32'>).data);

test('painting is learnt: the loss falls below what the mean picture gives', async () => {
  const { evaluation, report } = await evaluateRun<PaintingEvaluation>(run, options);
  expect(losses.at(-1)).toBeLessThan(0.6 * (losses[0] as number));
  expect(evaluation).toMatchObject({ split: 'test', examples: 16 });
  expect(evaluation.loss).toBeLessThan(0.7 * (evaluation.baselines.mean_of_48_pictures as number));
  expect(report).toContain('16 pictures');
  // which patches are hidden does not change from one measure to the next
  expect((await evaluateRun<PaintingEvaluation>(run, options)).evaluation).toEqual(evaluation);
});

test('hidden patches are a function of seed and step, and are those with the most noise', async () => {
  const noiseAt = async (settings: object, step: number): Promise<number[]> => {
    const job = await prepareJob(painting({ ...settings }), options);
    const [batch] = await job.batchesAt(step);
    await job.release();
    return arraysOf(batch?.noise);
  };
  const noise = await noiseAt({}, 3);
  expect(await noiseAt({}, 3)).toEqual(noise);
  expect(await noiseAt({}, 4)).not.toEqual(noise);
  expect(await noiseAt({ seed: 2 }, 3)).not.toEqual(noise);
  expect(noise.every((value) => value >= 0 && value < 1)).toBe(true);
  const { model, parameters } = await openModel(run);
  const job = await prepareJob(painting(), options);
  const [batch] = (await job.batchesAt(3)) as [NamedArrays];
  await job.release();
  const { mask } = await runForward(model, parameters, batch, { want: ['mask'], runtime: options.runtime });
  const [rows = 0, patches = 0] = mask?.shape ?? [];
  expect([rows, patches]).toEqual([16, 16]);
  for (let row = 0; row < rows; row++) {
    const own = noise.slice(row * patches, (row + 1) * patches);
    const seen = new Set(own.toSorted((a, b) => a - b).slice(0, 8));
    expect(arraysOf(mask).slice(row * patches, (row + 1) * patches)).toEqual(
      own.map((value) => (seen.has(value) ? 0 : 1)),
    );
  }
});

test('the encoder runs over the visible patches alone', async () => {
  const { model } = await openModel(run);
  const { states } = traceForward(model, ['pixel_values', 'noise']);
  const lengths = Object.entries(states).map(([name, { shape }]) => [name.replace(/\.\d+$/, ''), shape.at(-2)]);
  expect(lengths.filter(([name]) => name === 'hidden_states').map(([, length]) => length)).toEqual([9, 9, 9]);
});

test('a share that hides nothing, or everything, and mixing are refused', async () => {
  await expect(prepareJob(painting({ maskRatio: 0 }), options)).rejects.toThrow(/maskRatio: expected a share/);
  await expect(prepareJob(painting({ maskRatio: 1 }), options)).rejects.toThrow(/maskRatio: expected a share/);
  await expect(prepareJob(painting({ augment: [{ kind: 'mixup' }] }), options)).rejects.toThrow(/several, as mixup/);
});

test('a folder of pictures without labels is learnt from; a classifier refuses it', async () => {
  for (let i = 0; i < 12; i++) await square(join(dir, 'plain', `${i}.png`), 4, i % 8);
  const job = await prepareJob(painting({ 'data.id': join(dir, 'plain') }), options);
  const ids = [1, 2, 3].flatMap((step) => job.recordsAt?.(step) ?? []);
  await job.release();
  expect(ids.length).toBeGreaterThan(3);
  expect(ids.every((id) => /^\d+\.png$/.test(String(id)))).toBe(true);
  const classifier = recipeWith('vit-finetune', { ...small, 'data.id': join(dir, 'plain') });
  await expect(prepareJob(classifier, options)).rejects.toThrow(/a folder for every label, got none/);
});

test('pictures are shown as they were, as they were seen, and painted', async () => {
  const paths = ['left/0.png', 'right/1.png'].map((name) => join(dir, 'pictures', 'test', name));
  const inspection = await inspectPainting(run, paths, options);
  const rows = await Promise.all(
    inspection.rows.map((row) =>
      Promise.all(
        row.map(async ({ href }) => [
          ...(await sharp(Buffer.from(href.split(',')[1] as string, 'base64'))
            .greyscale()
            .raw()
            .toBuffer()),
        ]),
      ),
    ),
  );
  for (const [i, [original = [], seen = [], painted = []]] of rows.entries()) {
    expect(original).toEqual([...(await sharp(paths[i]).greyscale().raw().toBuffer())]);
    const hidden = seen.map((value, at) => value !== original[at]);
    // no pixel of these pictures is of middle grey
    expect(hidden.filter(Boolean)).toHaveLength((SIZE * SIZE) / 2);
    expect(painted.filter((value, at) => !hidden[at] && value !== original[at])).toEqual([]);
    const errors = painted.flatMap((value, at) => (hidden[at] ? [Math.abs(value - (original[at] as number))] : []));
    expect(errors.reduce((a, b) => a + b, 0) / errors.length).toBeLessThan(60);
  }
  expect(reportPage(paintingReport(run, inspection)).match(/<img /g)).toHaveLength(6);
});

const finetuning = (settings: Readonly<Record<string, unknown>> = {}): Recipe =>
  recipeWith('vit-finetune', { ...small, 'data.limit': 8, 'train.steps': 4, startFrom: run, augment: [], ...settings });

test('a classifier that starts from it has its encoder bit for bit, no decoder, and says so', async () => {
  notes.length = 0;
  const job = await prepareJob(finetuning(), options);
  await job.release();
  const { parameters } = await openModel(run);
  const names = Object.keys(parameters).filter((name) => !name.startsWith('decoder.'));
  expect(names.length).toBeGreaterThan(30);
  for (const name of names) expect(arraysOf(job.initial[name]), name).toEqual(arraysOf(parameters[name]));
  const own = Object.keys(job.initial).filter((name) => !names.includes(name));
  expect(own).toEqual(['classifier.weight', 'classifier.bias']);
  expect(notes.join('\n')).toMatch(
    /classifier\.weight initialized: new, 2×16\n.*\ndecoder dropped: .* \(24 parameters\)/,
  );
});

test('other sizes and channels are adapted and told; a frozen encoder stays, the head learns', async () => {
  notes.length = 0;
  const recipe = finetuning({
    'tokens.size': 24,
    'tokens.channels': 3,
    'train.frozen': '^(embeddings|encoder|norm)\\.',
  });
  const job = await prepareJob(recipe, options);
  await job.release();
  expect(notes.join('\n')).toContain('embeddings.positions resampled: grid 4×4 to 6×6, bicubic');
  expect(notes.join('\n')).toContain('embeddings.patches.weight channels: 1 channels to 3, repeated and scaled');
  const { dir: tuned } = await trainRun(recipe, { ...options, out: join(dir, 'frozen') });
  const { parameters } = await openModel(tuned);
  for (const [name, array] of Object.entries(parameters)) {
    const before = arraysOf(job.initial[name]);
    if (name.startsWith('classifier.')) expect(arraysOf(array), name).not.toEqual(before);
    else expect(arraysOf(array), name).toEqual(before);
  }
});

test('threads ahead of the device make the same batches: a run leaves the same record', async () => {
  const recipes = [
    painting({ 'train.steps': 3, augment: [{ kind: 'flip' }] }),
    finetuning({ startFrom: '', augment: [{ kind: 'pad-crop', pixels: 2 }, { kind: 'mixup' }] }),
  ];
  for (const recipe of recipes) {
    const recordOf = async (ahead: number): Promise<string> => {
      const { dir: made } = await trainRun(recipe, { ...options, ahead, out: join(dir, `${recipe.name}-${ahead}`) });
      return readFileSync(join(made, 'metrics.jsonl'), 'utf8');
    };
    expect(await recordOf(1)).toBe(await recordOf(0));
  }
});

const tiny = (name: string): Recipe => (name === 'painting' ? painting() : finetuning({ startFrom: '' }));

test('the comparison with nothing is whole, goes on where it was, and refuses another recipe', async () => {
  const recipe = {
    ...vitTransfer,
    pretrain: { painting: { ...tiny('painting'), train: { ...tiny('painting').train, steps: 2 } } },
    finetune: { ...tiny('labels'), train: { ...tiny('labels').train, steps: 2 } },
    targets: { squares: { id: join(dir, 'pictures'), limit: 8 } },
    ways: {
      full: { frozen: '', learningRates: [1e-3] },
      frozen: { ...vitTransfer.ways.frozen, learningRates: [1e-2] },
    },
    seeds: [1, 2],
  } as TransferRecipe;
  const out = join(dir, 'transfer');
  const comparison = await compareTransfer(recipe, out, options);
  const { cells, baselines } = comparison;
  expect(cells.map(({ start, way }) => `${start} ${way}`)).toEqual([
    ...['nothing full', 'nothing frozen', 'painting full', 'painting frozen'],
  ]);
  for (const { accuracies, accuracy, gain, interval } of cells) {
    expect(accuracy).toBeCloseTo((accuracies[0] as number) / 2 + (accuracies[1] as number) / 2, 10);
    expect(gain).toBeCloseTo(accuracy - (cells[0]?.accuracy as number), 10);
    expect(interval[0]).toBeLessThanOrEqual(gain);
    expect(interval[1]).toBeGreaterThanOrEqual(gain);
  }
  expect(cells[0]).toMatchObject({ gain: 0, interval: [0, 0] });
  // rivals learnt from the same eight pictures
  expect(Object.keys(baselines.squares ?? {})).toEqual(
    expect.arrayContaining(['majority_class', 'logistic_regression_on_8', 'nearest_of_8']),
  );
  const report = transferReport(comparison);
  expect(reportText(report)).toContain('painting');
  expect(intervalsSvg(report.intervals as never).match(/<circle /g)).toHaveLength(3);
  notes.length = 0;
  expect(await compareTransfer(recipe, out, options)).toEqual(comparison);
  expect(notes.filter((line) => line.includes('to train on'))).toEqual([]);
  const other = { ...recipe, finetune: { ...recipe.finetune, name: 'other' } };
  await expect(compareTransfer(other, out, options)).rejects.toThrow(/expected no run, or one of the recipe other/);
}, 60_000);

test('a broken picture ends a pre-training run, or is told and left out', async () => {
  const folder = join(dir, 'broken');
  cpSync(join(dir, 'pictures'), folder, { recursive: true });
  writeFileSync(
    join(folder, 'train', 'left', 'cut.png'),
    readFileSync(join(folder, 'train', 'left', '0.png')).subarray(0, 60),
  );
  const told: string[] = [];
  const context = { ...options, note: (text: string) => void told.push(text) };
  const steps = { 'train.steps': 4, 'train.evaluateEvery': 4, 'train.saveEvery': 4 };
  // four batches of 16 of 49 pictures: each is read
  const settings = { 'data.id': folder, ...steps };
  await expect(trainRun(painting(settings), { ...context, out: join(dir, 'fails') })).rejects.toThrow(/cut\.png/);
  const skipping = painting({ ...settings, 'data.broken': 'skip' });
  const { dir: whole } = await trainRun(skipping, { ...context, ahead: 1, out: join(dir, 'skips') });
  expect(told.filter((text) => text.startsWith('left out: '))).toEqual([expect.stringMatching(/cut\.png/)]);
  expect(told).toContainEqual(expect.stringMatching(/^48 to train on/));
  expect((await evaluateRun<PaintingEvaluation>(whole, context)).evaluation.examples).toBe(16);
}, 30_000);
