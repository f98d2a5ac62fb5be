// Each clean-up pass: that it does its work, what it must leave alone, and that values stay.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { float32, int64, type NamedArrays } from '../array/index.ts';
import * as g from './index.ts';
import { commonSubexpressions } from './passes/common-subexpressions.ts';
import { fewRows } from './passes/few-rows.ts';
import { foldConstants } from './passes/fold-constants.ts';
import { foldScale } from './passes/fold-scale.ts';
import { foldTransposes } from './passes/fold-transposes.ts';
import { joinFirst } from './passes/join-first.ts';
import { neutralElements } from './passes/neutral-elements.ts';
import type { Pass } from './passes/rewrite.ts';
import { turnOperands } from './passes/turn-operands.ts';
import { unitAxes } from './passes/unit-axes.ts';

const x = g.input('x', 'float32', ['batch', 3, 4]);
const m = g.input('m', 'float32', [3, 4]);
const n = g.input('n', 'float32', [5, 4]);
const filled = (shape: number[], f: (i: number) => number) =>
  float32(
    shape,
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => f(i)),
  );
const feeds = {
  x: filled([2, 3, 4], (i) => Math.sin(i + 1)),
  m: filled([3, 4], (i) => Math.cos(2 * i)),
  n: filled([5, 4], (i) => Math.sin(3 * i)),
};

/** Operations that compute, after one pass; values must agree to `tolerance` of the largest. */
function opsAfter(pass: Pass, output: g.Tensor, tolerance = 1e-6, given: NamedArrays = feeds): string[] {
  const [optimized] = g.optimize([output], [pass]) as [g.Tensor];
  expect(g.describe(optimized)).toBe(g.describe(output));
  const [expected, actual] = g.interpret([output, optimized], given) as [g.Value, g.Value];
  const scale = expected.data.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  for (const [i, value] of expected.data.entries())
    expect(Math.abs((actual.data[i] as number) - value) / scale).toBeLessThan(tolerance);
  return g
    .nodesOf([optimized])
    .map((node) => node.op)
    .filter((op) => op !== 'Input' && op !== 'Constant');
}

describe('foldConstants', () => {
  const half = g.divide(g.constant(1), g.sqrt(g.constant(4)));
  test('computes what needs no input', () => {
    expect(opsAfter(foldConstants, g.multiply(x, half))).toEqual(['Mul']);
    expect(opsAfter(foldConstants, g.add(x, g.castTo(g.range(4), 'float32')))).toEqual(['Add']);
    expect(opsAfter(foldConstants, g.add(m, g.triangle(g.full([3, 4], 2), 'upper')))).toEqual(['Add']);
    const { values } = g.topK(g.constant(float32([4], [3, 1, 4, 2])), 1);
    expect(opsAfter(foldConstants, g.add(m, values))).toEqual(['Add']);
  });
  test('leaves symbolic and large results alone', () => {
    expect(opsAfter(foldConstants, g.add(x, g.full(['batch', 1, 1], 2)))).toEqual(['ConstantOfShape', 'Add']);
    const large = g.sum(g.multiply(g.full([40, 40], 1), g.full([40, 40], 2)));
    expect(opsAfter(foldConstants, g.add(m, large))).toContain('Mul');
    const bounded = g.slice(g.constant(float32([4], [1, 2, 3, 4])), 0, 0, 'batch');
    expect(opsAfter(foldConstants, g.add(g.sum(x), g.sum(bounded)))).toContain('Slice');
  });
});

describe('neutralElements', () => {
  test.each<[string, g.Tensor]>([
    ['x + 0', g.add(x, 0)],
    ['0 + x', g.add(0, x)],
    ['x − 0', g.subtract(x, 0)],
    ['1 · x', g.multiply(1, x)],
    ['x / 1', g.divide(x, 1)],
    ['identity', g.identity(x)],
    ['stop gradient', g.stopGradient(x)],
    ['where of equals', g.where(g.greater(x, 0), x, x)],
  ])('%s is x', (_name, output) => expect(opsAfter(neutralElements, output)).toEqual([]));
  test('reshapes of reshapes are one', () => {
    expect(opsAfter(neutralElements, g.reshape(g.reshape(x, ['3*batch', 4]), ['batch', 12]))).toEqual(['Reshape']);
    expect(opsAfter(neutralElements, g.reshape(g.reshape(x, ['3*batch', 4]), ['batch', 3, 4]))).toEqual([]);
  });
  test('0 − x, 1 / x, and what broadcasts stay', () => {
    expect(opsAfter(neutralElements, g.subtract(0, x))).toEqual(['Sub']);
    expect(opsAfter(neutralElements, g.divide(1, g.add(g.absolute(x), 1)))).toContain('Div');
    expect(opsAfter(neutralElements, g.add(g.constant(float32([1, 1], [0])), g.sum(x)))).toContain('Add');
  });
});

