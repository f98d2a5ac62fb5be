// The methods against independent ones: torch, transformers and scipy on tiny random checkpoints (test/fixtures/explain/README.md), closed
// forms, and the two defects of the usual code, which these tests must catch.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { float32, int64, type NamedArrays, type NdArray } from '../src/array/index.ts';
import { decodeSafetensors } from '../src/checkpoints/index.ts';
import { nodeRuntime } from '../src/graph/index.node.ts';
import { gradients, slice, sum, type Tensor } from '../src/graph/index.ts';
import {
  attentionDistance,
  type Capture,
  completenessError,
  crossRelevance,
  genericRelevance,
  gradientRollout,
  type Matrix,
  type MethodName,
  type MethodOptions,
  patchPlaces,
  rankCorrelation,
  relevanceOf,
  rollOut,
  structuralSimilarity,
  type TokenPlaces,
  type Weighted,
} from '../src/lens/index.ts';
import { openModel } from '../src/tasks/index.node.ts';
import { type Answered, Explainer, runOutputs, traceForward } from '../src/tasks/index.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');
const golden = (name: string) => JSON.parse(readFileSync(join(FIXTURES, 'explain', `${name}.json`), 'utf8'));
const inputsOf = (name: string): NamedArrays => {
  const path = join(FIXTURES, 'models', name, 'inputs.safetensors');
  return decodeSafetensors(readFileSync(path), path).arrays;
};
const open = (name: string) => openModel(join(FIXTURES, 'models', name));

/** Largest difference, as a share of the largest reference value. */
function difference(ours: ArrayLike<number>, reference: readonly number[]): number {
  expect(ours.length).toBe(reference.length);
  const scale = Math.max(...reference.map(Math.abs), 1e-6);
  return Math.max(...reference.map((value, i) => Math.abs(value - (ours[i] as number)))) / scale;
}

/** Row `row` of a batch. */
function rowOf(array: NdArray, row: number): NdArray {
  const size = array.data.length / (array.shape[0] as number);
  const data = array.data.slice(row * size, (row + 1) * size);
  return { dtype: array.dtype, shape: [1, ...array.shape.slice(1)], data } as NdArray;
}

const READ = ['pixel_values', 'input_values', 'input_ids', 'attention_mask', 'token_type_ids'];
const SETTINGS: Readonly<Record<string, [MethodName, Partial<MethodOptions>]>> = {
  'attention-head': ['attention-head', { layer: 0, head: 1 }],
  'rollout-min': ['rollout', { heads: 'min', discard: 0.3 }],
  'rollout-max': ['rollout', { heads: 'max', discard: 0.6 }],
  'gradient-rollout-all': ['gradient-rollout', { discardGradient: 0 }],
};

async function capturesOf(name: string): Promise<{ capture: Answered; reference: ReturnType<typeof golden> }[]> {
  const { steps, blank, cases } = golden(name);
  const { model, parameters } = await open(name);
  const batch = inputsOf(name);
  const names = READ.filter((key) => batch[key]);
  const questionAt = (row: number) => {
    const inputs = Object.fromEntries(names.map((key) => [key, rowOf(batch[key] as NdArray, row)]));
    const empty = names.map((key) => {
      const array = inputs[key] as NdArray;
      if (array.dtype === 'float32') return [key, float32(array.shape, new Float32Array(array.data.length))];
      return [key, blank[key] ? int64(array.shape, blank[key].flat()) : array];
    });
    return { inputs, blank: Object.fromEntries(empty) };
  };
  const explainer = new Explainer(model, questionAt(0).inputs, {
    runtime: await nodeRuntime(),
    session: { threads: 1 },
  });
  const found = [];
  for (const reference of cases) {
    // the first case asks about the likeliest class, which is for us to find
    const label = reference.row === 0 ? {} : { label: reference.label };
    found.push({
      capture: await explainer.capture(parameters, questionAt(reference.row), { steps, ...label }),
      reference,
    });
  }
  await explainer.release();
  return found;
}

