// The loop: batches are made ahead, only once each and only for steps to come; errors wait for their turn; what is published is measured.
import { expect, test } from 'vitest';
import { float32, type NamedArrays } from '../array/index.ts';
import { nodeRuntime } from '../graph/index.node.ts';
import { meanSquaredError, type Runtime, type Session } from '../graph/index.ts';
import { linear } from '../nn/index.ts';
import { movingAverage } from './averages/moving.ts';
import {
  type FitPlan,
  type FitSink,
  type FitState,
  fit,
  NonFiniteLossError,
  NonFiniteWeightsError,
  START,
} from './fit.ts';
import { adamW } from './optimizers/adam-w.ts';
import { sgd } from './optimizers/sgd.ts';
import { type Objective, type StepOptions, TrainStep } from './step.ts';

const objective: Objective = {
  inputs: { x: { dtype: 'float32', shape: ['batch', 2] }, y: { dtype: 'float32', shape: ['batch', 1] } },
  loss: (module, { x, y }) => meanSquaredError(linear(module, x as never, 1), y as never),
};
const batchOf = (step: number): NamedArrays => ({ x: float32([1, 2], [step, 1]), y: float32([1, 1], [2 * step]) });

async function made(options: Partial<StepOptions> = {}): Promise<TrainStep> {
  const first = { weight: float32([1, 2], [0.5, -0.5]), bias: float32([1], [0.1]) };
  return TrainStep.create(objective, first, {
    runtime: await nodeRuntime(),
    optimizer: adamW(),
    groups: { weightDecay: 0 },
    learningRate: () => 0.1,
    seed: 0,
    ...options,
  });
}

const plan: FitPlan = {
  steps: 4,
  batchesAt: (step) => [batchOf(step)],
  unitsOf: () => 1,
  evaluateEvery: 2,
  saveEvery: 100,
  logEvery: 1,
};

function recorder(): { sink: FitSink; records: Record<string, number | string>[]; saves: FitState[] } {
  const records: Record<string, number | string>[] = [];
  const saves: FitState[] = [];
  const sink: FitSink = {
    metrics: async (record) => void records.push(record),
    save: async (state) => void saves.push(state),
    keepBest: async () => undefined,
    progress: () => undefined,
  };
  return { sink, records, saves };
}

/** A runtime that tells when a graph begins and ends, and gives others a turn in between, as a device does. */
async function telling(tell: (what: string) => void): Promise<Runtime> {
  const inner = await nodeRuntime();
  let runs = 0;
  const wrap = (session: Session): Session => ({
    ...{ inputNames: session.inputNames, outputNames: session.outputNames, release: () => session.release() },
    run: async (feeds, into) => {
      const at = ++runs;
      tell(`run ${at} begins`);
      await new Promise((resolve) => setTimeout(resolve, 1));
      const results = await session.run(feeds, into);
      tell(`run ${at} ends`);
      return results;
    },
  });
  return { ...inner, createSession: async (model, options) => wrap(await inner.createSession(model, options)) };
}

test('the next batch is made while the device works, and none beyond the last step', async () => {
  const events: string[] = [];
  const step = await made({ runtime: await telling((what) => events.push(what)) });
  const batchesAt = async (at: number): Promise<NamedArrays[]> => {
    events.push(`batch ${at}`);
    return [batchOf(at)];
  };
  await fit(step, { ...plan, steps: 3, batchesAt }, recorder().sink);
  expect(events).toEqual([
    ...['batch 1', 'run 1 begins', 'batch 2', 'run 1 ends', 'run 2 begins', 'batch 3', 'run 2 ends'],
    ...['run 3 begins', 'run 3 ends'],
  ]);
});

test('resumed in the middle, prefetching leaves the same records', async () => {
  const whole = recorder();
  await fit(await made(), plan, whole.sink);
  const [first, second] = [recorder(), recorder()];
  const before = await made();
  await fit(before, { ...plan, steps: 2 }, first.sink);
  const after = await made();
  after.restore(before.parameters, before.state());
  await fit(after, plan, second.sink, { from: { ...START, step: 2 } });
  expect([...first.records, ...second.records]).toEqual(whole.records);
});

test('a batch that cannot be made stops the run at its own step', async () => {
  const { sink, records } = recorder();
  const batchesAt = (at: number): NamedArrays[] => {
    if (at === 3) throw new Error('record 7 is broken');
    return [batchOf(at)];
  };
  await expect(fit(await made(), { ...plan, batchesAt }, sink)).rejects.toThrow('record 7 is broken');
  expect(records.map(({ step }) => step)).toEqual([1, 2]);
});

