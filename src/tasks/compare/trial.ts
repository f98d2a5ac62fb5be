// One training of one model: the same steps for all, and what it cost.
import type { NamedArrays, NdArray } from '../../array/index.ts';
import { batchSchedule } from '../../data/index.ts';
import { type Model, parameterSpecs } from '../../models/index.ts';
import { initializeParameters } from '../../nn/index.ts';
import { type MemoryBudget, TrainStep } from '../../train/index.ts';
import { objectiveOf } from '../objective.ts';
import { trainDefaults } from '../recipe.ts';
import { ModelRunner } from '../runner.ts';
import type { SessionTarget } from '../session.ts';
import { stepOptionsOf } from '../train-plan.ts';

const IGNORED = -100;

/** What is trained. */
export interface Trial {
  readonly model: Model;
  readonly seed: number;
  readonly learningRate: number;
  readonly steps: number;
  readonly warmup: number;
  /** The batch of a step, from 1. */
  readonly batchAt: (step: number) => NamedArrays;
}

/** Weights, and what they cost. */
export interface Trained {
  readonly parameters: NamedArrays;
  /** Median, in milliseconds. */
  readonly stepMilliseconds: number;
  /** What a step with the first batch needs, estimated, without what the process held before, in bytes. */
  readonly stepBytes: number;
}

/** Where trials run. */
export interface TrialTarget extends SessionTarget {
  readonly memory: MemoryBudget;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Trains once. @throws RangeError when the loss is no number, with the step */
export async function runTrial(trial: Trial, { runtime, session = {}, memory }: TrialTarget): Promise<Trained> {
  const { model, seed, learningRate, steps, warmup, batchAt } = trial;
  const first = batchAt(1);
  const objective = objectiveOf(model, Object.keys(first));
  const initial = initializeParameters(parameterSpecs(model), seed);
  const train = { ...trainDefaults, steps, warmup: Math.min(warmup, Math.floor(steps / 5)), learningRate };
  const options = stepOptionsOf(train, { initial }, { runtime, session, seed, memory });
  const step = await TrainStep.create(objective, initial, options);
  try {
    const times: number[] = [];
    for (let at = 1; at <= steps; at++) {
      const begun = performance.now();
      const { loss } = await step.run([at === 1 ? first : batchAt(at)], at);
      times.push(performance.now() - begun);
      if (!Number.isFinite(loss))
        throw new RangeError(`compare: expected a finite loss, got ${loss} (${model.className}, step ${at})`);
    }
    await step.settle();
    const needs = step.memoryFor(first);
    const copies = Object.entries(step.publish()).map(([name, array]): [string, NdArray] => [
      name,
      { ...array, data: array.data.slice() } as NdArray,
    ]);
    return {
      parameters: Object.fromEntries(copies),
      stepMilliseconds: median(times),
      stepBytes: needs ? needs.total - needs.process : Number.NaN,
    };
  } finally {
    await step.release();
  }
}

/** Batches of items in the order that their lengths and the seed give: the same for every architecture. */
export function batchesOf<T>(
  items: readonly T[],
  lengthOf: (item: T) => number,
  batchSize: number,
  seed: number,
): (step: number) => readonly T[] {
  const schedule = batchSchedule(items.map(lengthOf), batchSize, seed);
  return (step) => schedule(step).map((i) => items[i] as T);
}

/** What measured batches gave. */
export interface Score {
  /** Nats per label. */
  readonly loss: number;
  /** Share of rows whose every label is the likeliest: what writing greedily would get wholly right. */
  readonly exact: number;
  readonly millisecondsPerRow: number;
}

/** A runner that gives `logits` for batches like this one. The caller releases it. */
export const logitsRunner = (model: Model, batch: NamedArrays, target: SessionTarget): Promise<ModelRunner> =>
  ModelRunner.create(model, { ...target, inputs: Object.keys(batch), want: ['logits'] });

/** Measures weights on batches that have `labels`; scores at place t are of label t + shift, `among` these ids alone where there are any. */
export async function measure(
  runner: ModelRunner,
  parameters: NamedArrays,
  batches: readonly NamedArrays[],
  shift: 0 | 1,
  among?: readonly number[],
): Promise<Score> {
  let [nats, labels, exact, rows, time] = [0, 0, 0, 0, 0];
  for (const batch of batches) {
    const begun = performance.now();
    const { logits } = await runner.run(parameters, batch);
    time += performance.now() - begun;
    for (const row of scoredRows(logits as NdArray, batch.labels as NdArray, shift, among)) {
      nats += row.nats;
      labels += row.labels;
      exact += row.isExact ? 1 : 0;
      rows++;
    }
  }
  return { loss: nats / labels, exact: exact / rows, millisecondsPerRow: time / rows };
}

interface ScoredRow {
  readonly nats: number;
  readonly labels: number;
  readonly isExact: boolean;
}

/** Rows of logits `[B, T, V]` against labels `[B, T]`, or of `[B, C]` against `[B]`; `among`: no other ids are to be chosen. */
export function scoredRows(logits: NdArray, labels: NdArray, shift: 0 | 1, among?: readonly number[]): ScoredRow[] {
  const width = logits.shape.at(-1) as number;
  const [count = 0, places = 1] = labels.shape;
  const data = logits.data as Float32Array;
  return Array.from({ length: count }, (_, r) => {
    let [nats, seen, isExact] = [0, 0, true];
    for (let t = shift; t < places; t++) {
      const label = Number(labels.data[r * places + t]);
      if (label === IGNORED) continue;
      const at = (r * places + t - shift) * width;
      const scores = data.subarray(at, at + width);
      const own = scores[label] as number;
      const { largest, total } = logTotal(among ? Float32Array.from(among, (id) => scores[id] as number) : scores);
      nats += total - own;
      seen++;
      if (own < largest) isExact = false;
    }
    return { nats, labels: seen, isExact };
  });
}

/** The largest score, and the logarithm of the sum of all exponentials. Loops: this runs over every word of the vocabulary. */
function logTotal(scores: Float32Array): { readonly largest: number; readonly total: number } {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < scores.length; i++) largest = Math.max(largest, scores[i] as number);
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += Math.exp((scores[i] as number) - largest);
  return { largest, total: largest + Math.log(sum) };
}
