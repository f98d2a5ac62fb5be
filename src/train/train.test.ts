// Optimizers against torch, kernels against plain loops, schedules, accumulation, masks, the run folder.
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { float32, type NdArray } from '../array/index.ts';
import { nodeRuntime } from '../graph/index.node.ts';
import { log, meanSquaredError, tap } from '../graph/index.ts';
import { linear } from '../nn/index.ts';
import { RunFolder, RunLockedError } from './index.node.ts';
import {
  Arena,
  adamW,
  crc32c,
  diagnose,
  fillMask,
  layersIn,
  layerwiseDecay,
  lion,
  type Objective,
  type Optimizer,
  patternOver,
  START,
  schedules,
  settingsOf,
  sgd,
  TrainStep,
} from './index.ts';
import { kernelsOf } from './kernels.ts';

const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', 'optimizers.json'), 'utf8')) as {
  start: number[];
  gradients: number[][];
  adamW: number[];
  sgd: number[];
  lion: number[];
  lionMomentum: number[];
};

/** Weights and state after the fixture's steps; gradients are clipped to `clipNorm`. */
function taken(
  optimizer: Optimizer,
  decay: number,
  clipNorm = Number.POSITIVE_INFINITY,
): { readonly weight: number[]; readonly slots: number[][] } {
  const arena = new Arena(4096);
  const [weight, gradient] = [arena.allocate(7), arena.allocate(7)];
  weight.set(golden.start);
  const slots = optimizer.slots.map(() => arena.allocate(7));
  golden.gradients.forEach((values, i) => {
    gradient.set(values);
    optimizer.update(
      [{ name: 'w', weight, gradient, slots, decay, learningRateScale: 1 }],
      { step: i + 1, learningRate: 0.01, gradientScale: Math.min(1, clipNorm / Math.hypot(...values)) },
      arena,
    );
  });
  return { weight: Array.from(weight), slots: slots.map((slot) => Array.from(slot)) };
}
const farthest = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...a.map((x, i) => Math.abs(x - (b[i] as number))));

test('AdamW and SGD take the steps that torch takes', () => {
  expect(farthest(taken(adamW({ beta2: 0.98 }), 0.1).weight, golden.adamW)).toBeLessThan(1e-6);
  expect(farthest(taken(sgd(), 0.1).weight, golden.sgd)).toBeLessThan(1e-6);
});

test('Lion takes the steps that NumPy takes, with decay and clipping', () => {
  const { weight, slots } = taken(lion(), 0.1, 6.5);
  expect(farthest(weight, golden.lion)).toBeLessThan(1e-6);
  expect(farthest(slots[0] as number[], golden.lionMomentum)).toBeLessThan(1e-7);
});

test('Lion moves every weight by the learning rate along the sign', () => {
  const first = golden.gradients[0] as number[];
  const arena = new Arena(4096);
  const [weight, gradient, m] = [arena.allocate(7), arena.allocate(7), arena.allocate(7)];
  gradient.set(first);
  lion().update(
    [{ name: 'w', weight, gradient, slots: [m], decay: 0, learningRateScale: 1 }],
    { step: 1, learningRate: 0.5, gradientScale: 1 },
    arena,
  );
  expect(Array.from(weight)).toEqual(first.map((g) => -0.5 * Math.sign(g)));
  expect(
    farthest(
      Array.from(m),
      first.map((g) => 0.01 * g),
    ),
  ).toBeLessThan(1e-7);
});

test('sums of squares and scaled addition, also over the end of a block', () => {
  const arena = new Arena(200_000);
  const [x, y] = [arena.allocate(9001), arena.allocate(9001)];
  for (let i = 0; i < x.length; i++) x[i] = Math.sin(i);
  const expected = x.reduce((sum, value) => sum + value * value, 0);
  expect(Math.abs(kernelsOf(arena).sumSquares(x) / expected - 1)).toBeLessThan(1e-6);
  kernelsOf(arena).addScaled(y, x, 2);
  expect(y[9000]).toBeCloseTo(2 * Math.sin(9000), 5);
  expect(() => arena.allocate(1e6)).toThrow('expected at most');
});

test('schedules have the shapes of transformers', () => {
  const options = { steps: 100, warmup: 10 };
  expect([5, 10, 55, 100].map(schedules.linear(options))).toEqual([0.5, 1, 0.5, 0]);
  expect([5, 10, 55].map(schedules.cosine(options)).map((x) => x.toFixed(6))).toEqual([
    '0.500000',
    '1.000000',
    '0.500000',
  ]);
  expect(schedules.cosine({ ...options, finalShare: 0.1 })(100)).toBeCloseTo(0.1, 12);
  expect([10, 40].map(schedules.inverseSquareRoot(options))).toEqual([1, 0.5]);
});