test.each([
  ['ViTForImageClassification', patchPlaces({ special: 1, grid: [3, 3], patch: [4, 4], stride: [4, 4] })],
  ['CLIPForImageClassification', undefined],
  ['ASTForAudioClassification', patchPlaces({ special: 2, grid: [4, 4], patch: [4, 4], stride: [3, 2] })],
  ['BertForSequenceClassification', undefined],
  // no classes: half the squared length of the mean state
  ['ViTModel', undefined],
  ['Dinov2Model', undefined],
  ['BertForMaskedLM', undefined],
] as [string, TokenPlaces | undefined][])('%s: every method equals the reference', async (name, places) => {
  for (const { capture, reference } of await capturesOf(name)) {
    expect(capture.label).toBe(reference.label);
    expect(difference(capture.readout, reference.readout), 'readout').toBeLessThan(1e-5);
    for (const [key, values] of Object.entries(reference.relevance as Record<string, number[]>)) {
      const [method, options] = SETTINGS[key] ?? [key as MethodName, {}];
      expect(difference(relevanceOf(method, capture, options), values), key).toBeLessThan(5e-5);
    }
    expect(Math.abs((capture.path?.to as number) - reference.logit)).toBeLessThan(1e-4);
    expect(Math.abs((capture.path?.from as number) - reference.blank_logit)).toBeLessThan(1e-4);
    if (!places) continue;
    expect(difference(attentionDistance(capture.attentions, places).flat(), reference.distance.flat())).toBeLessThan(
      1e-5,
    );
    const renormalised = attentionDistance(capture.attentions, places, { renormalise: true });
    expect(difference(renormalised.flat(), reference.distance_renormalised.flat())).toBeLessThan(1e-5);
  }
});

test('integrated gradients keep their promise, the better the more steps they have', async () => {
  const { model, parameters } = await open('ViTForImageClassification');
  const pixels = rowOf(inputsOf('ViTForImageClassification').pixel_values as NdArray, 0);
  const question = {
    inputs: { pixel_values: pixels },
    blank: { pixel_values: float32(pixels.shape, new Float32Array(pixels.data.length)) },
  };
  const explainer = new Explainer(model, question.inputs, { runtime: await nodeRuntime(), session: { threads: 1 } });
  const errors = [];
  for (const steps of [1, 16, 128])
    errors.push(completenessError(await explainer.capture(parameters, question, { steps })));
  await explainer.release();
  expect(errors[2]).toBeLessThan(0.002);
  expect(errors[0]).toBeGreaterThan(errors[2] as number);
});

test.each(['BartForConditionalGeneration', 'T5ForConditionalGeneration'])(
  '%s: relevance across towers',
  async (name) => {
    const { token, inputs, decoder, encoder } = golden(name);
    const { model, parameters } = await open(name);
    const given = Object.fromEntries(
      Object.entries(inputs as Record<string, number[][]>).map(([key, rows]) => [
        key,
        int64([rows.length, rows[0]?.length ?? 0], rows.flat()),
      ]),
    );
    const { values, states } = traceForward(model, Object.keys(given));
    const last = (inputs.decoder_input_ids[0] as number[]).length - 1;
    const score = sum(slice(slice(values.logits as Tensor, 1, last, last + 1), 2, token, token + 1));
    const groups = ['encoder_attentions', 'decoder_attentions', 'cross_attentions'].map((group) =>
      Object.keys(states).filter((key) => key.startsWith(group)),
    );
    const patterns = groups.flat().map((key) => states[key] as Tensor);
    const derived = gradients(score, patterns);
    const outputs = Object.fromEntries(
      groups.flat().flatMap((key, i) => [
        [key, patterns[i]],
        [`d.${key}`, derived[i]],
      ]),
    );
    const found = await runOutputs(outputs as Record<string, Tensor>, [given, parameters], {
      runtime: await nodeRuntime(),
    });
    const bare = (key: string) => {
      const { shape, data } = found[key] as NdArray<'float32'>;
      return float32(shape.slice(1), data);
    };
    const [own, look, cross] = groups.map((keys) =>
      keys.map((key): Weighted => ({ pattern: bare(key), gradient: bare(`d.${key}`) })),
    ) as [Weighted[], Weighted[], Weighted[]];
    const ours = crossRelevance({ encoder: own, decoder: look, cross });
    expect(difference(ours.decoder.data, decoder.flat())).toBeLessThan(5e-5);
    expect(difference(ours.encoder.data, encoder.flat())).toBeLessThan(5e-5);
  },
);

