// What a classifier does not read of its last layer is not computed; loss and all gradients stay, dropout included (float64).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { NamedArrays } from '../src/array/index.ts';
import { decodeSafetensors } from '../src/checkpoints/index.ts';
import {
  add,
  evaluateDim,
  gradients,
  input,
  interpret,
  isOp,
  matmul,
  mean,
  narrow,
  nodesOf,
  optimize,
  slice,
  softmax,
  type Tensor,
  tanh,
  type Value,
} from '../src/graph/index.ts';
import { declareInputs, type HubConfig, modelFor, settle } from '../src/models/index.ts';
import { initializeParameters, Module } from '../src/nn/index.ts';

const ROOT = join(import.meta.dirname, 'fixtures', 'models');
const lean = (output: Tensor): Tensor => optimize([output], [narrow])[0] as Tensor;

/** A training step's loss, its weights and everything fed, at rate 0.25 wherever a configuration has dropout. */
function traced(name: string): { loss: Tensor; weights: Tensor[]; feeds: Record<string, Value> } {
  const config: HubConfig = JSON.parse(readFileSync(join(ROOT, name, 'config.json'), 'utf8'));
  const dropping = Object.entries(config).map(([key, value]) => [
    key,
    /drop/.test(key) && typeof value === 'number' ? 0.25 : value,
  ]);
  const given = decodeSafetensors(readFileSync(join(ROOT, name, 'inputs.safetensors')), name).arrays;
  const { model, inputs } = settle(modelFor(Object.fromEntries(dropping)), given);
  const module = Module.root({ training: true });
  const loss = model.forward(module, declareInputs(model, Object.keys(inputs))).values.loss as Tensor;
  const arrays: NamedArrays = { ...initializeParameters(module.context.specs, 1), ...inputs };
  const feeds: Record<string, Value> = {};
  for (const [key, { shape, data }] of Object.entries(arrays))
    feeds[key] = { shape, data: Float64Array.from(data as ArrayLike<number>, Number) };
  const sizes: Record<string, number> = {};
  for (const node of nodesOf([loss])) {
    if (isOp(node, 'Input'))
      node.outputs[0]?.shape.forEach((dim, axis) => {
        if (typeof dim === 'string') sizes[dim] ??= feeds[node.attributes.name]?.shape[axis] as number;
      });
    if (!isOp(node, 'RandomMask')) continue;
    const shape = node.attributes.shape.map((dim) => evaluateDim(dim, sizes));
    const count = shape.reduce((a, b) => a * b, 1);
    const data = Float64Array.from({ length: count }, (_, i) => ((7 * i + node.id) % 4 === 0 ? 0 : 4 / 3));
    feeds[`mask:${node.attributes.site}`] = { shape, data };
  }
  const weights = [...module.context.tensors.values()].filter(({ dtype }) => dtype === 'float32');
  return { loss, weights, feeds };
}

/** Products and what they give, as shapes: what a kernel would compute. */
const productsOf = (output: Tensor): string[] =>
  nodesOf([output]).flatMap((node) => (/MatMul|Gemm/.test(node.op) ? [`[${node.outputs[0]?.shape}]`] : []));

describe.each([
  ['BertForSequenceClassification', 5],
  ['ModernBertForSequenceClassification', 5],
  ['DistilBertForSequenceClassification', 5],
  ['RobertaForSequenceClassification', 5],
  ['ElectraForSequenceClassification', 5],
  ['ViTForImageClassification', 5],
  ['ASTForAudioClassification', 3],
  ['dnabert2-class', 4],
] as const)('%s', (name, fewer) => {
  const { loss, weights, feeds } = traced(name);
  const short = lean(loss);

  test('computes less', () => {
    const [before, after] = [productsOf(loss), productsOf(short)];
    expect(after).toHaveLength(before.length);
    expect(after.filter((shape, i) => shape !== before[i]).length).toBeGreaterThanOrEqual(fewer);
  });

  test('has the same loss and gradients', () => {
    const values = (from: Tensor): Value[] => interpret([from, ...gradients(from, weights)], feeds);
    const [expected, actual] = [values(loss), values(short)];
    for (const [i, { shape, data }] of expected.entries()) {
      expect(actual[i]?.shape).toEqual(shape);
      for (const [k, value] of data.entries()) expect(actual[i]?.data[k]).toBeCloseTo(value, 10);
    }
  });
});

describe('where elements meet, all are computed', () => {
  const x = input('x', 'float32', ['batch', 6, 4]);
  const first = (value: Tensor): Tensor => slice(value, 1, 0, 1);

  test('rows of a product are cut, columns and what a softmax or a mean runs over are not', () => {
    const m = input('m', 'float32', [4, 6]);
    expect(productsOf(lean(first(matmul(tanh(x), m))))).toEqual(['[batch,1,6]']);
    expect(productsOf(lean(slice(matmul(x, m), 2, 0, 1)))).toEqual(['[batch,6,6]']);
    const [, mixed] = nodesOf([lean(first(softmax(x, 1)))]);
    expect(mixed?.outputs[0]?.shape).toEqual(['batch', 6, 4]);
    const averaged = nodesOf([lean(slice(mean(tanh(x), { axes: [2], keepdims: true }), 1, 0, 1))]);
    expect(averaged.find((node) => node.op === 'Tanh')?.outputs[0]?.shape).toEqual(['batch', 6, 4]);
  });

  test('a value that something else reads too is computed as far as either reads', () => {
    const y = tanh(x);
    const shapeOf = (output: Tensor): unknown =>
      nodesOf([lean(output)]).find((node) => node.op === 'Tanh')?.outputs[0]?.shape;
    expect(shapeOf(add(first(y), mean(y)))).toEqual(['batch', 6, 4]);
    expect(shapeOf(add(first(y), first(y)))).toEqual(['batch', 1, 4]);
    // from the first to the last that is read
    expect(shapeOf(add(slice(y, 1, 1, 2), slice(y, 1, 3, 4)))).toEqual(['batch', 3, 4]);
  });
});