test('vectors do not decay, layers decay downwards, patterns freeze', () => {
  const rules = { weightDecay: 0.1, frozen: /^embeddings/, learningRateScale: layerwiseDecay(2, 0.5) };
  expect(settingsOf('encoder.layers.0.attention.query.weight', [4, 4], rules)).toEqual({
    decay: 0.1,
    learningRateScale: 0.25,
    frozen: false,
  });
  expect(settingsOf('encoder.layers.1.attention_norm.weight', [4], rules)).toEqual({
    decay: 0,
    learningRateScale: 0.5,
    frozen: false,
  });
  expect(settingsOf('embeddings.word.weight', [9, 4], rules)).toEqual({
    decay: 0.1,
    learningRateScale: 0.125,
    frozen: true,
  });
});

test('layers are counted from names, and a pattern must match some', () => {
  const names = ['encoder.layers.0.attention.query.weight', 'encoder.layers.11.norm.bias', 'embeddings.word.weight'];
  expect(layersIn(names)).toBe(12);
  expect(layersIn(['head.weight'])).toBe(0);
  expect(names.filter((name) => patternOver(names, '^embeddings|layers\\.0\\.').test(name))).toEqual([
    names[0],
    names[2],
  ]);
  expect(() => patternOver(names, 'decoder')).toThrow(
    "frozen: expected a pattern that matches parameters, got 'decoder'",
  );
  expect(() => patternOver(names, '(')).toThrow('frozen: expected a regular expression');
});

test('masks keep the mean and depend on seed, step and site only', () => {
  const mask = new Float32Array(40_001);
  fillMask(mask, 0.25, { seed: 1, step: 2, site: 'a' });
  const kept = mask.filter((value) => value > 0).length / mask.length;
  expect(Math.abs(kept - 0.75)).toBeLessThan(0.01);
  expect(new Set(mask)).toEqual(new Set([0, Math.fround(4 / 3)]));
  const [again, other] = [new Float32Array(40_001), new Float32Array(40_001)];
  fillMask(again, 0.25, { seed: 1, step: 2, site: 'a' });
  fillMask(other, 0.25, { seed: 1, step: 3, site: 'a' });
  expect(again).toEqual(mask);
  expect(other).not.toEqual(mask);
});

const objective: Objective = {
  inputs: { x: { dtype: 'float32', shape: ['batch', 2] }, y: { dtype: 'float32', shape: ['batch', 1] } },
  loss: (module, { x, y }) => meanSquaredError(linear(module, x as never, 1), y as never),
};
const makeStep = async (): Promise<TrainStep> =>
  TrainStep.create(
    objective,
    { weight: float32([1, 2], [0.5, -0.5]), bias: float32([1], [0.1]) },
    {
      runtime: await nodeRuntime(),
      optimizer: adamW(),
      groups: { weightDecay: 0 },
      learningRate: () => 0.01,
      clipNorm: 1,
      seed: 0,
    },
  );
const batch = (rows: readonly number[][]): Record<string, NdArray> => ({
  x: float32(
    [rows.length, 2],
    rows.flatMap((row) => row.slice(0, 2)),
  ),
  y: float32(
    [rows.length, 1],
    rows.map((row) => row[2] as number),
  ),
});
const rows = [
  [1, 2, 3],
  [0, 1, 1],
  [2, 0, 1],
  [1, 1, 0],
  [3, 1, 2],
];

test('accumulated parts equal the large batch', async () => {
  const [whole, parts] = [await makeStep(), await makeStep()];
  const a = await whole.run([batch(rows)], 1);
  const b = await parts.run([batch(rows.slice(0, 2)), batch(rows.slice(2))], 1);
  expect(Math.abs(a.loss - b.loss)).toBeLessThan(1e-6);
  expect(Math.abs(a.gradientNorm - b.gradientNorm)).toBeLessThan(1e-5);
  expect(
    farthest(
      Array.from(whole.parameters.weight?.data as Float32Array),
      Array.from(parts.parameters.weight?.data as Float32Array),
    ),
  ).toBeLessThan(1e-6);
});

test('a non-finite loss changes nothing', async () => {
  const step = await makeStep();
  const before = Array.from(step.parameters.weight?.data as Float32Array);
  const { loss } = await step.run([batch([[Number.POSITIVE_INFINITY, 0, 0]])], 1);
  expect(Number.isFinite(loss)).toBe(false);
  expect(Array.from(step.parameters.weight?.data as Float32Array)).toEqual(before);
});

test('crc32c has its check value', () => {
  expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
});