describe('foldTransposes', () => {
  test('become flags of products', () => {
    expect(opsAfter(foldTransposes, g.matmul(m, g.transpose(n)))).toEqual(['FusedMatMul']);
    expect(opsAfter(foldTransposes, g.matmul(x, g.transpose(n)))).toEqual(['FusedMatMul']);
    expect(opsAfter(foldTransposes, g.fusedMatmul(g.transpose(x), x, { alpha: 0.3 }))).toEqual(['FusedMatMul']);
    expect(opsAfter(foldTransposes, g.fusedMatmul(g.transpose(x), x, { transA: true, transB: true }))).toEqual([
      'FusedMatMul',
    ]);
    expect(opsAfter(foldTransposes, g.gemm(g.transpose(m), g.transpose(n), undefined, { transA: true }))).toEqual([
      'Gemm',
    ]);
  });
  test('of a first axis that is put behind the batch become a flag, too', () => {
    const [rows, columns] = [
      g.transpose(g.input('k', 'float32', [5, 2, 4]), [1, 0, 2]),
      g.input('x', 'float32', [2, 3, 4]),
    ];
    const given = { k: filled([5, 2, 4], (i) => Math.sin(5 * i)), x: filled([2, 3, 4], (i) => Math.sin(i + 1)) };
    const scores = g.fusedMatmul(columns, rows, { transB: true, alpha: 0.5 });
    expect(opsAfter(foldTransposes, scores, 1e-6, given)).toEqual(['FusedMatMul']);
    expect(opsAfter(foldTransposes, g.matmul(scores, rows), 1e-6, given)).toEqual(['FusedMatMul', 'FusedMatMul']);
    // a swap behind it is another order
    const swapped = g.matmul(columns, g.transpose(rows));
    expect(opsAfter(foldTransposes, swapped, 1e-6, given)).toEqual(['Transpose', 'MatMul']);
  });
  test('of transposes are one, or none', () => {
    expect(opsAfter(foldTransposes, g.transpose(g.transpose(x, [1, 2, 0]), [1, 2, 0]))).toEqual(['Transpose']);
    expect(opsAfter(foldTransposes, g.transpose(g.transpose(x)))).toEqual([]);
    expect(opsAfter(foldTransposes, g.transpose(x, [0, 1, 2]))).toEqual([]);
  });
  test('of other axes and in other types stay', () => {
    expect(opsAfter(foldTransposes, g.matmul(g.transpose(x, [1, 0, 2]), g.transpose(n)))).toEqual([
      'Transpose',
      'FusedMatMul',
    ]);
    expect(opsAfter(foldTransposes, g.matmul(g.transpose(x, [2, 1, 0]), g.full(['batch', 2], 1)))).toContain('MatMul');
    const doubles = g.matmul(g.castTo(m, 'float64'), g.transpose(g.castTo(n, 'float64')));
    expect(opsAfter(foldTransposes, doubles)).toContain('Transpose');
  });
});

describe('foldScale', () => {
  test('a factor or divisor becomes alpha', () => {
    expect(opsAfter(foldScale, g.multiply(g.fusedMatmul(m, n, { transB: true, alpha: 0.5 }), 3))).toEqual([
      'FusedMatMul',
    ]);
    expect(opsAfter(foldScale, g.multiply(3, g.matmul(m, g.transpose(n))))).toEqual(['Transpose', 'FusedMatMul']);
    expect(opsAfter(foldScale, g.divide(g.fusedMatmul(m, n, { transB: true }), Math.sqrt(8)))).toEqual(['FusedMatMul']);
  });
  test('not when the product is used twice, divides, or is no float32', () => {
    const product = g.fusedMatmul(m, n, { transB: true });
    expect(opsAfter(foldScale, g.add(g.multiply(product, 3), product))).toContain('Mul');
    expect(opsAfter(foldScale, g.divide(2, g.exp(product)))).toContain('Div');
    expect(
      opsAfter(foldScale, g.multiply(g.matmul(g.castTo(m, 'float64'), g.castTo(g.transpose(n), 'float64')), 2)),
    ).toContain('MatMul');
    expect(opsAfter(foldScale, g.multiply(product, g.constant(float32([1, 1, 1], [2]))))).toContain('Mul');
  });
});

