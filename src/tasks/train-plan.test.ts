// What a recipe's `train` becomes: words and numbers are checked, batches are gathered, losses weighed by their labels.
import { expect, test } from 'vitest';
import { float32, int64, type NamedArrays } from '../array/index.ts';
import { nodeRuntime } from '../graph/index.node.ts';
import { modelFor, parameterSpecs } from '../models/index.ts';
import { initializeParameters } from '../nn/index.ts';
import { sgd, TrainStep } from '../train/index.ts';
import type { Job } from './job.ts';
import { objectiveOf } from './objective.ts';
import { type TrainRecipe, trainDefaults } from './recipe.ts';
import { checkRecipe, completeTraining, planOf, stepOptionsOf } from './train-plan.ts';

test('an older recipe gets the defaults, a word or number that means nothing is refused', () => {
  expect(completeTraining({ steps: 7 })).toEqual({ ...trainDefaults, steps: 7 });
  const refused: readonly [Partial<Record<keyof TrainRecipe, unknown>>, string][] = [
    [{ optimizer: 'adam' }, "train.optimizer: expected one of adamw, sgd, lion, got 'adam'"],
    [{ schedule: 'step' }, "train.schedule: expected one of constant, linear, cosine, inverseSquareRoot, got 'step'"],
    [{ storage: 'float8' }, "train.storage: expected one of float32, float16, bfloat16, got 'float8'"],
    [{ accumulate: 0 }, 'train.accumulate: expected a whole number >= 1, got 0'],
    [{ layerDecay: 1.5 }, 'train.layerDecay: expected a factor above 0 and at most 1, got 1.5'],
    [{ labelSmoothing: 1 }, 'train.labelSmoothing: expected a number from 0 to below 1, got 1'],
    [{ learningRate: -1 }, 'train.learningRate: expected a number of at least 0, got -1'],
    [{ averageDecay: 0.9, averageLast: 3 }, 'expected one average at most'],
    [{ averageDecay: 2 }, 'movingAverage: expected a decay above 0 and below 1, got 2'],
  ];
  for (const [fields, message] of refused)
    expect(() => completeTraining(fields as Partial<TrainRecipe>), JSON.stringify(fields)).toThrow(message);
});

test.each([
  [{ dropPath: 1 }, 'model.dropPath: expected a number from 0 to below 1, got 1'],
  [{ dropPath: -0.1 }, 'model.dropPath: expected'],
  [{ dropout: Number.NaN }, 'model.dropout: expected a number from 0 to below 1, got NaN'],
  [{ attentionDropout: 'half' }, 'model.attentionDropout: expected'],
  [{ layerScale: -1 }, 'model.layerScale: expected a number of at least 0, got -1'],
])('numbers of a model outside their range are refused before data are read: %o', (model, message) => {
  expect(() => checkRecipe({ train: {}, model })).toThrow(message);
  expect(() => checkRecipe({ train: {}, model: { dropPath: 0, dropout: 0.99, layerScale: 1e-4 } })).not.toThrow();
});

const names = ['embeddings.word.weight', 'encoder.layers.0.up.weight', 'encoder.layers.1.up.weight', 'head.weight'];
const initial: NamedArrays = Object.fromEntries(names.map((name) => [name, float32([1], [0])]));

test('fields become settings of the step', async () => {
  const train = completeTraining({
    ...{ steps: 100, warmup: 10, learningRate: 2, schedule: 'inverseSquareRoot', optimizer: 'lion' },
    ...{ frozen: '^embeddings', layerDecay: 0.5, recompute: true, averageLast: 3 },
  });
  const options = stepOptionsOf(train, { initial }, { runtime: await nodeRuntime(), seed: 1 });
  expect([options.learningRate(5), options.learningRate(10), options.learningRate(40)]).toEqual([1, 2, 1]);
  expect([options.optimizer.name, options.recompute, options.average?.slots.length]).toEqual(['lion', true, 4]);
  expect(names.filter((name) => options.groups.frozen?.test(name))).toEqual([names[0]]);
  expect(names.map((name) => options.groups.learningRateScale?.(name))).toEqual([0.125, 0.25, 0.5, 1]);
});

test('a step takes the next so many batches, and names all their records', async () => {
  const job = {
    initial,
    batchesAt: async (at: number) => [{ x: float32([1], [at]) }],
    recordsAt: (at: number) => [`record ${at}`],
  } as unknown as Job;
  const plan = planOf(completeTraining({ accumulate: 3 }), job);
  const read = async (step: number): Promise<unknown[]> => (await plan.batchesAt(step)).map(({ x }) => x?.data[0]);
  expect([await read(1), await read(2)]).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  expect(plan.recordsAt?.(2)).toEqual(['record 4', 'record 5', 'record 6']);
});

test('rows of different lengths: accumulated parts are the large batch', async () => {
  const model = modelFor({
    ...{ model_type: 'gpt2', architectures: ['GPT2LMHeadModel'], vocab_size: 11, n_positions: 8 },
    ...{ n_embd: 8, n_layer: 1, n_head: 2, resid_pdrop: 0, embd_pdrop: 0, attn_pdrop: 0, initializer_range: 0.3 },
  });
  const ids = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 2, 4];
  const labels = [1, 2, 3, 4, 5, 6, 7, 8, 9, -100, -100, -100];
  const rows = (from: number, to: number): NamedArrays => ({
    input_ids: int64([to - from, 6], ids.slice(6 * from, 6 * to)),
    labels: int64([to - from, 6], labels.slice(6 * from, 6 * to)),
  });
  const norm = async (batches: readonly NamedArrays[]): Promise<readonly number[]> => {
    const step = await TrainStep.create(
      objectiveOf(model, ['input_ids', 'labels']),
      initializeParameters(parameterSpecs(model), 1),
      { runtime: await nodeRuntime(), optimizer: sgd(), groups: { weightDecay: 0 }, learningRate: () => 0, seed: 0 },
    );
    const { loss, gradientNorm } = await step.run(batches, 1);
    return [loss, gradientNorm];
  };
  const [whole, parts] = [await norm([rows(0, 2)]), await norm([rows(0, 1), rows(1, 2)])];
  for (const i of [0, 1]) expect(parts[i]).toBeCloseTo(whole[i] as number, 5);
});