test('a non-finite loss names the records of its batch and leaves the state before', async () => {
  const { sink, saves } = recorder();
  const broken: FitPlan = {
    ...plan,
    batchesAt: (at) => [at === 2 ? { ...batchOf(at), y: float32([1, 1], [Number.NaN]) } : batchOf(at)],
    recordsAt: (at) => Array.from({ length: 70 }, (_, i) => 100 * at + i),
  };
  const error = await fit(await made(), broken, sink).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(NonFiniteLossError);
  const { message, records } = error as NonFiniteLossError;
  expect(message).toContain('(step 2; records 200, 201, 202,');
  expect(message).toContain('263 and 6 more)');
  expect(records).toHaveLength(70);
  expect(saves.map(({ step }) => step)).toEqual([1]);
});

test('weights that an update made infinite are neither saved nor kept as the best', async () => {
  // 3e38 is finite in float32, twice that is not: the second update goes beyond
  const made38 = () => made({ optimizer: sgd(), learningRate: (at) => (at < 2 ? 1e-3 : 3e38), clipNorm: 2 });
  const fails = async (more: Partial<FitPlan>): Promise<Record<string, unknown>> => {
    const { sink, saves } = recorder();
    const kept: number[] = [];
    const keepBest: FitSink['keepBest'] = async ({ step }) => void kept.push(step);
    const error = await fit(await made38(), { ...plan, ...more }, { ...sink, keepBest }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(NonFiniteWeightsError);
    const { step, parameter, message } = error as NonFiniteWeightsError;
    return { step, parameter, message, saved: saves.map((state) => state.step), kept };
  };
  const found = { step: 2, parameter: 'weight', message: expect.stringMatching(/after step 2, .* in 'weight'/) };
  expect(await fails({ saveEvery: 1 })).toEqual({ ...found, saved: [1], kept: [] });
  // nothing to save until the loss is no number: the state before that step is not saved either
  expect(await fails({})).toEqual({ ...found, saved: [], kept: [] });
  const best = { metric: 'score', mode: 'max' } as const;
  const evaluated = { evaluateEvery: 1, best, evaluate: async () => ({ score: 1 }) };
  expect(await fails(evaluated)).toEqual({ ...found, saved: [], kept: [1] });
});

test.each([
  ['max', [1, 3, 2, 3, 5, 6], [1, 2]],
  ['min', [5, 3, 4, 3, 2, 1], [1, 2]],
] as const)('the best by %s is kept, and patience ends the run', async (mode, scores, best) => {
  const { sink, records, saves } = recorder();
  const kept: (number | undefined)[] = [];
  let at = 0;
  const stopping: FitPlan = {
    ...{ ...plan, steps: 6, evaluateEvery: 1, best: { metric: 'score', mode }, patience: 2 },
    evaluate: async () => ({ score: scores[at++] as number }),
  };
  const keepBest: FitSink['keepBest'] = async ({ best: chosen }) => void kept.push(chosen?.step);
  const state = await fit(await made(), stopping, { ...sink, keepBest });
  expect(kept).toEqual(best);
  // an equal score is no better one
  expect(state).toEqual({ step: 4, best: { step: 2, value: 3 }, waited: 2, stopped: true });
  expect(saves).toEqual([state]);
  expect(records.filter((record) => 'eval_score' in record)).toHaveLength(4);
});

test('where nothing can be measured the last weights are kept, and patience does not end the run', async () => {
  const { sink } = recorder();
  const kept: (number | undefined)[] = [];
  const unmeasured: FitPlan = {
    ...{ ...plan, steps: 6, evaluateEvery: 2, best: { metric: 'score', mode: 'max' }, patience: 1 },
    evaluate: async () => ({ score: Number.NaN }),
  };
  const keepBest: FitSink['keepBest'] = async ({ best: chosen }) => void kept.push(chosen?.step);
  const state = await fit(await made(), unmeasured, { ...sink, keepBest });
  expect(kept).toEqual([2, 4, 6]);
  expect(state).toMatchObject({ step: 6, waited: 0 });
});

test('what is measured and kept is the average, and evaluating tells how far it is', async () => {
  const step = await made({ average: movingAverage(0.9) });
  const measured: number[][] = [];
  const kept: NamedArrays[] = [];
  const told: string[] = [];
  const evaluate: FitPlan['evaluate'] = async (weights, tell) => {
    measured.push(Array.from(weights.weight?.data as Float32Array));
    tell(1, 2);
    tell(2, 2);
    return { score: measured.length };
  };
  const sink: FitSink = {
    ...recorder().sink,
    keepBest: async (_state, _metrics, weights) => void kept.push(weights),
    evaluating: ({ step: at, done, total }) => told.push(`${at}: ${done}/${total}`),
  };
  await fit(step, { ...plan, evaluate, best: { metric: 'score', mode: 'max' } }, sink);
  const [raw, published] = [step.parameters, step.publish()];
  expect(measured).toHaveLength(2);
  expect(measured[1]).toEqual(Array.from(published.weight?.data as Float32Array));
  expect(measured[1]).not.toEqual(Array.from(raw.weight?.data as Float32Array));
  expect(kept).toEqual([published, published]);
  expect(told).toEqual(['2: 1/2', '2: 2/2', '4: 1/2', '4: 2/2']);
});