describe('turnOperands', () => {
  const stream = (width: number): g.Tensor => g.concat(new Array<g.Tensor>(width).fill(g.slice(m, 1, 0, 1)), 1);
  const product = (a: number, b: number): g.Tensor => g.gemm(stream(a), stream(b), undefined, { transA: true });
  const ops = (tensor: g.Tensor): string[] =>
    opsAfter(turnOperands, tensor).filter((op) => op === 'Gemm' || op === 'Transpose' || op === 'FusedMatMul');
  test('the smaller operand of a weight gradient is turned before', () => {
    expect(ops(product(64, 80))).toEqual(['Transpose', 'Gemm']);
    expect(ops(product(80, 64))).toEqual(['Transpose', 'Gemm', 'Transpose']);
    expect(ops(product(80, 63))).toEqual(['Gemm']);
  });
});

describe('commonSubexpressions', () => {
  test('equal work is done once', () => {
    expect(opsAfter(commonSubexpressions, g.add(g.exp(x), g.exp(x)))).toEqual(['Exp', 'Add']);
    expect(opsAfter(commonSubexpressions, g.add(g.multiply(x, 2), g.multiply(x, 2)))).toEqual(['Mul', 'Add']);
  });
  test('different attributes and masks stay apart', () => {
    expect(opsAfter(commonSubexpressions, g.add(g.sum(x, { axes: [1] }), g.mean(x, { axes: [1] })))).toHaveLength(3);
    expect(opsAfter(commonSubexpressions, g.add(g.triangle(m, 'upper', 1), g.triangle(m, 'upper', 2)))).toHaveLength(3);
    const masks = g.add(g.randomMask('a', 0.5, [2]), g.randomMask('b', 0.5, [2]));
    expect(g.nodesOf(g.optimize([masks], [commonSubexpressions])).map((node) => node.op)).toEqual([
      'RandomMask',
      'RandomMask',
      'Add',
    ]);
  });
});

test('all passes shrink a PyTorch export and keep its values and paths', () => {
  const { outputs } = g.readOnnx(readFileSync(join(import.meta.dirname, 'onnx/fixtures/foreign.onnx')));
  const before = Object.values(outputs);
  const optimized = g.optimize(before);
  const count = (tensors: g.Tensor[]): number => g.nodesOf(tensors).filter((node) => node.op !== 'Constant').length;
  expect(count(optimized)).toBeLessThan(count(before) - 4);
  const ids = int64([2, 4], [1, 2, 3, 4, 5, 6, 7, 8]);
  const some = { ids, mask: int64([2, 4], [1, 1, 1, 0, 1, 1, 1, 1]) };
  const [expected, actual] = [g.interpret(before, some), g.interpret(optimized, some)];
  for (const [i, value] of expected.entries())
    for (const [k, one] of value.data.entries()) expect(actual[i]?.data[k]).toBeCloseTo(one, 6);
  expect(g.nodesOf(optimized).map((node) => node.path)).toContain('mlp.mlp.0');
});

test('printing groups by module path; the chart has modules as boxes', () => {
  const { result } = g.trace(() => {
    const hidden = g.scope('encoder', () => g.scope('attention', () => g.softmax(g.matmul(m, g.transpose(n)))));
    return g.scope('head', () => g.topK(hidden, 2).values);
  });
  const lines = g.printGraph([result]).split('\n');
  expect(lines.map((line) => line.replaceAll(/%\d+/g, '%'))).toEqual([
    'encoder.attention:',
    '  % [4, 5] = Transpose(n) {perm: [1,0]}',
    '  % [3, 5] = MatMul(m, %)',
    '  % [3, 5] = Softmax(%) {axis: 1}',
    'head:',
    '  %.0 [3, 2], %.1 [3, 2] = TopK(%) {axis: 1, k: 2}',
  ]);
  expect(g.mermaid([result], 1).split('\n')).toEqual([
    'flowchart TD',
    '  n0["n"]',
    '  n1["encoder"]',
    '  n2["m"]',
    '  n3["head"]',
    '  n0 --> n1',
    '  n2 --> n1',
    '  n1 --> n3',
  ]);
  expect(g.mermaid([result])).toContain('["encoder.attention"]');
});