test('relevance across towers of several layers', () => {
  const { layers, decoder, encoder } = golden('planted');
  const sizes = [
    [4, 4],
    [3, 3],
    [3, 4],
  ];
  const [own, look, cross] = layers.map((group: { pattern: number[]; gradient: number[] }[], i: number) =>
    group.map(({ pattern, gradient }) => {
      const shape = [2, ...(sizes[i] as number[])];
      return { pattern: float32(shape, pattern), gradient: float32(shape, gradient) };
    }),
  );
  const ours = crossRelevance({ encoder: own, decoder: look, cross });
  expect(difference(ours.decoder.data, decoder.flat())).toBeLessThan(1e-6);
  expect(difference(ours.encoder.data, encoder.flat())).toBeLessThan(1e-6);
});

test('likeness of maps', () => {
  const { shape, pairs } = golden('likeness');
  for (const { a, b, spearman, ssim7, ssim3 } of pairs) {
    expect(rankCorrelation(a, b)).toBeCloseTo(spearman, 8);
    expect(structuralSimilarity(a, b, shape)).toBeCloseTo(ssim7, 8);
    expect(structuralSimilarity(a, b, shape, 3)).toBeCloseTo(ssim3, 8);
  }
});

/** Three tokens, three layers of one head: the class token reads token 1 in the last layer, token 1 has read token 2 in the first. */
function planted(): Pick<Capture, 'attentions' | 'attentionGradients' | 'readout'> {
  const pattern = (...rows: number[][]) => float32([1, 3, 3], rows.flat());
  const still = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  return {
    attentions: [
      pattern([0.2, 0.4, 0.4], [0, 0, 1], [0.3, 0.3, 0.4]),
      pattern(...still),
      pattern([0, 1, 0], [0.5, 0.25, 0.25], [1, 0, 0]),
    ],
    // only these two looks helped the class
    attentionGradients: [
      pattern([0, 0, 0], [0, 0, 1], [0, 0, 0]),
      pattern([0, 0, 0], [0, 0, 0], [0, 0, 0]),
      pattern([0, 1, 0], [0, 0, 0], [0, 0, 0]),
    ],
    readout: Float64Array.of(1, 0, 0),
  };
}

test('a planted chain of looks is found, and lost by gradients taken from the wrong layers', () => {
  const capture = planted();
  // vit-explain collects gradients in hooks, last layer first
  const wrong = { ...capture, attentionGradients: [...capture.attentionGradients].reverse() };
  const closed = { relevance: [1, 1, 1], rollout: [0.5, 0.25, 0.25] };
  const check = (of: typeof capture): void => {
    expect([...genericRelevance(of)]).toEqual(closed.relevance);
    expect([...gradientRollout(of, { discard: 0 })]).toEqual(closed.rollout);
  };
  check(capture);
  expect(() => check(wrong)).toThrow();
  expect(genericRelevance(wrong)[2]).toBe(0);
});

test('what a token is made of sums to 1, and does not when rows are divided by columns', () => {
  const { attentions } = planted();
  const patterns = attentions.map(({ data }): Matrix => ({ rows: 3, columns: 3, data: Float64Array.from(data) }));
  const rowSums = ({ data }: Matrix): number[] =>
    [0, 3, 6].map((at) => data.slice(at, at + 3).reduce((a, b) => a + b, 0));
  const check = (roll: (all: readonly Matrix[]) => Matrix): void => {
    for (const total of rowSums(roll(patterns))) expect(total).toBeCloseTo(1, 7);
    // a half stays, a half goes where the look goes, layer by layer
    [0.3, 0.35, 0.35].forEach((value, i) => {
      expect(roll(patterns).data[i]).toBeCloseTo(value, 7);
    });
  };
  check(rollOut);
  // vit-explain: `a / a.sum(dim=-1)` without keepdim, which divides entry [i][j] by the sum of row j
  const byColumns = (all: readonly Matrix[]): Matrix =>
    all.reduce(
      (below, pattern) => {
        const a = pattern.data.map((value, i) => value + (i % 4 === 0 ? 1 : 0) * 0.5);
        const sums = rowSums({ ...pattern, data: a });
        const data = new Float64Array(9);
        for (let i = 0; i < 3; i++)
          for (let j = 0; j < 3; j++)
            for (let k = 0; k < 3; k++)
              data[i * 3 + j] =
                (data[i * 3 + j] as number) +
                ((a[i * 3 + k] as number) / (sums[k] as number)) * (below.data[k * 3 + j] as number);
        return { rows: 3, columns: 3, data };
      },
      { rows: 3, columns: 3, data: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1) },
    );
  expect(() => check(byColumns)).toThrow();
});