const info = { recipe: { task: 't', name: 'n' }, seed: 0, versions: {}, data: {} };
const saved = (step: number) => ({ state: { ...START, step }, weights: { w: float32([1], [step]) }, optimizer: {} });

test('a run keeps its last states, passes over a damaged one, and cuts its records back', async () => {
  const dir = join(mkdtempSync(join(tmpdir(), 'tesserae-test-')), 'run');
  const run = await RunFolder.create(dir, info);
  for (const step of [1, 2, 3]) {
    await run.append({ step, loss: step });
    await run.save(saved(step));
  }
  await run.append({ step: 4, loss: 4 });
  await expect(RunFolder.open(dir)).rejects.toThrow(RunLockedError);
  writeFileSync(join(dir, 'state', 'step-000000003', 'weights.safetensors'), 'broken');
  const state = await run.resume();
  expect(state?.state.step).toBe(2);
  expect(readFileSync(join(dir, 'metrics.jsonl'), 'utf8')).toBe('{"step":1,"loss":1}\n{"step":2,"loss":2}\n');
  await run.close();
  await expect(RunFolder.create(dir, info)).rejects.toThrow('--resume');
  await (await RunFolder.open(dir)).close();
});

test('another process owns the run; a newer version is refused', async () => {
  const dir = join(mkdtempSync(join(tmpdir(), 'tesserae-test-')), 'run');
  await (await RunFolder.create(dir, info)).close();
  writeFileSync(join(dir, '.lock'), `${process.ppid}\n`);
  await expect(RunFolder.open(dir)).rejects.toThrow(RunLockedError);
  writeFileSync(join(dir, '.lock'), '999999999\n');
  await (await RunFolder.open(dir)).close();
  writeFileSync(join(dir, 'run.json'), JSON.stringify({ ...info, version: 99 }));
  await expect(RunFolder.open(dir)).rejects.toThrow('run of version 1 or older, got 99');
  writeFileSync(join(dir, 'run.json'), '{"version": 1, "rec');
  await expect(RunFolder.open(dir)).rejects.toThrow(/expected a run.json that can be read, got: .*\n.*from a copy/s);
  rmSync(join(dir, 'run.json'));
  await expect(RunFolder.open(dir)).rejects.toThrow('Start a run: tesserae train RECIPE');
});

test.each(['ENOSPC', 'EDQUOT'])(
  'a full disk (%s) while saving is one error, and the older state stays',
  async (code) => {
    const dir = join(mkdtempSync(join(tmpdir(), 'tesserae-test-')), 'run');
    const run = await RunFolder.create(dir, info);
    await run.save(saved(1));
    const full = {
      open: async (): Promise<never> => {
        throw Object.assign(new Error('no space left on device'), { code });
      },
    };
    await expect(run.save(saved(2), full)).rejects.toThrow('the disk or quota is full');
    expect((await run.resume())?.state.step).toBe(1);
    await run.close();
  },
);

test.skipIf(!existsSync('/dev/full'))('a full disk while metrics are written is the same error', async () => {
  const dir = join(mkdtempSync(join(tmpdir(), 'tesserae-test-')), 'run');
  const run = await RunFolder.create(dir, info);
  rmSync(join(dir, 'metrics.jsonl'));
  symlinkSync('/dev/full', join(dir, 'metrics.jsonl'));
  await expect(run.append({ step: 1, loss: 1 })).rejects.toThrow(
    /full disk .*metrics\.jsonl\)\nFree space .* tesserae train --resume/,
  );
  await run.close();
});

test('a non-finite loss is traced to where it began', async () => {
  const odd: Objective = {
    inputs: objective.inputs,
    loss: (module, { x, y }) =>
      module.child('head', (m) => meanSquaredError(tap('logits', log(linear(m, x as never, 1))), y as never)),
  };
  const parameters = { 'head.weight': float32([1, 2], [1, 1]), 'head.bias': float32([1], [0]) };
  const options = { runtime: await nodeRuntime(), groups: { weightDecay: 0 }, seed: 0, step: 1 };
  expect(await diagnose(odd, parameters, batch([[-1, -1, 0]]), options)).toEqual({
    kind: 'value',
    name: 'head.logits',
  });
  expect(await diagnose(odd, parameters, batch([[1, 1, 0]]), options)).toBeUndefined();
  expect(await diagnose(odd, parameters, batch([[Number.NaN, 1, 0]]), options)).toEqual({ kind: 'input', name: 'x' });
  const broken = { ...parameters, 'head.bias': float32([1], [Number.NaN]) };
  expect(await diagnose(odd, broken, batch([[1, 1, 0]]), options)).toEqual({ kind: 'parameter', name: 'head.bias' });
});