describe('transposes of unit axes', () => {
  const one = g.reshape(x, ['batch', 1, 3, 4]);
  test('move nothing: they become reshapes', () => {
    expect(opsAfter(unitAxes, g.transpose(one, [0, 2, 1, 3]))).toEqual(['Reshape', 'Reshape']);
    expect(opsAfter(unitAxes, g.transpose(one, [1, 0, 2, 3]))).toEqual(['Reshape', 'Reshape']);
  });
  test('real ones stay', () => {
    expect(opsAfter(unitAxes, g.transpose(one, [0, 1, 3, 2]))).toEqual(['Reshape', 'Transpose']);
    expect(opsAfter(unitAxes, g.transpose(x, [1, 0, 2]))).toEqual(['Transpose']);
  });
});

test('joinFirst: what is put behind a turned cache is put behind the cache', () => {
  const order = [1, 2, 0, 3];
  const past = g.input('past', 'float32', ['past', 2, 3, 4]);
  const [query, fresh] = [g.input('query', 'float32', [2, 3, 1, 4]), g.input('fresh', 'float32', [2, 3, 1, 4])];
  const given = {
    past: filled([6, 2, 3, 4], Math.sin),
    query: filled([2, 3, 1, 4], Math.cos),
    fresh: filled([2, 3, 1, 4], (i) => Math.sin(i * i)),
  };
  const all = g.concat([g.transpose(past, order), fresh], 2);
  const scores = g.fusedMatmul(query, all, { transB: true, alpha: 0.5 });
  expect(opsAfter(joinFirst, scores, 1e-6, given)).toEqual(['Transpose', 'Concat', 'Transpose', 'FusedMatMul']);
  const [read] = g.optimize([g.matmul(g.softmax(scores), all)]) as [g.Tensor];
  const [expected, actual] = g.interpret([g.matmul(g.softmax(scores), all), read], given) as [g.Value, g.Value];
  expect(Math.max(...actual.data.map((value, i) => Math.abs(value - (expected.data[i] as number))))).toBeLessThan(1e-6);
  // nothing is moved
  expect(g.nodesOf([read]).map(({ op }) => op)).not.toContain('Transpose');
  const others = [query, fresh].map((x) => g.transpose(x, [1, 0, 2, 3]));
  expect(opsAfter(joinFirst, g.concat(others, 2), 1e-6, given)).toEqual(['Transpose', 'Transpose', 'Concat']);
});

describe('fewRows', () => {
  // 2¹⁸ numbers that are quickly multiplied
  const [K, N] = [4, 2 ** 16];
  const [inOut, outIn] = [g.input('inOut', 'float32', [K, N]), g.input('outIn', 'float32', [N, K])];
  const bias = g.input('bias', 'float32', [N]);
  const [one, some] = [g.input('one', 'float32', [1, K]), g.input('some', 'float32', ['rows', K])];
  const given = {
    ...{ one: filled([1, K], Math.sin), some: filled([2, K], Math.cos), bias: filled([N], Math.sin) },
    ...{ inOut: filled([K, N], (i) => Math.sin(i * i)), outIn: filled([N, K], (i) => Math.cos(i * i)) },
  };
  const opsOf = (output: g.Tensor): string[] => opsAfter(fewRows, output, 1e-6, given);
  test('a weight that is read transposed becomes the first operand', () => {
    expect(opsOf(g.gemm(some, outIn, undefined, { transB: true }))).toEqual(['Gemm', 'Transpose']);
    expect(opsOf(g.gemm(some, outIn, bias, { transB: true }))).toEqual(['Reshape', 'Gemm', 'Transpose']);
  });
  test.each([undefined, bias])('one row times a weight as it lies is a sum of two halves', (added) => {
    const ops = ['Reshape', 'Reshape', 'MatMul', 'Reshape', 'ConstantOfShape', 'Gemm'];
    expect(opsOf(g.gemm(one, inOut, added)).sort()).toEqual(ops.sort());
  });
  test('what gains nothing stays: one row by a transposed weight, rows by one as it lies, small weights, a weight on the left', () => {
    for (const product of [
      g.gemm(one, outIn, bias, { transB: true }),
      g.gemm(some, inOut, bias),
      g.gemm(one, g.slice(inOut, 1, 0, 100)),
      g.gemm(some, g.slice(outIn, 0, 0, 100), undefined, { transB: true }),
      g.gemm(g.reshape(one, [K, 1]), inOut, undefined, { transA: true }),
    ])
      expect(g.optimize([product], [fewRows])[0]).toBe(product);
  });
});
